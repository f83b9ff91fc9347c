"""Which of several logins for one address answers once they are imported: the one that answered
before, here or where they came from."""

import base64
import json

import pytest

from Support import Account
from Support.attributes import decode, encode

ALICE = Account("alice", "1")
BOB = Account("bob", "2")
CAROL = Account("carol", "3")
BOTH = pytest.mark.parametrize("logins", [(ALICE, BOB), (BOB, ALICE)], ids=["ab", "ba"])
NETRC = "/usr/share/doc/git/contrib/credential/netrc/git-credential-netrc.perl"


@pytest.fixture(params=["file", "secret-service"])
def stores(request, home):
    """Runs a test once with each store."""
    if request.param == "secret-service":
        request.getfixturevalue("secret_service")
    home.env["KEYFOB_STORE"] = request.param
    return request.param


@pytest.fixture
def podman_files(home, write):
    """Writes the two files that podman reads, with a login each for the same address."""

    def write_files(address, more, less):
        write("../run/containers/auth.json", auths((address, more)))
        return write(".config/containers/auth.json", auths((address, less)))

    return write_files


def auths(*logins):
    return {"auths": {address: {"auth": base64.b64encode(":".join(account).encode()).decode()}
                      for address, account in logins}}


def line(account, host):
    return f"https://{account.username}:{account.password}@{host}\n"


def asked(home, *program, host="x.io"):
    """The account that a program of git's has for a host."""
    answer = home.run(*program, "get", input=encode({"protocol": "https", "host": host}))
    assert answer.code == 0, answer
    reply = decode(answer.out)
    return Account(reply["username"], reply["password"])


class TestOfSeveralTheFirst:
    @BOTH
    def test_line_of_git_store(self, home, imports, admin, write, stores, logins):
        write(".git-credentials", "".join(line(each, "x.io") for each in logins))
        assert asked(home, "git", "credential-store") == logins[0]
        assert [row.action for row in imports.actions("git-store")] == ["add", "add"]
        assert {each["store"] for each in admin.json("keyfob list")} == {stores}
        assert admin.git_get("x.io") == logins[0]
        admin.does(f"keyfob remove --yes x.io-{logins[0].username}")
        assert admin.git_get("x.io") == logins[1]

    def test_file_of_git_store(self, home, imports, admin, write):
        write(".config/git/credentials", line(ALICE, "x.io"))
        write(".git-credentials", line(BOB, "x.io"))
        assert asked(home, "git", "credential-store") == BOB
        imports.actions("git-store")
        assert admin.git_get("x.io") == BOB

    @BOTH
    def test_machine_of_netrc(self, home, imports, admin, write, logins):
        path = write(".netrc", "".join(
            f"machine x.io login {each.username} password {each.password}\n" for each in logins))
        assert asked(home, "perl", NETRC, "--file", path) == logins[0]
        imports.actions("netrc")
        assert admin.git_get("x.io") == logins[0]

    @BOTH
    def test_file_of_podman(self, home, imports, admin, podman_files, logins):
        podman_files("q.example", *logins)
        shown = home.run("podman", "login", "--get-login", "q.example")
        assert shown.out.decode().strip() == logins[0].username
        assert [row.action for row in imports.actions("podman")] == ["add", "add"]
        assert admin.docker_get("q.example") == logins[0]

    @pytest.mark.parametrize("user", ["aaa", "mid", "zed"])
    def test_is_the_active_user_of_gh(self, imports, admin, write, user):
        write(".config/gh/hosts.yml", "".join([
            "ghe.example:\n    users:\n",
            *(f"        {name}:\n            oauth_token: gho_{name}\n"
              for name in ("aaa", "mid", "zed")),
            f"    user: {user}\n    oauth_token: gho_{user}\n"]))
        assert [row.action for row in imports.actions("gh")] == ["add"] * 3
        assert admin.git_get("ghe.example") == Account(user, f"gho_{user}")

    def test_is_a_helpers_before_the_files_own(self, imports, admin, write, program):
        program("docker-credential-keeper", """
case $1 in
    list) echo '{"x.io":"bob"}' ;;
    get) echo '{"ServerURL":"x.io","Username":"bob","Secret":"2"}' ;;
esac""")
        found = auths(("x.io", ALICE), ("y.io", ALICE))
        write(".docker/config.json", {"credsStore": "keeper", **found})
        assert len(imports.actions("docker-config")) == 3
        assert admin.docker_get("x.io") == BOB
        assert admin.docker_get("y.io") == ALICE


class TestWhatAnsweredBefore:
    def test_goes_on_answering(self, imports, admin, write, stores):
        admin.docker_store("x.io", BOB)
        write(".docker/config.json", auths(("x.io", ALICE), ("y.io", ALICE)))
        assert [row.action for row in imports.actions("docker-config")] == ["add", "add"]
        assert admin.docker_get("x.io") == BOB
        # Where nothing answered before, the import does, and it does when that is gone.
        assert admin.docker_get("y.io") == ALICE
        admin.does("keyfob remove --yes x.io-bob")
        assert admin.docker_get("x.io") == ALICE

    @BOTH
    def test_keeps_its_order(self, imports, admin, write, stores, logins):
        for each in reversed(logins):
            admin.git_tells("store", "x.io", each)
        write(".git-credentials", line(CAROL, "x.io"))
        imports.actions("git-store")
        order = []
        for _ in range(3):
            order.append(admin.git_get("x.io"))
            admin.does(f"keyfob remove --yes x.io-{order[-1].username}")
        assert order == [*logins, CAROL]

    def test_does_so_when_it_is_the_second_in_the_source(self, imports, admin, write):
        admin.git_tells("store", "x.io", BOB)
        write(".git-credentials", line(ALICE, "x.io") + line(BOB, "x.io"))
        assert [row.action for row in imports.actions("git-store")] == ["add", "present"]
        assert admin.git_get("x.io") == BOB

    def test_does_so_at_its_other_addresses(self, imports, admin, write, stores):
        admin.does("keyfob add old --username alice --bind git:x.io --bind git:y.io --stdin",
                   input="1")
        admin.does("keyfob add new --username bob --bind git:y.io --stdin", input="2")
        before = [admin.git_get(host) for host in ("x.io", "y.io")]
        assert before == [ALICE, BOB]
        write(".git-credentials", line(CAROL, "x.io"))
        imports.actions("git-store")
        assert [admin.git_get(host) for host in ("x.io", "y.io")] == before

    def test_need_not_be_at_hand(self, home, imports, admin, write, secret_service):
        """A keyring that is away or locked keeps nothing from the file, and what it has counts."""
        home.env["KEYFOB_STORE"] = "secret-service"
        admin.git_tells("store", "x.io", BOB)
        write(".git-credentials", line(ALICE, "x.io"))
        away = imports.actions("git-store --to file", DBUS_SESSION_BUS_ADDRESS=None)
        assert [row.action for row in away] == ["add"]
        secret_service.lock()
        write(".git-credentials", line(CAROL, "x.io"))
        assert [row.action for row in imports.actions("git-store --to file")] == ["add"]
        secret_service.unlock()
        assert admin.git_get("x.io") == BOB
        admin.does("keyfob remove --yes x.io-bob")
        assert admin.git_get("x.io") == ALICE

    @pytest.mark.parametrize("state", ["expired", "suspended"])
    def test_is_not_what_no_longer_answers(self, imports, admin, write, state):
        expiry = "--expires 2020-01-01" if state == "expired" else ""
        admin.does(f"keyfob add old --username bob --bind git:x.io {expiry} --stdin", input="2")
        if state == "suspended":
            assert admin.git_get("x.io") == BOB
            admin.git_tells("erase", "x.io", BOB)
        assert admin.json("keyfob list")[0]["status"] == state
        assert admin.git_get("x.io") is None
        write(".git-credentials", line(ALICE, "x.io"))
        assert [row.action for row in imports.actions("git-store")] == ["add"]
        assert admin.git_get("x.io") == ALICE

    def test_does_so_when_the_secret_of_another_is_replaced(self, imports, admin, write, stores):
        for each in (Account("alice", "old"), BOB):
            admin.docker_store("x.io", each)
        write(".docker/config.json", auths(("x.io", ALICE)))
        rows = imports.actions("docker-config --on-conflict replace")
        assert [row.action for row in rows] == ["replace"]
        assert admin.docker_get("x.io") == BOB
        admin.does("keyfob remove --yes x.io-bob")
        assert admin.docker_get("x.io") == ALICE

    def test_does_so_in_its_own_scope_only(self, imports, admin, write):
        admin.git_tells("store", "x.io", BOB)
        write(".git-credentials", line(ALICE, "x.io"))
        imports.actions("git-store --scope acme/work")
        assert admin.git_get("x.io") == BOB
        assert admin.git_get("x.io", KEYFOB_SCOPE="acme/work") == ALICE


NEWER = Account("u", "newer")
STALE = Account("u", "stale")
RULES = pytest.mark.parametrize("rule", ["ask", "skip", "replace", "rename", "newest"])


def repeats(name):
    return f"{name}, which comes before it in the source, is for the same"


class TestOfTwoForTheSameUser:
    @RULES
    def test_the_second_file_of_podman_is_skipped(self, imports, admin, podman_files, rule):
        less = podman_files("q.example", NEWER, STALE)
        before = less.read_bytes()
        rows = imports.rows(f"podman --on-conflict {rule} --remove-source --yes", code=1)
        assert [row["action"] for row in rows] == ["add", "skip"]
        assert rows[1]["reason"] == repeats("q.example-u")
        assert admin.docker_get("q.example") == NEWER
        assert admin.names() == ["q.example-u"]
        # It was not imported, so it stays, and so does the first, whose place it would take.
        assert less.read_bytes() == before

    @RULES
    def test_the_second_machine_of_netrc_is_skipped(self, imports, admin, write, rule):
        write(".netrc", "machine x.io login u password newer\n"
              "machine x.io login u password stale\nmachine x.io login v password other\n")
        rows = imports.rows(f"netrc --on-conflict {rule}")
        assert [row["action"] for row in rows] == ["add", "skip", "add"]
        assert rows[1]["reason"] == repeats("x.io-u")
        assert admin.git_get("x.io") == NEWER
        assert sorted(admin.names()) == ["x.io-u", "x.io-v"]

    @RULES
    def test_another_way_to_write_the_address_is_no_other_address(
            self, imports, admin, write, rule):
        write(".docker/config.json", auths(
            ("https://x.io", NEWER), ("x.io", STALE), ("x.io/team", STALE)))
        rows = imports.rows(f"docker-config --on-conflict {rule}")
        assert [row["action"] for row in rows] == ["add", "skip", "add"]
        assert admin.docker_get("x.io") == NEWER
        assert admin.docker_get("x.io/team") == STALE

    def test_the_first_replaces_what_is_stored(self, imports, admin, podman_files):
        """The rule is for what the store had before, and there it holds."""
        admin.docker_store("q.example", Account("u", "older"))
        podman_files("q.example", NEWER, STALE)
        rows = imports.rows("podman --on-conflict replace")
        assert [row["action"] for row in rows] == ["replace", "skip"]
        assert rows[1]["reason"] == repeats("q.example-u")
        assert admin.docker_get("q.example") == NEWER

    def test_a_second_with_the_same_secret_is_taken_along(self, imports, podman_files):
        less = podman_files("q.example", NEWER, NEWER)
        rows = imports.actions("podman --remove-source --yes")
        assert [row.action for row in rows] == ["add", "present"]
        assert json.loads(less.read_text()) == {"auths": {"q.example": {}}}

    @RULES
    def test_a_first_that_is_here_already_counts_too(
            self, imports, admin, podman_files, rule):
        less = podman_files("q.example", NEWER, STALE)
        before = less.read_bytes()
        for _ in range(2):
            rows = imports.rows(f"podman --on-conflict {rule}")
        assert [row["action"] for row in rows] == ["present", "skip"]
        assert rows[1]["reason"] == repeats("q.example-u")
        assert admin.names() == ["q.example-u"]
        imports.actions(f"podman --on-conflict {rule} --remove-source --yes", code=1)
        assert admin.docker_get("q.example") == NEWER
        assert less.read_bytes() == before
