"""The table of faults, printed when all suites have run, and which tier this run is of."""

import os
import sys
from pathlib import Path

import pytest

# The independent reader and writer of the sealed file.
sys.path.append(str(Path(__file__).parents[1] / "Format"))

from fault_table import FaultTable  # noqa: E402

_TABLE = FaultTable()


@pytest.fixture(scope="session")
def table():
    """Where a sweep counts what it tried and what was lost."""
    return _TABLE


@pytest.fixture(scope="session")
def full():
    """Whether everything is to be tried, not a sample."""
    return bool(os.environ.get("KEYFOB_TESTS_FULL"))


def pytest_terminal_summary(terminalreporter):
    lines = list(_TABLE.lines())
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.line(line)
