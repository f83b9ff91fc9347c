"""The machine's store: root makes and changes it, members read it, nobody else does."""

import json

import pytest

from machine import BOT, STORE

#: The lock, and what was done, are root's alone.
_SHARED = {".": "root:keyfob 750", "credentials.keyfob": "root:keyfob 640",
           "key": "root:keyfob 640", "anchor": "root:keyfob 640",
           "credentials.keyfob.lock": "root:root 600"}
_LATER = {**_SHARED, "credentials.keyfob.previous": "root:keyfob 640", "events": "root:root 600"}


def test_init_makes_group_folder_and_store(bare_machine):
    bare_machine.does("keyfob init --system")
    assert bare_machine.sh("getent group keyfob").startswith("keyfob:")
    assert bare_machine.modes() == _SHARED
    before = bare_machine.seal()
    bare_machine.does("keyfob init --system")
    assert bare_machine.seal() == before


def test_init_puts_owner_group_and_modes_right(machine):
    machine.sh(f"cd {STORE} && chgrp root . key && chmod 700 . && chmod 600 key anchor "
               "credentials.keyfob")
    machine.does("keyfob init --system")
    assert machine.modes() == _LATER
    machine.sh(f"cd {STORE} && chmod 755 . && chmod 644 key")
    machine.does("keyfob init --system")
    assert machine.modes() == _LATER


@pytest.mark.parametrize("spoil, told", [
    ("mv anchor k && ln -s /mnt/work/other anchor", "is a symbolic link"),
    ("ln anchor k", "has a second name"), ("chmod g+w anchor", "can be written by others"),
    ("chmod 777 .", f"run `chmod 750 {STORE}`"),
])
def test_init_trusts_nothing_that_is_not_the_stores_own(spoil, told, machine):
    machine.sh(f"umask 077; echo other > /mnt/work/other; cd {STORE} && {spoil}")
    answer = machine.root("keyfob", "init", "--system")
    assert answer.code == 1 and told in answer.err.decode(), answer
    assert machine.sh("stat -c '%U:%G %a' /mnt/work/other") == "root:root 600\n"


def test_before_init_every_command_says_what_to_run(bare_machine):
    for line, input in (("list", ""), ("status", ""), ("show bot", ""), ("remove bot", ""),
                        ("add bot --username bot --bind git:git.example.com --stdin", "x")):
        answer = bare_machine.root("keyfob", *line.split(), "--system", input=input)
        assert (answer.code, answer.out) == (4, b""), (line, answer)
        assert b"make it with `sudo keyfob init --system`" in answer.err
    assert bare_machine.sh("ls /var/lib") == ""


def test_modes_after_every_write(machine):
    assert machine.modes() == {**_SHARED, "events": "root:root 600",
                               "credentials.keyfob.previous": "root:keyfob 640"}
    for line, input in (
            ("edit bot --stdin", "another"), ("bind bot registry:other.example.com", ""),
            ("unbind bot registry:other.example.com", ""), ("store rotate-key", ""),
            ("add more --username m --bind git:m.example.com --stdin", "x"),
            ("remove more --yes", "")):
        machine.does(f"keyfob {line} --system", input)
        found = machine.modes()
        assert found == {name: _LATER[name] for name in found}, line
        assert set(_SHARED) <= set(found)
    assert machine.names() == ["bot"]
    # No umask of root's opens or closes anything further.
    for umask in ("000", "077"):
        machine.root("sh", "-c", f"umask {umask}; echo y | keyfob edit bot --system --stdin")
        assert machine.modes() == {name: _LATER[name] for name in machine.modes()}


def test_a_member_reads_and_never_writes(machine, ann):
    listed = json.loads(ann.keyfob("list --system --json").out)
    assert [each["name"] for each in listed] == ["bot"]
    assert ann.keyfob("show bot --system --reveal").out == BOT.password.encode()
    assert b"bot" in ann.keyfob("explain git:git.example.com --system").out
    before = machine.seal()
    for line in ("edit bot --description x", "remove bot --yes", "bind bot git:x.example.com",
                 "add x --username x --bind git:x.example.com --stdin", "store rotate-key",
                 "init"):
        answer = ann.keyfob(f"{line} --system", "x")
        assert (answer.code, answer.out) == (1, b""), (line, answer)
        assert answer.err.startswith(b"keyfob: only root") and b"sudo" in answer.err
    assert machine.seal() == before
    assert ann.names() == []


def test_a_stranger_reads_nothing(machine, otto):
    answer = otto.keyfob("list --system")
    assert (answer.code, answer.out) == (4, b"")
    assert b"for members of its group alone" in answer.err
    assert otto.run("cat", f"{STORE}/key").code == 1


def test_status_says_whose_store_there_is(machine, ann, otto):
    assert f"machine      {STORE}/credentials.keyfob, 1 credential" in ann.keyfob(
        "status").out.decode()
    assert f"machine      {STORE}/credentials.keyfob is there, but you are no member" in (
        otto.keyfob("status").out.decode())
    assert json.loads(machine.does("keyfob status --system --json"))["credentials"] == 1


def test_root_in_a_users_home(machine, ann):
    """As `sudo` with HOME kept: no file of the user's decides anything, nor belongs to root."""
    ann.run("sh", "-c", "mkdir -p ~/.config/keyfob && echo nonsense > ~/.config/keyfob/config")
    before = ann.files()
    for home in (ann.home, "", None):
        env = {"HOME": home} if home is not None else {"HOME": "relative"}
        machine.does("keyfob edit bot --system --description changed", **env, KEYFOB_STORE="x",
                     KEYFOB_KEY_FILE="/nonexistent", XDG_DATA_HOME=ann.home)
    assert "changed" in machine.does("keyfob show bot --system")
    assert ann.files() == before
    assert set(machine.modes().items()) <= set(_LATER.items())


@pytest.mark.parametrize("line", ["init --lock-with passphrase", "init --store secret-service",
                                  "store rotate-key --lock-with external-key --key-file /x"])
def test_no_other_lock_and_no_keyring(line, machine):
    before = machine.seal()
    answer = machine.root("keyfob", *line.split(), "--system")
    assert answer.code == 2 and b"the machine's" in answer.err
    assert machine.seal() == before


@pytest.mark.parametrize("spoil, told", [
    ("chmod g+w .", "can be written by others"), ("chmod o+rx .", "can be entered by everybody"),
    ("chown ann .", "belongs to another user"), ("chown ann key", "belongs to another user"),
    ("chmod g+w credentials.keyfob", "by others"), ("chmod o+r key", "by others"),
    ("mv key k && ln -s k key", "is a symbolic link"),
])
def test_an_unsafe_store_is_refused(spoil, told, machine, ann):
    assert ann.git_get("git.example.com") == BOT
    machine.sh(f"cd {STORE} && {spoil}")
    assert told in ann.git_get("git.example.com")
    assert told in ann.docker_get("registry.example.com")
    answer = machine.root("keyfob", "list", "--system")
    assert answer.code == 1 and told in answer.err.decode()


def test_a_killed_write_leaves_the_old_or_the_new(machine, ann):
    killed, seen = 0, set()
    old = BOT.password
    for number, call in enumerate(("fchown", "fchmod", "fallocate", "write", "fsync", "renameat2",
                                   "renameat", "unlinkat", "flock")):
        new = f"canary {number}"
        answer = machine.root(
            "keyfob", "edit", "bot", "--system", "--stdin", input=new,
            wrapper=["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                     f"inject={call}:signal=SIGKILL:when=1"])
        killed += answer.code == -9
        answered = ann.git_get("git.example.com")
        assert answered in (BOT._replace(password=old), BOT._replace(password=new)), call
        seen.add(answered.password == new)
        old = answered.password
    assert killed >= 6 and seen == {True, False}
    machine.does("keyfob edit bot --system --stdin", "the last")
    assert ann.git_get("git.example.com").password == "the last"
    found = machine.modes()
    assert found == {name: _LATER[name] for name in found}
