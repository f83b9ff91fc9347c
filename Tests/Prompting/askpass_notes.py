"""What the askpass programs of these tests note."""

from pathlib import Path


def asked(script):
    """The questions that a program of `askpass` was called with."""
    notes = Path(f"{script}.asked")
    return notes.read_text().split("\0")[:-1] if notes.exists() else []
