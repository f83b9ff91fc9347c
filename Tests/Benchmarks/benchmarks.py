"""Whole processes against their peers: medians, ratios, and whether they meet their goals.

usage: benchmarks.py PREFIX TIMER EMPTY_PROGRAM JSON_FILE [--check]
"""

import datetime
import json
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile
from typing import Optional

from against_ecr import AgainstECR
from against_import import Importing
from against_keyrings import Asking
from against_list import listing
from goals import verdicts
from measurement import CannotMeasure, Command, times
from stores import REGISTRY, USER, PassStore, Store, git_store, host, path, secret

GIT_STORE = pathlib.Path("/usr/lib/git-core/git-credential-store")
PASS = pathlib.Path("/usr/bin/docker-credential-pass")


class Bench:
    """The homes and inputs in a scratch folder, and the rows that are made of them."""

    def __init__(self, root, prefix, empty):
        self.root = root
        self.git = prefix / "bin/git-credential-keyfob"
        self.docker = prefix / "bin/docker-credential-keyfob"
        self.keyfob = prefix / "bin/keyfob"
        self.empty = empty
        for program in (self.git, self.docker, self.keyfob, empty, GIT_STORE, PASS):
            if not program.is_file():
                raise CannotMeasure(f"{program} is missing")

    def input(self, name, text):
        file = self.root / name
        file.write_text(text)
        return file

    def request(self, number, at=None, password=None):
        """git's request for a host, and for a path there."""
        lines = ["protocol=https", f"host={host(number)}"]
        lines += [f"path={at}"] if at else []
        lines += [f"username={USER}", f"password={password}"] if password else []
        name = f"git-{number}-{bool(at)}-{password}"
        return self.input(name, "\n".join(lines) + "\n\n")

    def get(self, name, home, given, expected):
        return Command(name, home, (self.git, "get"), (given,), expected)

    def reading(self, thousand):
        """Everything that writes nothing, in one run."""
        homes = {
            count: Store.of_hosts(self.root / f"hosts-{count}", count).home
            for count in (10, 100_000)}
        paths = {
            count: Store.of_paths(self.root / f"paths-{count}", count).home
            for count in (1, 1000)}
        plain = git_store(self.root / "plain", 1000).parent
        some, nothing = self.request(500), self.input("nothing", "")
        here = self.request(0, at=path(0))
        known = f"password={secret(500)}"
        return [
            Command("/bin/true", self.root, ("/bin/true",), (nothing,)),
            Command("an empty static Swift program", self.root, (self.empty,), (nothing,)),
            Command("git-credential-store get", plain, (GIT_STORE, "get"), (some,), known),
            self.get("get, 1,000 logins", thousand.home, some, known),
            self.get("get, a miss", thousand.home, self.request(1000), ""),
            Command("store, unchanged", thousand.home, (self.git, "store"),
                    (self.request(500, password=secret(500)),), keeps=thousand.file),
            self.get("get, 10 logins", homes[10], self.request(5), f"password={secret(5)}"),
            self.get("get, 100,000 logins", homes[100_000], self.request(50_000),
                     f"password={secret(50_000)}"),
            self.get("get, one path", paths[1], here, f"password={secret(0)}"),
            self.get("get, 1,000 paths", paths[1000], here, f"password={secret(0)}"),
            self.get("get, 1,000 paths, none named", paths[1000], self.request(0),
                     f"password={secret(999)}"),
        ]

    def writing(self, thousand):
        """Rounds take turns between two passwords, so every one of them changes something."""
        plain = git_store(self.root / "plain-changing", 1000)
        turns = (self.request(500, password="even"), self.request(500, password="odd"))
        return [
            Command("git-credential-store store", plain.parent, (GIT_STORE, "store"), turns,
                    changes=plain),
            Command("store, changing", thousand.home, (self.git, "store"), turns,
                    changes=thousand.file),
        ]

    def against_pass(self, store):
        home = Store.of_hosts(self.root / "registries", 1000, REGISTRY).home
        asked = self.input("server-url", f"https://{host(0)}")
        return [
            Command("docker-credential-pass get", store.home, (PASS, "get"), (asked,), secret(0)),
            Command("docker get, 1,000 logins", home, (self.docker, "get"), (asked,), secret(0)),
        ]


def measure(bench, timer):
    """Every row, and what the keyring's make of calls on the bus."""
    thousand = Store.of_hosts(bench.root / "hosts-1000", 1000)
    measured = times(timer, bench.reading(thousand), 400)
    measured |= times(timer, bench.writing(thousand), 200)
    store = PassStore(bench.root / "pass")
    try:
        measured |= times(timer, bench.against_pass(store), 60)
    finally:
        store.end()
    measured |= AgainstECR(bench.root, bench.docker).measure(timer)
    measured |= times(timer, listing(bench.root, bench.keyfob, bench.input("none", "")), 20)
    measured |= Importing(bench.root, bench.keyfob).measure()
    asked = Asking(bench.root, bench.docker, bench.git).measure(timer)
    return measured | asked.rows, asked.calls


def show(measured, calls, judged):
    print(f"{'microseconds, from spawn to wait':46} {'median':>9} {'fastest':>9} {'rounds':>7}")
    for name, row in measured.items():
        print(f"{name:46} {statistics.median(row):9.0f} {min(row):9.0f} {len(row):7}")
    print(f"\n{'goal':46} {'at most':>9} {'ratio':>9} {'':7} {'reach for':>9}")
    for verdict in judged:
        word = "met" if verdict.is_met else "MISSED"
        line = f"{verdict.goal:46} {verdict.most:9} {verdict.measured:9} {word:>7}"
        print(line if verdict.reach is None else f"{line} {verdict.reach:9}")
    print("\ncalls on the bus: " + ", ".join(f"{name} {count}" for name, count in calls.items()))


def record(file, measured, calls, judged):
    rows = {
        name: {"median": statistics.median(row), "fastest": min(row), "rounds": len(row)}
        for name, row in measured.items()}
    machine = {"system": platform.platform(), "processors": len(pathlib.os.sched_getaffinity(0))}
    file.write_text(json.dumps({
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine, "microseconds": rows, "calls": calls,
        "goals": [verdict._asdict() for verdict in judged],
    }, indent=2) + "\n")


def main(prefix, timer, empty, file, check: Optional[str] = None):
    root = pathlib.Path(tempfile.mkdtemp(prefix="keyfob-benchmark-"))
    try:
        bench = Bench(root, pathlib.Path(prefix), pathlib.Path(empty))
        measured, calls = measure(bench, timer)
        judged = list(verdicts(measured, calls, (bench.git, bench.docker)))
    except CannotMeasure as problem:
        print(f"cannot measure: {problem}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(root, ignore_errors=True)
    show(measured, calls, judged)
    record(pathlib.Path(file), measured, calls, judged)
    missed = sum(not verdict.is_met for verdict in judged)
    print(f"\n{len(judged) - missed} goals met, {missed} missed; {file}")
    return 1 if check and missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
