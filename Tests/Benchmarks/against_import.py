"""The rows of imports: what an entry costs, among a thousand and among a hundred thousand."""

import shutil
import statistics
import subprocess
import time

from measurement import CannotMeasure

FEW, MANY = 1000, 100_000
#: Each round times one import of many, and so many of a few.
ROUNDS, TURNS = 3, 15


class Importing:
    """Into an empty sealed file each time, from a table that an export could have written."""

    def __init__(self, root, keyfob):
        self._root, self._keyfob = root / "importing", keyfob
        if not keyfob.is_file():
            raise CannotMeasure(f"{keyfob} is missing")
        self._root.mkdir(mode=0o700)
        self._tables = {count: self._table(count) for count in (FEW, MANY)}

    def measure(self):
        """Microseconds of an entry, round by round."""
        rows = {"import, an entry of 1,000": [], "import, an entry of 100,000": []}
        few, many = rows.values()
        for _ in range(ROUNDS):
            few.append(statistics.median(self._cost(FEW) for _ in range(TURNS)))
            many.append(self._cost(MANY))
        return rows

    def _table(self, count):
        file = self._root / f"{count}.csv"
        lines = ["name,kind,username,bindings,password"]
        lines += [f"c{number},password,user{number},git:https://host{number}.example.com,"
                  f"token-{number:08}-0123456789abcdefghijkl" for number in range(count)]
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)
        return file

    def _cost(self, count):
        home = self._root / "home"
        home.mkdir(mode=0o700)
        try:
            began = time.perf_counter()
            done = subprocess.run(
                [self._keyfob, "import", "--from", "csv", self._tables[count]],
                env={"HOME": str(home), "PATH": "/usr/bin:/bin", "KEYFOB_STORE": "file"},
                cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE)
            took = time.perf_counter() - began
        finally:
            shutil.rmtree(home)
        if done.returncode or done.stderr != b"keyfob: imported %d credentials\n" % count:
            raise CannotMeasure(f"import of {count}: {done.stderr[-500:].decode()}")
        return took / count * 1e6
