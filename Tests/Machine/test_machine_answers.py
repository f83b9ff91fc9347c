"""What members' helpers answer from the machine's store, and what stays their own."""

import json

import pytest

from machine import BOT, MISS, STORE
from sealed_file import SealedFile
from Support import ALICE, Account, GitServer

OWN = Account("ann", "canary of ann's own")


def test_members_are_answered_and_others_get_a_miss(machine, ann, otto):
    assert ann.docker_get("registry.example.com") == BOT
    assert ann.git_get("git.example.com") == BOT
    assert otto.docker("get", "registry.example.com").code == 1
    assert otto.docker_get("registry.example.com") is None
    assert otto.git("get", "git.example.com") == (0, b"", b"")
    # A certain miss is one for members, too; nothing was written by any of it.
    assert ann.docker_get("elsewhere.example.com") is None
    assert ann.files() == otto.files() == {}


def test_a_member_who_leaves_gets_a_miss(machine, ann):
    assert ann.git_get("git.example.com") == BOT
    machine.sh("gpasswd -d ann keyfob")
    assert ann.git_get("git.example.com") is None


def test_root_in_a_users_home_asks_as_that_user(machine, ann, otto):
    """As `sudo docker` with HOME kept: with the user's groups, and no more."""
    for user, code in ((ann, 0), (otto, 1)):
        answer = machine.root("docker-credential-keyfob", "get", input="registry.example.com",
                              HOME=user.home)
        assert answer.code == code, answer
    assert machine.root("docker-credential-keyfob", "get", input="registry.example.com").code == 0


def test_root_in_the_home_of_an_unknown_user_is_in_no_group(machine, ann):
    """Whose number is that of the store's group, as it may be in another machine's home."""
    number = machine.sh("getent group keyfob").split(":")[2]
    machine.sh(f"mkdir -m 700 {ann.home}x && chown {number} {ann.home}x")

    def ask():
        return machine.root("docker-credential-keyfob", "get", input="registry.example.com",
                            HOME=f"{ann.home}x")

    assert ask() == (1, MISS, b"")
    # The control: the same user, known and in the group.
    machine.sh(f"useradd --no-log-init --uid {number} --gid keyfob known")
    assert ask().code == 0


def test_roots_own_helpers_write_nothing_there(machine):
    anchor = machine.mounts.folder(f"{STORE}/anchor")
    older = anchor.read_bytes()
    machine.does("keyfob edit bot --system --stdin", "canary anew")
    # As a writer leaves it that is killed before the last step.
    anchor.write_bytes(older)
    before = machine.seal()
    assert b"canary anew" in machine.root(
        "docker-credential-keyfob", "get", input="registry.example.com").out
    assert b"bot" in machine.root("keyfob", "explain", "git:git.example.com").out
    assert machine.seal() == before
    # The control: a command of root's on that store catches up.
    machine.does("keyfob list --system")
    assert machine.seal()["anchor"] != older


def test_the_own_login_wins(machine, ann, ben):
    ann.docker_store("registry.example.com", OWN)
    ann.git_tells("store", "git.example.com", OWN)
    assert ann.docker_get("registry.example.com") == ann.git_get("git.example.com") == OWN
    assert ben.docker_get("registry.example.com") == BOT


def test_what_the_own_store_cannot_give_is_not_the_machines_to_give(machine, ann):
    ann.keyfob("add mine --username ann --bind git:git.example.com --stdin --expires 2001-01-01",
               "x")
    answer = ann.git("get", "git.example.com")
    assert answer.out == b"" and b"mine has expired" in answer.err
    assert ann.docker_get("registry.example.com") == BOT


def test_a_locked_own_store_that_answers_is_the_answer(machine, ann):
    assert ann.keyfob("init --lock-with passphrase --passphrase-stdin", "a passphrase").code == 0
    assert ann.keyfob("unlock --stdin", "a passphrase").code == 0
    ann.git_tells("store", "git.example.com", OWN)
    assert ann.keyfob("lock").code == 0
    assert "is locked" in ann.git_get("git.example.com")
    assert ann.docker_get("registry.example.com") == BOT


def test_a_store_of_the_machines_secret_changes_nothing(machine, ann):
    ann.git_tells("store", "git.example.com", BOT)
    ann.docker_store("registry.example.com", BOT)
    assert ann.files() == {}
    # Nor does what an edit there replaced, which a git in flight may still send.
    machine.does("keyfob edit bot --system --stdin", "canary anew")
    ann.git_tells("store", "git.example.com", BOT)
    assert ann.git_get("git.example.com") == BOT._replace(password="canary anew")
    assert ann.names() == []
    # The control: any other secret makes a login.
    ann.git_tells("store", "git.example.com", OWN)
    assert ann.git_get("git.example.com") == OWN


def test_what_may_be_the_machines_is_not_copied(machine, ann):
    """Whether an edit replaced it stands in the directory alone, which an answer does not need."""
    machine.does("keyfob edit bot --system --stdin", "canary anew")
    path = machine.mounts.folder(f"{STORE}/credentials.keyfob")
    content = path.read_bytes()
    start, _ = SealedFile(content, (path.parent / "key").read_bytes()).parts["directory"]
    path.write_bytes(content[:start] + bytes([content[start] ^ 1]) + content[start + 1:])
    assert ann.git_get("git.example.com") == BOT._replace(password="canary anew")
    answer = ann.git("store", "git.example.com", BOT)
    assert answer.code != 0 and b"is damaged (directory)" in answer.err
    assert ann.names() == []
    path.write_bytes(content)
    ann.git_tells("store", "git.example.com", BOT)
    assert ann.names() == []


def test_a_refusal_suspends_for_one_member_alone(machine, ann, ben):
    before = machine.seal()
    ann.git_tells("erase", "git.example.com", BOT._replace(password="another"))
    assert ann.git_get("git.example.com") == BOT
    ann.git_tells("erase", "git.example.com", BOT)
    assert ann.git_get("git.example.com") is None
    assert ben.git_get("git.example.com") == BOT
    assert ann.docker_get("registry.example.com") == BOT
    assert machine.seal() == before
    assert not any(b"git.example.com" in content or BOT.password.encode() in content
                   for content in ann.files().values())
    # The secret works after all, so the suspension is over.
    ann.git_tells("store", "git.example.com", BOT)
    assert ann.git_get("git.example.com") == BOT
    assert ann.names() == []


def test_a_new_secret_ends_the_suspension(machine, ann):
    ann.git_tells("erase", "git.example.com", BOT)
    assert ann.git_get("git.example.com") is None
    machine.does("keyfob edit bot --system --stdin", "canary anew")
    assert ann.git_get("git.example.com") == BOT._replace(password="canary anew")


def test_ten_minutes_end_the_suspension(machine, ann):
    ann.git_tells("erase", "git.example.com", BOT)
    path = machine.mounts.folder(f"{ann.home}/.local/state/keyfob/suspensions")
    content = bytearray(path.read_bytes())
    assert len(content) == 48
    until = int.from_bytes(content[40:], "little")
    for moved in (until - 601, until + 601):
        path.write_bytes(content[:40] + moved.to_bytes(8, "little"))
        assert ann.git_get("git.example.com") == BOT
    path.write_bytes(content)
    assert ann.git_get("git.example.com") is None


def test_an_own_login_is_erased_and_the_machines_is_not(machine, ann):
    ann.git_tells("store", "git.example.com", OWN)
    ann.git_tells("erase", "git.example.com", OWN)
    assert ann.git_get("git.example.com") == BOT
    ann.docker_store("registry.example.com", OWN)
    answer = ann.docker("erase", "registry.example.com")
    assert (answer.code, answer.out) == (0, b"")
    assert b"bot of the machine's store still answers for registry.example.com" in answer.err
    assert ann.docker_get("registry.example.com") == BOT
    assert ann.docker("erase", "elsewhere.example.com") == (0, b"", b"")
    assert machine.names() == ["bot"]


def test_list_shows_own_keys_first(machine, ann, otto):
    machine.does("keyfob bind bot registry:second.example.com --system")
    ann.docker_store("registry.example.com", OWN)
    assert ann.docker_list() == {"registry.example.com": "ann", "second.example.com": "bot"}
    assert otto.docker_list() == {}
    # A login at a host answers for the paths below it, too.
    machine.does("keyfob bind bot registry:registry.example.com/team/app --system")
    assert set(ann.docker_list()) == {"registry.example.com", "second.example.com"}
    assert set(machine.user("ben", member=True).docker_list()) == {
        "registry.example.com", "second.example.com", "registry.example.com/team/app"}
    # What is not to be read does not keep the own keys from being shown.
    machine.sh(f"chmod o+r {STORE}/key")
    assert ann.docker_list() == {"registry.example.com": "ann"}


def test_scopes_count_as_ever(machine, ann):
    machine.does("keyfob add work --system --username work --bind git:scoped.example.com "
                 "--scope acme/work --stdin", "canary of work")
    assert ann.git_get("scoped.example.com") is None
    assert ann.git_get("scoped.example.com", KEYFOB_SCOPE="acme/work/x").username == "work"
    assert ann.git_get("scoped.example.com", KEYFOB_SCOPE="acme") is None


def test_explain_says_that_the_machine_answers(machine, ann, otto):
    text = ann.keyfob("explain git:git.example.com").out.decode()
    assert "answer: bot as bot" in text and "the machine's store" in text
    assert "the machine's store" not in otto.keyfob("explain git:git.example.com").out.decode()
    ann.git_tells("store", "git.example.com", OWN)
    assert "the machine's store" not in ann.keyfob("explain git:git.example.com").out.decode()


def test_a_damaged_store_is_no_miss(machine, ann, otto):
    path = machine.mounts.folder(f"{STORE}/credentials.keyfob")
    content = path.read_bytes()
    path.write_bytes(content[:200])
    assert "damaged" in ann.git_get("git.example.com")
    assert "damaged" in ann.docker_get("elsewhere.example.com")
    assert otto.docker_get("elsewhere.example.com") is None
    # What the own store answers does not depend on it, and a login can be stored.
    ann.git_tells("store", "git.example.com", OWN)
    assert ann.git_get("git.example.com") == OWN


def test_an_older_copy_is_noticed(machine, ann):
    folder = machine.mounts.folder(STORE)
    older = (folder / "credentials.keyfob").read_bytes()
    machine.does("keyfob edit bot --system --stdin", "canary anew")
    (folder / "credentials.keyfob").write_bytes(older)
    assert "older than its last use" in ann.git_get("git.example.com")


@pytest.mark.parametrize("keep", [True, False], ids=["seeded", "unseeded"])
def test_git_clones_with_the_machines_credential(keep, machine, ann, otto, certificate):
    with GitServer(certificate) as server:
        machine.sh(f"cp {certificate.certificate} /mnt/work/cert.pem && "
                   "chmod 644 /mnt/work/cert.pem")
        if keep:
            machine.does(f"keyfob add clone --system --username {ALICE.username} --stdin "
                         f"--bind git:{server.host}", ALICE.password)

        def clone(user):
            return user.run("git", "-c", "credential.helper=keyfob", "clone", "-q", server.url(),
                            f"{user.home}/app", SSL_CERT_FILE="/mnt/work/cert.pem",
                            GIT_SSL_CAINFO="/mnt/work/cert.pem").code == 0

        assert clone(ann) is keep
        assert not clone(otto)
        # git told the helper of its success, and nothing was copied.
        assert ann.names() == []
