"""Imports into the machine's store: root's alone, whole, and answered to members."""

import base64
import json

import pytest

from Support import Account

ENTRIES = [
    {"name": f"c{index}", "kind": "password", "username": "u", "secrets": {"password": f"s{index}"},
     "bindings": [f"registry:r{index}.example.com"]} for index in range(20)]
EXPORT = json.dumps({"format": "keyfob-credentials", "version": 1, "credentials": ENTRIES})
LINE = "import --system --from json -"


def test_root_imports_for_the_members(machine, ann):
    machine.does(f"keyfob {LINE}", EXPORT)
    assert len(machine.names()) == 21
    assert ann.docker_get("r7.example.com") == Account("u", "s7")
    before = machine.seal()
    machine.does(f"keyfob {LINE}", EXPORT)
    assert machine.seal() == before
    assert machine.root("ls", "-A", "/mnt/root").out == b""


def test_nobody_else_does(machine, ann):
    before = machine.seal()
    answer = ann.keyfob(LINE, EXPORT)
    assert answer.code != 0 and answer.err.count(b"\n") == 1, answer
    assert machine.seal() == before and ann.names() == []


def test_one_bad_entry_keeps_all_of_them_out(machine):
    bad = {key: value for key, value in ENTRIES[3].items() if key != "username"} | {"name": "bad"}
    before = machine.seal()
    answer = machine.root("keyfob", *LINE.split(), input=json.dumps(
        {"format": "keyfob-credentials", "version": 1, "credentials": [*ENTRIES, bad]}))
    assert answer.code == 1 and b"needs a user name" in answer.err
    assert machine.seal() == before


#: What root keeps, and what a user's own files lead to.
ROOTS = "https://root:canary@git.example.org\n"


@pytest.fixture
def trap(machine, ann):
    """A user's home in which root works: a link to root's own logins, and a helper."""
    auth = base64.b64encode(b"u:canary of a file").decode()
    config = json.dumps({"auths": {"file.example.com": {"auth": auth}}, "credsStore": "spy"})
    machine.sh(f"""
        umask 077; printf %s '{ROOTS}' > /mnt/root/logins
        cd {ann.home} && ln -s /mnt/root/logins .git-credentials
        umask 022; mkdir .docker bin && printf %s '{config}' > .docker/config.json
        printf '#!/bin/sh\\n>/mnt/work/called\\necho {{}}\\n' > bin/docker-credential-spy
        chmod 755 bin/docker-credential-spy""")
    return {"HOME": ann.home, "PATH": f"{ann.home}/bin:{machine.env['PATH']}"}


@pytest.mark.parametrize("line", [
    "git-store --remove-source --yes", "git-store ~/.git-credentials --remove-source --yes",
    "git-store", "netrc", "docker-config", "podman", "podman ~/.docker/config.json",
    "docker-secretservice", "git-libsecret", "pass", "pass ~/.password-store", "gh"])
def test_a_users_usual_places_are_not_the_machines(line, machine, ann, trap):
    before = machine.seal()
    line = line.replace("~", ann.home)
    answer = machine.root("keyfob", "import", "--system", "--from", *line.split(), **trap)
    assert (answer.code, answer.out, answer.err.count(b"\n")) == (2, b"", 1), answer
    assert machine.seal() == before and machine.sh("cat /mnt/root/logins") == ROOTS
    assert machine.sh("ls /mnt/work") == ""


def test_files_that_root_names_are_imported_and_stay(machine, ann, trap):
    machine.sh("printf 'machine n.example.com login n password x' > /mnt/work/netrc; "
               "chmod 600 /mnt/work/netrc")
    before = machine.sh("cat /mnt/work/netrc /mnt/root/logins")
    for source, path in (("git-store", "/mnt/root/logins"), ("netrc", "/mnt/work/netrc"),
                         ("docker-config", f"{ann.home}/.docker/config.json")):
        machine.does(f"keyfob import --system --from {source} {path}", **trap)
    assert ann.git_get("git.example.org") == Account("root", "canary")
    assert ann.git_get("n.example.com") == Account("n", "x")
    assert ann.docker_get("file.example.com") == Account("u", "canary of a file")
    assert machine.sh("cat /mnt/work/netrc /mnt/root/logins") == before
    # No helper was started; the control: a user's own import asks it.
    assert machine.sh("ls /mnt/work") == "netrc\n"
    machine.sh("chmod 777 /mnt/work")
    ann.keyfob("import --from docker-config", PATH=trap["PATH"])
    assert machine.sh("ls /mnt/work") == "called\nnetrc\n"
