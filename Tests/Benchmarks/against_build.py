"""Another build of the helpers beside this one, in the same rounds: what a change costs.

usage: against_build.py PREFIX OTHER_PREFIX TIMER [ROUNDS]
"""

import pathlib
import statistics
import sys
import tempfile

from measurement import CannotMeasure, Command, ratio, times
from stores import REGISTRY, TOKEN, Store, host, secret


def copies(root, prefix, name):
    """The helpers, copied just now: the same bytes start a third slower or faster by how and when
    their file came into the page cache."""
    for program in ("git-credential-keyfob", "docker-credential-keyfob"):
        copy = root / name / "bin" / program
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((prefix / "bin" / program).read_bytes())
        copy.chmod(0o755)
        yield copy


def commands(root, prefix, name):
    """A hit and a miss by each protocol, and a hit for a git that takes headers, all of them in the
    homes that every build is given."""
    git, docker = copies(root, prefix, name)
    known = root / "known"
    known.write_text(f"protocol=https\nhost={host(7)}\n\n")
    headers = root / "headers"
    headers.write_text(f"capability[]=authtype\nprotocol=https\nhost={host(7)}\n\n")
    unknown = root / "unknown"
    unknown.write_text("protocol=https\nhost=unknown.example.org\n\n")
    asked, missing = root / "asked", root / "missing"
    asked.write_text(host(7))
    missing.write_text("unknown.example.org")
    homes = {each: root / each for each in ("git", "registry", "tokens")}
    return [
        Command(f"{name}: git get", homes["git"], (git, "get"), (known,), secret(7)),
        Command(
            f"{name}: git get, a token", homes["tokens"], (git, "get"), (headers,), secret(7)),
        Command(f"{name}: git get, a miss", homes["git"], (git, "get"), (unknown,)),
        Command(f"{name}: docker get", homes["registry"], (docker, "get"), (asked,), secret(7)),
        Command(
            f"{name}: docker get, a miss", homes["registry"], (docker, "get"), (missing,),
            "credentials not found", status=1),
    ]


def main(prefix, other, timer, rounds="700"):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        Store.of_hosts(root / "git", 1000)
        Store.of_hosts(root / "registry", 1000, REGISTRY)
        Store.of_hosts(root / "tokens", 1000, kind=TOKEN)
        ours = commands(root, pathlib.Path(prefix), "this")
        theirs = commands(root, pathlib.Path(other), "other")
        try:
            measured = times(timer, ours + theirs, int(rounds))
        except CannotMeasure as problem:
            print(f"cannot measure: {problem}", file=sys.stderr)
            return 2
    for one, before in zip(ours, theirs):
        mine, its = measured[one.name], measured[before.name]
        print(f"{one.name.partition(': ')[2]:24} {statistics.median(mine):8.0f} µs against "
              f"{statistics.median(its):8.0f} µs   ratio {ratio(mine, its):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
