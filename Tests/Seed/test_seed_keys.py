"""`keyfob keygen` and `keyfob seed trust`."""

import fcntl

import pytest

import bech32m
import seed_format
from seed_homes import SeedHome


@pytest.fixture
def someone(tmp_path, prefix):
    return SeedHome(tmp_path / "someone", prefix)


def test_the_key_of_a_machine_is_made_once(someone):
    recipient = someone.line("keyfob keygen")
    file = someone.state("recipient-key")
    assert file.stat().st_mode & 0o777 == 0o600
    machine = seed_format.machine_in(file.read_bytes())
    assert recipient == machine.recipient
    assert bech32m.decode("keyfob-recipient", recipient) == machine.public
    again = someone.run("keyfob keygen")
    assert again == (0, f"{recipient}\n".encode(), b"")
    assert someone.json("keyfob keygen") == {"recipient": recipient, "file": str(file)}


def test_a_new_key_of_a_machine_takes_a_yes(someone):
    old = someone.line("keyfob keygen")
    line = someone.fails(2, "keyfob keygen --new")
    assert "will not open any more" in line and line.endswith("add `--yes`")
    assert someone.line("keyfob keygen") == old
    new = someone.line("keyfob keygen --new --yes")
    assert new != old
    assert someone.line("keyfob keygen") == new


def test_a_signing_key_is_made_once(someone):
    signer = someone.line("keyfob keygen --signing")
    file = someone.state("signing-key")
    assert file.stat().st_mode & 0o777 == 0o600
    key = seed_format.signer_in(file.read_bytes())
    assert signer == key.text
    assert someone.json("keyfob keygen --signing") == {
        "signer": signer, "fingerprint": key.fingerprint, "file": str(file)}
    assert "add `--yes`" in someone.fails(2, "keyfob keygen --signing --new")
    assert someone.line("keyfob keygen --signing --new --yes") != signer


def test_a_passphrase_comes_too_late_for_a_key_that_has_none(someone):
    signer = someone.line("keyfob keygen --signing")
    before = someone.state("signing-key").read_bytes()
    line = someone.fails(1, "keyfob keygen --signing --passphrase")
    assert "holds a key that no passphrase locks" in line
    assert someone.state("signing-key").read_bytes() == before
    assert someone.line("keyfob keygen --signing") == signer


def test_a_signing_key_elsewhere(someone):
    file = someone.home.path / "stick" / "key"
    line = someone.fails(3, f"keyfob keygen --signing --output {file}")
    assert line == "there is no folder ~/stick; make it, then try again"
    file.parent.mkdir(mode=0o700)
    signer = someone.line(f"keyfob keygen --signing --output {file}")
    assert seed_format.signer_in(file.read_bytes()).text == signer
    assert not someone.state("signing-key").exists()


def test_no_other_file_becomes_a_signing_key(someone):
    (someone.home.path / "stick").mkdir(mode=0o700)
    file = someone.home.path / "stick" / "key"
    for content in (b"", b"notes of mine\n" * 9):
        file.write_bytes(content)
        file.chmod(0o600)
        for options in ("", "--new --yes"):
            line = someone.fails(1, f"keyfob keygen --signing --output {file} {options}")
            assert line.startswith("~/stick/key is not a signing key of keyfob; "), line
            assert file.read_bytes() == content
    neighbour = file.with_name("key.new")
    file.rename(neighbour)
    signer = someone.line(f"keyfob keygen --signing --output {file}")
    other = someone.line(f"keyfob keygen --signing --output {file} --new --yes")
    assert seed_format.signer_in(file.read_bytes()).text == other != signer
    assert neighbour.read_bytes() == content
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words, question", [
    ("", "will not open any more"), ("--signing", "until it is pinned there")])
def test_nobody_waits_for_who_is_asked(someone, terminal, words, question):
    old = someone.line(f"keyfob keygen {words}")
    child = terminal(someone, "keygen", "--new", *words.split())
    child.expect(question)
    with open(someone.state("seeds.lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    child.sendline("y")
    child.expect("made a (signing )?key in")
    child.wait()
    assert child.exitstatus == 0
    assert someone.line(f"keyfob keygen {words}") != old


def test_a_key_that_was_made_while_another_was_asked_for_stays(someone, terminal):
    child = terminal(someone, "keygen", "--signing", "--passphrase")
    child.expect("passphrase: ")
    signer = someone.line("keyfob keygen --signing --passphrase-fd 0", "correct horse")
    child.sendline("another horse")
    child.expect("passphrase again: ")
    child.sendline("another horse")
    child.expect_exact(signer)
    child.wait()
    assert child.exitstatus == 0
    file = someone.state("signing-key").read_bytes()
    assert seed_format.signer_in(file, b"correct horse").text == signer


def test_a_locked_signing_key(make_machine, make_admin, terminal):
    admin = make_admin("admin")
    admin.add("ghcr", "bot", "canary of ghcr", "registry:ghcr.io")
    machine = make_machine("machine")
    file = admin.home.path / "locked"
    signer = admin.line(
        f"keyfob keygen --signing --passphrase-fd 0 --output {file}", "correct horse")
    machine.does(f"keyfob seed trust --yes {signer}")
    assert seed_format.signer_in(file.read_bytes(), b"correct horse").text == signer
    # Its public half takes no passphrase.
    assert admin.line(f"keyfob keygen --signing --output {file}") == signer
    create = f"keyfob seed create --to {machine.recipient} --sign {file} ghcr"
    path = admin.home.path / "web.seed"
    line = admin.fails(1, f"{create} --output {path} --passphrase-fd 0", "incorrect horse")
    assert line.startswith("the passphrase is not the one it was sealed with")
    assert not path.exists()
    line = admin.fails(2, f"{create} --output {path}")
    assert line.endswith("give it on a file descriptor with `--passphrase-fd N`")
    child = terminal(admin, *create.split()[1:], "--output", str(path))
    child.expect("passphrase of the signing key: ")
    child.sendline("correct horse")
    child.expect("made the bundle default")
    child.wait()
    machine.apply(path)
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")


def test_a_signing_key_that_others_can_read_is_not_used(machine, alice):
    alice.state("signing-key").chmod(0o644)
    line = alice.fails(
        1, f"keyfob seed create --to {machine.recipient} --output x.seed ghcr")
    assert line == ("~/.local/state/keyfob/signing-key can be read or written by others; run "
                    "`chmod 600 ~/.local/state/keyfob/signing-key`")


@pytest.mark.parametrize("name", ["recipient-key", "signing-key", "trusted-signers", "seeds"])
def test_a_damaged_file_is_told(name, machine, alice):
    path = alice.bundle([machine])
    machine.apply(path)
    owner = alice if name == "signing-key" else machine
    file = owner.state(name)
    file.write_bytes(b"no " + file.read_bytes())
    if owner is alice:
        line = alice.fails(
            1, f"keyfob seed create --to {machine.recipient} --output x.seed ghcr")
    else:
        line = machine.refuses(alice.bundle([machine]))
    assert str(name) in line and ("damaged" in line or "is not" in line), line


def test_keys_are_pinned_and_unpinned(someone, alice, make_admin):
    bob = make_admin("bob")
    assert someone.run("keyfob seed trust --list").out == b""
    line = someone.fails(2, f"keyfob seed trust {alice.signer}")
    assert f"Bundles signed by the key {alice.key.fingerprint} may store" in line
    assert someone.json("keyfob seed trust --list") == []
    for admin in (alice, bob, alice):
        someone.does(f"keyfob seed trust --yes {admin.signer}")
    pinned = someone.json("keyfob seed trust --list")
    assert [each["signer"] for each in pinned] == [alice.signer, bob.signer]
    assert [each["fingerprint"] for each in pinned] == [
        alice.key.fingerprint, bob.key.fingerprint]
    assert someone.state("trusted-signers").stat().st_mode & 0o777 == 0o600
    assert bob.signer in someone.does("keyfob seed trust --list").decode()
    someone.does(f"keyfob seed trust --remove {alice.signer}")
    assert [each["signer"] for each in someone.json("keyfob seed trust --list")] == [bob.signer]
    someone.does(f"keyfob seed trust --remove {alice.signer}")


def test_a_mistyped_key_is_noticed(machine, alice):
    typo = alice.signer[:-1] + ("q" if alice.signer[-1] != "q" else "p")
    assert "is not a signing key" in machine.fails(2, f"keyfob seed trust --yes {typo}")
    assert "is not a signing key" in machine.fails(
        2, f"keyfob seed trust --yes {machine.recipient}")
    other = machine.recipient.replace(machine.recipient[20], "q" if machine.recipient[20] != "q"
                                      else "p", 1)
    line = alice.fails(2, f"keyfob seed create --to {other} --output x.seed ghcr")
    assert line.startswith("what `--to` gives is not a recipient; copy the whole line")
    line = alice.fails(
        2, f"keyfob seed create --to {machine.recipient} --to {other} --output x.seed ghcr")
    assert line.startswith("what `--to` number 2 gives is not a recipient")


def test_what_is_given_for_a_recipient_by_mistake_is_not_repeated(machine, alice):
    """It may be a passphrase."""
    file = alice.home.path / "machines"
    create = "keyfob seed create --output x.seed ghcr --to"
    for text, line in ((b"canary\n", 1), (b"# ours\n\n%s # web\r\n \tcanary # db", 4)):
        file.write_bytes(text.replace(b"%s", machine.recipient.encode()))
        told = alice.fails(2, f"{create}-file machines")
        assert told.startswith(f"what line {line} of machines gives is not a recipient"), told
        assert "canary" not in told
    assert "canary" not in alice.fails(2, f"{create} canary")
    assert alice.fails(3, f"{create}-file nowhere") == "there is no nowhere"
    file.write_text(f"# ours\n{machine.recipient} # web\n")
    alice.does(f"{create}-file machines")


def test_a_file_is_not_replaced_unasked(machine, alice):
    path = alice.bundle([machine], "--counter 1 ghcr")
    first = path.read_bytes()
    create = f"keyfob seed create --to {machine.recipient} --counter 2 forge"
    assert alice.fails(1, f"{create} --output {path}") == (
        f"~/{path.name} is there; add `--force` to replace it")
    assert path.read_bytes() == first
    alice.does(f"{create} --output {path} --force")
    assert machine.apply(path)["counter"] == 2
    # As with `keyfob export`, there is no short form, and nothing to force without a file.
    for options in (f"-o {path}", "--force", "--output - --force"):
        assert alice.run(f"{create} {options}").code == 2
