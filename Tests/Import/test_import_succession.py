"""What stays in a source so that no stale login takes the place of one that was removed."""

import base64
import json

import pytest

from Support import Account
from Support.attributes import decode, encode

NETRC = "/usr/share/doc/git/contrib/credential/netrc/git-credential-netrc.perl"
HUB = "https://index.docker.io/v1/"
REMOVE = "--remove-source --yes"
NEWER = Account("u", "newer")
STALE = Account("u", "stale")


def auths(*logins):
    return {"auths": {address: {"auth": base64.b64encode(":".join(account).encode()).decode()}
                      for address, account in logins}}


def asked(home, *program, host="x.io"):
    """The account that a program of git's has for a host; nothing when it has none."""
    answer = home.run(*program, "get", input=encode({"protocol": "https", "host": host}))
    reply = decode(answer.out)
    return Account(reply["username"], reply["password"]) if "password" in reply else None


def machine(account, host="x.io"):
    return f"machine {host} login {account.username} password {account.password}\n"


def would_take(address, place):
    return f"the login for {address}, in {place}, would take its place"


def test_a_machine_before_a_stale_one_stays(home, imports, admin, write):
    text = machine(NEWER) + machine(STALE)
    path = write(".netrc", text + machine(Account("v", "1"), "y.io"))
    rows = imports.actions(f"netrc {REMOVE}", code=1)
    assert [row.action for row in rows] == ["add", "skip", "add"]
    # What is for another host went.
    assert path.read_text() == text
    assert would_take("x.io", "~/.netrc, line 2") in imports.notes
    assert "removed 1 from netrc" in imports.notes
    assert asked(home, "perl", NETRC, "--file", path) == NEWER == admin.git_get("x.io")


def test_a_machine_after_what_stays_goes(home, imports, write):
    path = write(".netrc", machine(STALE) + machine(Account("v", "1")))
    imports.admin.does("keyfob add old --username u --bind git:x.io --stdin", input="other")
    rows = imports.actions(f"netrc --on-conflict skip {REMOVE}")
    assert [row.action for row in rows] == ["skip", "add"]
    assert path.read_text() == machine(STALE)
    assert asked(home, "perl", NETRC, "--file", path) == STALE


def test_machines_with_one_secret_or_all_imported_go_together(home, imports, write):
    path = write(".netrc", machine(NEWER) * 2 + machine(Account("v", "1")) + machine(NEWER))
    rows = imports.actions(f"netrc {REMOVE}")
    assert [row.action for row in rows] == ["add", "present", "add", "present"]
    assert path.read_text() == ""
    assert asked(home, "perl", NETRC, "--file", path) is None


@pytest.mark.parametrize("after, reason", [
    ("machine x.io login u\n", "it has no password"),
    ('machine x.io login u password "open\n', "a word is missing or unknown there")])
def test_a_machine_that_cannot_be_imported_keeps_the_one_before(imports, write, after, reason):
    text = machine(NEWER) + after
    path = write(".netrc", text)
    assert imports.reasons(f"netrc {REMOVE}", code=1) == {"x.io": reason}
    assert path.read_text() == text


def test_a_macro_that_keeps_a_machine_keeps_those_before_it(imports, write):
    text = machine(NEWER) + machine(Account("v", "1")) + "macdef init\n  ls\n\n"
    path = write(".netrc", text)
    imports.actions(f"netrc {REMOVE}", code=1)
    assert path.read_text() == text


@pytest.mark.parametrize("names", [(HUB, "docker.io"), ("docker.io", HUB),
                                   ("index.docker.io", "docker.io")])
def test_two_names_of_docker_hub(imports, admin, write, names):
    found = auths((names[0], NEWER), (names[1], STALE), ("y.io", NEWER))
    path = write(".docker/config.json", found)
    rows = imports.actions(f"docker-config {REMOVE}", code=1)
    assert [row.action for row in rows] == ["add", "skip", "add"]
    assert would_take(names[1], "~/.docker/config.json: auths") in imports.notes
    assert json.loads(path.read_text())["auths"] == {**found["auths"], "y.io": {}}
    assert admin.docker_get("docker.io") == NEWER


def test_two_names_of_docker_hub_with_one_secret_go_together(imports, write):
    path = write(".docker/config.json", auths((HUB, NEWER), ("docker.io", NEWER)))
    imports.actions(f"docker-config {REMOVE}")
    assert json.loads(path.read_text()) == {"auths": {HUB: {}, "docker.io": {}}}


def test_a_repository_is_another_address_than_its_registry(imports, admin, write):
    path = write(".docker/config.json", auths(("x.io", NEWER), ("x.io/a", Account("", "p"))))
    admin.does("keyfob add x.io --username u --bind registry:x.io/a --stdin", input="other")
    imports.actions(f"docker-config --on-conflict skip {REMOVE}")
    assert json.loads(path.read_text())["auths"]["x.io"] == {}


def test_the_first_file_of_podman_stays_before_a_stale_second(home, imports, admin, write):
    first = write("../run/containers/auth.json", auths(("q.example", NEWER), ("r.example", NEWER)))
    second = write(".config/containers/auth.json", auths(("q.example", STALE)))
    rows = imports.actions(f"podman {REMOVE}", code=1)
    assert [row.action for row in rows] == ["add", "add", "skip"]
    assert "would take its place" in imports.notes
    assert json.loads(first.read_text()) == {"auths": {**auths(("q.example", NEWER))["auths"],
                                                       "r.example": {}}}
    assert json.loads(second.read_text()) == auths(("q.example", STALE))
    assert admin.docker_get("q.example") == NEWER


def test_a_line_of_any_path_may_take_the_place_of_a_hosts(home, imports, write):
    """git-credential-store is asked for a host alone, and takes the first line for it."""
    imports.admin.does("keyfob add old --username v --bind git:x.io/team --stdin", input="other")
    path = write(".git-credentials", "https://u:newer@x.io\nhttps://v:stale@x.io/team\n")
    rows = imports.actions(f"git-store --on-conflict skip {REMOVE}", code=1)
    assert [row.action for row in rows] == ["add", "skip"]
    assert asked(home, "git", "credential-store") == NEWER
    path.write_text("https://v:stale@x.io/team\n")
    assert asked(home, "git", "credential-store") == Account("v", "stale")


def test_gh_takes_no_other_user(imports, admin, write):
    path = write(".config/gh/hosts.yml", (
        "ghe.example:\n    users:\n        aaa:\n            oauth_token: gho_a\n"
        "        bbb:\n            oauth_token: gho_b\n    user: aaa\n    oauth_token: gho_a\n"))
    admin.does("keyfob add old --username bbb --bind git:ghe.example --stdin", input="other")
    rows = imports.actions(f"gh --on-conflict skip {REMOVE}")
    assert [row.action for row in rows] == ["add", "skip"]
    assert "gho_a" not in path.read_text() and "gho_b" in path.read_text()
