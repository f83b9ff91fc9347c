"""The shape of the tree: who may import whom, and how long and how named files are."""

import re
import shutil
from pathlib import Path

import pytest

from Architecture.graph import ALLOWED, BASE, HELPERS, Package

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400
JUNK_DRAWERS = re.compile(r"(?i)(util|utilitie|helper|manager|common)s?")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return Package(ROOT, tmp_path_factory.mktemp("scratch"))


@pytest.fixture
def copy(tmp_path):
    """The tree as a package of its own, for a test to break."""
    root = tmp_path / "copy"
    root.mkdir()
    shutil.copy(ROOT / "Package.swift", root)
    for folder in ("Sources", "helpers"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


def test_every_target_is_in_the_drawing(package):
    assert set(package.targets) == set(ALLOWED)
    assert {path.name for path in (ROOT / "Sources").iterdir()} <= set(ALLOWED)


def test_imports_point_down_only(package):
    assert package.forbidden() == []


def test_an_import_against_the_direction_is_noticed(copy, tmp_path):
    source = min((copy / "Sources/CredentialCore").glob("*.swift"))
    source.write_text("@testable internal import struct HelperRuntime.X\n" + source.read_text())
    assert Package(copy, tmp_path / "scratch").forbidden() == ["CredentialCore -> HelperRuntime"]


def test_a_dependency_against_the_direction_is_noticed(copy, tmp_path):
    manifest = copy / "Package.swift"
    declared = '.target(name: "CredentialCore",'
    assert declared in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(
        declared, declared + ' dependencies: ["GitProtocol"],'))
    assert Package(copy, tmp_path / "scratch").forbidden() == ["CredentialCore -> GitProtocol"]


def test_the_core_stands_on_nothing_of_ours(package):
    assert package.sources("CredentialCore")
    assert package.imports("CredentialCore") <= BASE
    assert package.dependencies("CredentialCore") == set()


@pytest.mark.parametrize("helper", HELPERS)
def test_nothing_in_a_helper_imports_foundation(package, helper):
    linked = package.linked_by(helper)
    assert {"CredentialCore", "SealedFile"} <= linked
    assert foreign_imports(package, linked) == set()


def test_what_a_helper_must_not_import_is_noticed(copy, tmp_path):
    source = min((copy / "Sources/SealedFile").glob("*.swift"))
    source.write_text(source.read_text() + "public import Foundation\n")
    broken = Package(copy, tmp_path / "scratch")
    found = foreign_imports(broken, broken.linked_by(HELPERS[0]))
    assert found == {("SealedFile", "Foundation")}


def foreign_imports(package, targets):
    """What targets import that is neither the base nor a target of this package."""
    return {
        (name, module) for name in targets for module in package.imports(name)
        if module not in BASE and module not in package.targets}


def source_files():
    folders = {"Sources": "swift c h", "helpers": "swift", "Tests": "swift py sh", "install": "sh"}
    return [
        path for folder, suffixes in folders.items() for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix[1:] in suffixes.split()
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]


def test_no_source_file_is_long():
    lines = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in source_files()}
    assert len(lines) > 50
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


@pytest.mark.parametrize("program", [*HELPERS, "keyfob"])
def test_a_program_is_wiring_only(program):
    assert (ROOT / "helpers" / program / "main.swift").read_text().count("\n") < 30


@pytest.mark.parametrize("name, is_one", [
    ("Utils", True), ("Utilities", True), ("helpers", True), ("Manager", True), ("Common", True),
    ("HelperRuntime", False), ("SealedFile", False)])
def test_a_junk_drawer_is_known_by_its_name(name, is_one):
    assert bool(JUNK_DRAWERS.fullmatch(name)) == is_one


def test_no_folder_is_a_junk_drawer():
    folders = [path for path in (ROOT / "Sources").rglob("*") if path.is_dir()]
    assert folders
    assert [path for path in folders if JUNK_DRAWERS.fullmatch(path.name)] == []
