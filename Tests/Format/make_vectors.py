#!/usr/bin/python3
"""Writes Vectors/, the same bytes each time: `make_vectors.py`, or `--check` to only compare."""

import sys

from vector_base import FOLDER
from vectors_beside import beside_vectors
from vectors_bytes import bytes_vectors
from vectors_sealed import sealed_vectors
from vectors_valid import valid_vectors


def vectors():
    made = valid_vectors() + beside_vectors() + bytes_vectors() + sealed_vectors()
    for vector in made:
        if vector.outcome() != vector.expect:
            sys.exit(f"{vector.name}: {vector.outcome()}, where {vector.expect} was meant")
        vector.settle_queries()
    return {vector.name: vector for vector in made}


def texts():
    """File names and what belongs into them."""
    return {f"{name}.json": vector.encoded() for name, vector in vectors().items()}


def main():
    wanted = texts()
    found = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    if "--check" in sys.argv[1:]:
        stale = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
        sys.exit(f"stale: {', '.join(stale)}" if stale else 0)
    FOLDER.mkdir(exist_ok=True)
    for name in found.keys() - wanted.keys():
        (FOLDER / name).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)
    print(f"{len(wanted)} vectors")


if __name__ == "__main__":
    main()
