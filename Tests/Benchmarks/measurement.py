"""Commands, how they are checked before they are timed, and what their times come to."""

import pathlib
import statistics
import subprocess
from dataclasses import dataclass
from typing import Optional


class CannotMeasure(Exception):
    """A program is missing, or does not do what is to be measured."""


@dataclass(frozen=True)
class Command:
    """A row: what is run, where, with what on standard input; rounds take turns with the inputs.

    `expected` must stand in what it prints, and if it is empty it must print nothing: a program
    that fails quickly is not fast.
    """

    name: str
    home: pathlib.Path
    argv: tuple
    inputs: tuple
    expected: str = ""
    #: The file that each run must change, or the one that none may change.
    changes: Optional[pathlib.Path] = None
    keeps: Optional[pathlib.Path] = None
    #: `NAME=value`, beside those that every command has.
    variables: tuple = ()
    #: A miss may be an error of its own.
    status: int = 0

    def check(self):
        """Runs it with each input and looks at what it prints and changes."""
        watched = self.changes or self.keeps
        for given in self.inputs:
            before = watched and watched.read_bytes()
            with open(given, "rb") as stdin:
                done = subprocess.run(
                    [str(part) for part in self.argv], stdin=stdin, capture_output=True,
                    timeout=20, cwd=self.home,
                    env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C",
                         "GNUPGHOME": str(self.home / ".gnupg"),
                         **dict(each.split("=", 1) for each in self.variables)})
            printed = done.stdout.decode(errors="replace")
            right = self.expected in printed if self.expected else not printed
            if done.returncode != self.status or not right or done.stderr:
                # What was printed may hold a secret, even if only one of ours.
                raise CannotMeasure(
                    f"{self.name}: ended with {done.returncode} and printed "
                    f"{len(printed)} bytes; {done.stderr.decode(errors='replace').strip()}")
            if watched and (watched.read_bytes() == before) != (self.keeps is not None):
                raise CannotMeasure(
                    f"{self.name}: it changes what it should not, or not what it should")

    def line(self):
        """As the timer wants it."""
        inputs = "|".join(map(str, self.inputs))
        return "\t".join([
            str(self.home), inputs, str(self.status), *self.variables, *map(str, self.argv)])


def times(timer, commands, rounds):
    """Microseconds of every round, by the command's name."""
    for command in commands:
        command.check()
    done = subprocess.run(
        [str(timer), str(rounds)], input="\n".join(each.line() for each in commands) + "\n",
        capture_output=True, text=True)
    if done.returncode:
        raise CannotMeasure(done.stderr.strip())
    rows = [[float(cell) for cell in line.split("\t")] for line in done.stdout.splitlines()]
    if len(rows) != rounds:
        raise CannotMeasure(f"{len(rows)} of {rounds} rounds were timed")
    return {each.name: list(column) for each, column in zip(commands, zip(*rows))}


def ratio(ours, theirs):
    """The median of the rounds' ratios: both sides of each are neighbours in time."""
    return statistics.median(one / other for one, other in zip(ours, theirs))
