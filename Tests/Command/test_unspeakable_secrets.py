"""Secrets that a protocol cannot carry: they are not bound to where they could not be answered."""

import pytest

BINARY, LINES = b"canary \xff\xfe of bytes", b"canary of\ntwo lines"
REGISTRY, GIT = "registry:r.io", "git:git.example.com"

unspeakable = pytest.mark.parametrize(
    "secret, binding", [(BINARY, REGISTRY), (LINES, GIT)], ids=["bytes, registry", "lines, git"])


def add(binding=None):
    return "keyfob add ci --username bot --stdin" + (f" --bind {binding}" if binding else "")


def revealed(admin):
    return admin.does("keyfob show ci --reveal")


@unspeakable
def test_adding_one_with_that_binding_is_refused(secret, binding, admin):
    line = admin.fails(2, add(binding), secret)
    assert "canary" not in line
    assert admin.names() == []
    admin.does(add(binding), b"canary of text")
    assert revealed(admin).rstrip(b"\n") == b"canary of text"


@unspeakable
def test_without_that_binding_it_is_kept(secret, binding, admin):
    admin.does(add(), secret)
    assert secret in revealed(admin)


@unspeakable
def test_binding_it_later_is_refused(secret, binding, admin):
    admin.does(add(), secret)
    before = admin.files()
    assert "canary" not in admin.fails(2, f"keyfob bind ci {binding}")
    assert admin.files() == before and admin.json("keyfob show ci")["bindings"] == []


@unspeakable
def test_changing_a_bound_one_into_it_is_refused(secret, binding, admin):
    admin.does(add(binding), b"canary of text")
    before = admin.files()
    assert "canary" not in admin.fails(2, "keyfob edit ci --stdin", secret)
    assert admin.files() == before
    admin.does("keyfob edit ci --stdin", b"another canary")
    assert revealed(admin).rstrip(b"\n") == b"another canary"


def test_registries_are_given_lines(admin):
    """The control: what git cannot be given, registries can."""
    admin.does(add(REGISTRY), LINES)
    assert admin.docker_get("r.io").password == LINES.decode()
