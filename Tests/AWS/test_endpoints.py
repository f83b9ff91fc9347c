"""Botocore's clients ask where `Tests/MintingTests/Data/endpoints.json` says.

Our own endpoints are tested against the same file by `EndpointTests`, so both agree.
"""

import json
import pathlib
import subprocess
from collections import Counter

from endpoint_oracle import DATA, FORMS, NEWER, OPERATIONS, REFUSED, SETTINGS

ORACLE = pathlib.Path(__file__).with_name("endpoint_oracle.py")


def test_botocore_asks_where_the_file_says(aws_python):
    ours = json.loads(DATA.read_text())
    run = subprocess.run([str(aws_python), str(ORACLE)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    theirs = json.loads(run.stdout)
    assert ours["partitions"] == theirs["partitions"]
    assert theirs["refusedRegions"] == REFUSED == ours["refusedRegions"]

    differing = [(mine, other) for mine, other in zip(ours["rows"], theirs["rows"])
                 if mine != other]
    assert differing == [] and len(ours["rows"]) == len(theirs["rows"])

    # Nothing is left out: every service, region and form, and every setting.
    full = {(row["service"], row["region"]) for row in theirs["rows"]
            if row["urls"].keys() == FORMS.keys()}
    regions = sum(theirs["partitions"].values(), [])
    assert full == {(service, region) for service in OPERATIONS for region in regions + NEWER}
    assert [row["settings"] for row in theirs["rows"][-len(SETTINGS):]] == [
        settings for settings, _, _ in SETTINGS]

    count = Counter(
        next(name for name, members in [*theirs["partitions"].items(), ("others", [row["region"]])]
             if row["region"] in members)
        for row in theirs["rows"] for _ in row["urls"])
    for partition, endpoints in count.items():
        print(f"{partition:<12} {endpoints:>5} endpoints ok")
