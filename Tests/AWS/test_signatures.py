"""Botocore signs every request of `Tests/MintingTests/Data/signatures.json` as the file says.

Our own signer is tested against the same file by `SignatureTests`, so both agree.
"""

import json
import pathlib
import subprocess

from signature_oracle import DATA, PUBLISHED, cases

ORACLE = pathlib.Path(__file__).with_name("signature_oracle.py")
RESULTS = ("canonicalRequest", "stringToSign", "authorization")


def requests_of(answers):
    return [{k: v for k, v in answer.items() if k not in RESULTS} for answer in answers]


def test_botocore_signs_every_request_as_the_file_says(aws_python):
    ours = json.loads(DATA.read_text())
    run = subprocess.run([str(aws_python), str(ORACLE)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    theirs = json.loads(run.stdout)
    assert requests_of(ours) == requests_of(theirs) == cases(), "bring the file up to date"
    assert len(ours) >= 40 and len({answer["name"] for answer in ours}) == len(ours)
    for expected, made in zip(ours, theirs):
        agrees = all(expected[key] == made[key] for key in RESULTS)
        published = made["authorization"].endswith(made.get("published", ""))
        verdict = "ok" if agrees and published else "DIFFERS"
        mark = " = AWS's own" if "published" in made else ""
        print(f"{made['name']:<55} {made['authorization'][-64:-56]}… {verdict}{mark}")
    assert [a["name"] for a, b in zip(ours, theirs) if any(a[k] != b[k] for k in RESULTS)] == []
    known = {a["name"]: a["authorization"][-64:] for a in theirs if "published" in a}
    assert known == PUBLISHED


def test_botocore_signs_a_changed_request_differently(aws_python):
    """The control: whatever is signed, a signature that fits something else is seen."""
    changes = {
        "method": "PUT", "url": "https://example.amazonaws.com/x", "body": "x", "time": 1440938161,
        "headers": [["A", "b"]], "secretAccessKey": "x", "sessionToken": "x", "region": "us-west-2",
        "service": "ecr",
    }
    vanilla = next(c for c in cases() if c["name"] == "suite: vanilla")
    made = signatures(aws_python, [vanilla] + [{**vanilla, k: v} for k, v in changes.items()])
    assert made[0] == PUBLISHED["suite: vanilla"]
    assert len(set(made)) == 1 + len(changes)


def test_botocore_deviates_where_a_note_says_so_and_nowhere_else(aws_python):
    requests = cases()
    literal = [{k: v for k, v in c.items() if k != "botocoreURL"} for c in requests]
    deviating = {c["name"] for c, one, other in zip(
        requests, signatures(aws_python, requests), signatures(aws_python, literal))
        if one != other}
    assert deviating == {c["name"] for c in requests if "note" in c} != set()


def signatures(aws_python, requests):
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from signature_oracle import signed;"
        "print(json.dumps([signed(r)['authorization'][-64:] for r in json.load(sys.stdin)]))")
    run = subprocess.run(
        [str(aws_python), "-c", script, str(ORACLE.parent)], input=json.dumps(requests),
        capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
