"""The Python with servers and clients of others' that Debian does not have as they must be."""

import os
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_VENV = _TESTS.parent / ".build/tests/venv"


def stand_in_python():
    """Its path; it must have what the tests' lists of requirements name."""
    wanted = b"".join(path.read_bytes() for path in sorted(_TESTS.glob("*/requirements.txt")))
    got = _VENV / "requirements.txt"
    if not os.access(_VENV / "bin/python", os.X_OK) or not got.exists():
        pytest.fail(f"{_VENV} is missing; Tests/run.sh --only packages makes it", pytrace=False)
    if got.read_bytes() != wanted:
        pytest.fail(f"{_VENV} is another; Tests/run.sh --only packages makes it anew",
                    pytrace=False)
    return _VENV / "bin/python"
