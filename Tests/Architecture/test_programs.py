"""The installed programs as files: what they link, what they carry, how large they are."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from Architecture.graph import HELPERS

MAX_HELPER_SIZE = 9_000_000
# A name that Foundation leaves even in a stripped program. The bare word is no sign: the Swift
# runtime itself holds it.
FOUNDATION = b"FoundationEssentials"
TOOLCHAIN = re.compile(r"lib(swift|_?Foundation)|/swift[^/]*/|/usr/lib/swift|\.build/")


def output(*command):
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}).stdout


def segments(program):
    """The kinds of a program's segments: INTERP and DYNAMIC belong to one that links at start."""
    return set(re.findall(r"^ {2}([A-Z_]+) ", output("readelf", "-lW", program), re.MULTILINE))


def search_paths(program):
    """RPATH and RUNPATH."""
    return re.findall(r"\(R(?:UN)?PATH\).*", output("readelf", "-dW", program))


def shared_libraries(program):
    """What `ldd` says, line by line; nothing for a static program, which it refuses."""
    if "INTERP" not in segments(program):
        return []
    return output("ldd", program).splitlines()


def is_elf(path):
    return path.is_file() and path.read_bytes()[:4] == b"\x7fELF"


@pytest.fixture(scope="session")
def programs(prefix):
    found = [
        path for folder in ("bin", "libexec/keyfob") for path in sorted((prefix / folder).glob("*"))
        if not path.is_symlink() and is_elf(path)]
    assert {*HELPERS, "keyfob", "keyfob-keyring"} <= {path.name for path in found}
    return found


@pytest.fixture(scope="session")
def toolchain_program(tmp_path_factory):
    """A program that needs the toolchain at run time, as ours must not."""
    folder = tmp_path_factory.mktemp("toolchain-program")
    source = folder / "main.swift"
    source.write_text("import Foundation\nprint(Date())\n")
    subprocess.run(
        ["swiftc", source, "-o", folder / "program"], check=True, capture_output=True,
        env={**os.environ, "TMPDIR": str(folder)})
    return folder / "program"


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_is_static(prefix, helper):
    assert segments(prefix / "bin" / helper) & {"INTERP", "DYNAMIC"} == set()
    assert "LOAD" in segments(prefix / "bin" / helper)


def test_a_dynamic_program_is_noticed():
    assert {"INTERP", "DYNAMIC"} <= segments(Path("/bin/ls"))


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_carries_no_foundation(prefix, helper):
    assert FOUNDATION not in (prefix / "bin" / helper).read_bytes()


def test_a_foundation_linked_in_is_noticed(prefix):
    # The command has one, by way of its argument parser.
    assert FOUNDATION in (prefix / "bin/keyfob").read_bytes()


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_is_small(prefix, helper):
    assert 0 < (prefix / "bin" / helper).stat().st_size <= MAX_HELPER_SIZE


def test_no_program_needs_the_toolchain(programs):
    found = {
        program.name: [line for line in shared_libraries(program) if TOOLCHAIN.search(line)]
        + search_paths(program) for program in programs}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_program_that_needs_the_toolchain_is_noticed(toolchain_program):
    assert [line for line in shared_libraries(toolchain_program) if TOOLCHAIN.search(line)]
    assert search_paths(toolchain_program)
    assert ".symtab" in output("readelf", "-SW", toolchain_program)


def test_no_program_carries_its_symbols(programs):
    tables = {program.name: output("readelf", "-SW", program) for program in programs}
    assert [name for name, table in tables.items() if ".symtab" in table] == []
    assert all(".text" in table for table in tables.values())
