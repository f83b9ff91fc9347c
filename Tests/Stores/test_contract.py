"""What holds whichever store keeps the secrets: both helpers and the command answer the same."""

import json

import pytest

from Support import Account
from Support.attributes import decode, encode
from administrator import MISS, shows

REGISTRY, OTHER_REGISTRY, FORGE = "r.example.com", "quay.io", "git.example.com"
ALICE = Account("alice", "canary of alice")
BOB = Account("bob", "canary of bob")
SECRETS = {
    "text": "canary of text",
    "unicode": "cänary – 金丝雀 🐤 \u202e",
    "marks": "canary p\"\\/\t'$`€𝄞" + "".join(map(chr, range(32, 127))),
    "lines": "canary\nof\r\nlines",
    "json": '{"password":"canary"}',
    "blank": " ",
    "long": "canary " * ((4 << 20) // 7),
}
BYTES = {
    "bytes": b"canary \xff\xfe\x00 of bytes",
    "all bytes": b"canary" + bytes(range(256)),
    "zero": b"\x00",
    "4 MiB": b"\xff\x00" * (2 << 20),
}


@pytest.fixture
def seeded(admin):
    """One credential for two registries and a forge."""
    admin.does(f"keyfob add ci --username alice --bind registry:{REGISTRY}"
               f" --bind registry:{OTHER_REGISTRY} --bind git:{FORGE} --stdin", ALICE.password)
    assert answers(admin) == [ALICE] * 3
    return admin


def answers(admin):
    return [admin.docker_get(REGISTRY), admin.docker_get(OTHER_REGISTRY), admin.git_get(FORGE)]


class TestTheDockerHelper:
    def test_store_get_list_erase(self, admin, store):
        assert admin.docker_get(REGISTRY) is None
        admin.docker_store(REGISTRY, ALICE)
        admin.docker_store(OTHER_REGISTRY, BOB)
        assert admin.docker_get(REGISTRY) == ALICE
        assert admin.docker_get(f"https://{REGISTRY}/") == ALICE
        assert admin.docker_list() == {REGISTRY: "alice", OTHER_REGISTRY: "bob"}
        assert {each["store"] for each in admin.json("keyfob list")} == {store}
        assert admin.docker_erase(REGISTRY) == ""
        assert admin.home.docker("get", REGISTRY) == (1, MISS, b"")
        assert admin.docker_list() == {OTHER_REGISTRY: "bob"}
        assert admin.docker_erase(REGISTRY) == ""

    def test_the_login_that_was_stored_last_answers(self, admin):
        for account in (ALICE, BOB, ALICE):
            admin.docker_store(REGISTRY, account)
            assert admin.docker_get(REGISTRY) == account
        assert admin.docker_list() == {REGISTRY: "alice"}
        assert admin.docker_erase(REGISTRY) == ""
        assert admin.docker_get(REGISTRY) is None

    @pytest.mark.parametrize("name", SECRETS)
    def test_secrets_come_back_as_they_are(self, admin, name):
        account = Account("usér", SECRETS[name])
        admin.docker_store(REGISTRY, account)
        assert admin.docker_get(REGISTRY) == account

    def test_an_identity_token(self, admin):
        admin.docker_store(REGISTRY, Account("<token>", "canary of a token"))
        assert admin.docker_get(REGISTRY) == Account("<token>", "canary of a token")
        assert [each["kind"] for each in admin.json("keyfob list")] == ["token"]


class TestTheGitHelper:
    def test_store_get_erase(self, admin):
        assert admin.git_get(FORGE) is None
        admin.git_tells("store", FORGE, ALICE)
        assert admin.git_get(FORGE) == ALICE
        admin.git_tells("erase", FORGE, Account("alice", "another secret"))
        assert admin.git_get(FORGE) == ALICE
        admin.git_tells("erase", FORGE, ALICE)
        assert admin.git_get(FORGE) is None

    def test_two_accounts(self, admin):
        for account in (ALICE, BOB):
            admin.git_tells("store", FORGE, account)
        for account in (ALICE, BOB):
            request = {"protocol": "https", "host": FORGE, "username": account.username}
            reply = decode(admin.home.git("get", encode(request)).out)
            assert reply["password"] == account.password
        assert admin.git_get(FORGE) == BOB
        admin.git_tells("erase", FORGE, BOB)
        assert admin.git_get(FORGE) == ALICE

    def test_every_field_comes_back(self, admin):
        fields = {"protocol": "https", "host": FORGE, **ALICE.attributes(),
                  "password_expiry_utc": "4102444800", "oauth_refresh_token": "canary to refresh"}
        assert admin.home.git("store", encode(fields)) == (0, b"", b"")
        request = {"protocol": "https", "host": FORGE}
        reply = decode(admin.home.git("get", encode(request)).out)
        assert reply == {name: fields[name] for name in fields if name not in request}

    @pytest.mark.parametrize("password, token", [
        (b"canary \xff\xfe\x01", b"canary to refresh"), (b"canary", b"\x80"),
        (b"\xc0", b"\xed\xa0"), ("cänary".encode(), "金丝雀".encode()),
        (b'"\\', b'{"token;base64":"x"}')])
    def test_two_fields_of_any_bytes_come_back_as_they_are(self, admin, password, token):
        request = f"protocol=https\nhost={FORGE}\n".encode()
        secrets = b"password=" + password + b"\n", b"oauth_refresh_token=" + token + b"\n"
        stored = admin.home.git("store", request + b"username=u\n" + b"".join(secrets))
        assert stored == (0, b"", b"")
        reply = admin.home.git("get", request).out
        assert all(secret in reply for secret in secrets), reply
        [name] = admin.names()
        revealed = admin.does(f"keyfob show {name} --reveal --field refreshToken")
        assert revealed == token

    def test_an_expired_login_gives_its_refresh_token_alone(self, admin):
        fields = {"protocol": "https", "host": FORGE, **ALICE.attributes(),
                  "password_expiry_utc": "4102444800", "oauth_refresh_token": "canary to refresh"}
        admin.home.git("store", encode(fields))
        admin.does("keyfob edit git.example.com-alice --expires 2001-01-01")
        request = {"protocol": "https", "host": FORGE}
        reply = decode(admin.home.git("get", encode(request)).out)
        assert reply["oauth_refresh_token"] == "canary to refresh"
        assert "password" not in reply

    def test_a_header_login(self, admin):
        fields = {"capability": ["authtype"], "protocol": "https", "host": FORGE,
                  "authtype": "Bearer", "credential": "canary of a header"}
        assert admin.home.git("store", encode(fields)) == (0, b"", b"")
        request = {"capability": ["authtype"], "protocol": "https", "host": FORGE}
        reply = decode(admin.home.git("get", encode(request)).out)
        assert (reply["authtype"], reply["credential"]) == ("Bearer", "canary of a header")
        assert admin.git_get(FORGE) is None

    def test_a_wrong_password_suspends_a_seed(self, seeded):
        seeded.git_tells("erase", FORGE, BOB)
        assert answers(seeded) == [ALICE] * 3
        seeded.git_tells("erase", FORGE, ALICE)
        assert answers(seeded) == [ALICE, ALICE, None]
        assert seeded.json("keyfob show ci")["status"] == "suspended"
        seeded.git_tells("store", FORGE, ALICE)
        assert answers(seeded) == [ALICE] * 3


class TestTheCommand:
    def test_add_show_remove(self, seeded, store):
        shown = seeded.json("keyfob show ci")
        assert (shown["name"], shown["username"], shown["store"], shown["version"]) == (
            "ci", "alice", store, 1)
        assert seeded.does("keyfob show ci --reveal").decode() == ALICE.password
        assert seeded.transcript("keyfob remove ci --yes") == "\n2> keyfob: removed ci\n"
        assert answers(seeded) == [None] * 3
        assert seeded.names() == []
        assert seeded.fails(3, "keyfob show ci").startswith("there is no credential")

    def test_bind_and_unbind(self, seeded):
        seeded.does("keyfob bind ci git:forge.example.com 'registry:*.corp.example.com'")
        assert seeded.git_get("forge.example.com") == ALICE
        assert seeded.docker_get("a.corp.example.com") == ALICE
        seeded.does("keyfob unbind ci git:forge.example.com")
        assert seeded.git_get("forge.example.com") is None
        assert answers(seeded) == [ALICE] * 3

    def test_rotation_takes_effect_everywhere_at_once(self, seeded):
        new = Account("alice", "canary two")
        assert "keyfob: changed ci\n" in seeded.transcript(
            "keyfob edit ci --stdin", new.password)
        assert answers(seeded) == [new] * 3
        assert seeded.json("keyfob show ci")["version"] == 2
        seeded.does("keyfob edit ci --username bob")
        assert answers(seeded) == [Account("bob", new.password)] * 3

    def test_a_late_store_of_the_old_secret_changes_nothing(self, seeded, kept):
        seeded.does("keyfob edit ci --stdin", "canary two")
        before = kept()
        seeded.docker_store(REGISTRY, ALICE)
        seeded.git_tells("store", FORGE, ALICE)
        assert kept() == before
        assert answers(seeded) == [Account("alice", "canary two")] * 3

    def test_metadata_changes_leave_the_secret_alone(self, seeded):
        seeded.does("keyfob edit ci --description 'für alle' --expires 2030-12-31"
                    " --rotate-after 2030-06-30")
        shown = seeded.json("keyfob show ci")
        assert (shown["description"], shown["version"]) == ("für alle", 1)
        assert shown["expires"] == "2030-12-31T23:59:59Z"
        assert answers(seeded) == [ALICE] * 3

    def test_scopes(self, admin):
        for name, account in (("a", ALICE), ("b", BOB)):
            admin.does(f"keyfob add {name} --username {account.username} --scope org/{name}"
                       f" --bind registry:{REGISTRY} --bind git:{FORGE} --stdin", account.password)
        for name, account in (("a", ALICE), ("b", BOB)):
            scope = {"KEYFOB_SCOPE": f"org/{name}"}
            assert admin.docker_get(REGISTRY, **scope) == account
            assert admin.git_get(FORGE, **scope) == account
        assert (admin.docker_get(REGISTRY), admin.git_get(FORGE)) == (None, None)
        admin.does("keyfob edit a --scope ''")
        assert admin.docker_get(REGISTRY) == ALICE

    def test_the_nearer_scope_answers(self, admin):
        admin.docker_store(REGISTRY, ALICE)
        login = {"ServerURL": REGISTRY, "Username": "bob", "Secret": BOB.password}
        assert admin.home.docker("store", json.dumps(login), KEYFOB_SCOPE="org").code == 0
        assert admin.docker_get(REGISTRY) == ALICE
        assert admin.docker_get(REGISTRY, KEYFOB_SCOPE="org") == BOB

    @pytest.mark.parametrize("kind", ["password", "token"])
    @pytest.mark.parametrize("name", BYTES)
    def test_bytes_come_back_as_they_are(self, admin, kind, name):
        admin.does(f"keyfob add odd --kind {kind} --username u --stdin", BYTES[name])
        assert admin.does("keyfob show odd --reveal") == BYTES[name]

    def test_an_expired_credential(self, seeded):
        seeded.does("keyfob edit ci --expires 2001-01-01")
        assert seeded.docker_get(REGISTRY).line == (
            f"keyfob: the credential ci for {REGISTRY} has expired; "
            "renew it with `keyfob edit ci`, or log in again")


class TestWhatIsKept:
    def test_an_unchanged_store_writes_nothing(self, admin, kept):
        admin.docker_store(REGISTRY, ALICE)
        admin.git_tells("store", FORGE, BOB)
        before = kept()
        admin.docker_store(REGISTRY, ALICE)
        admin.git_tells("store", FORGE, BOB)
        assert kept() == before
        admin.docker_store(REGISTRY, BOB)
        assert kept() != before, "a change is seen"

    def test_reading_writes_nothing(self, seeded, kept):
        before = kept()
        assert answers(seeded) == [ALICE] * 3
        seeded.docker_list()
        for line in ("keyfob list", "keyfob show ci --reveal", "keyfob status",
                     f"keyfob explain {REGISTRY}"):
            seeded.does(line)
        assert kept() == before

    def test_no_file_shows_a_secret(self, seeded):
        seeded.docker_store("other.example.com", BOB)
        (seeded.home.path / "control").write_text(BOB.password)
        found = {name for name, data in seeded.files().items()
                 for account in (ALICE, BOB) if shows(data, account.password)}
        assert found == {"control"}

    def test_what_is_removed_leaves_nothing_behind(self, seeded, kept):
        seeded.docker_store("other.example.com", BOB)
        seeded.does("keyfob edit ci --stdin", "canary two")
        seeded.docker_erase("other.example.com")
        seeded.does("keyfob remove ci --yes")
        files, items = kept()
        assert items == []
        assert seeded.names() == [] and seeded.docker_list() == {}

    def test_one_item_for_each_credential(self, seeded, kept, store):
        for account in (ALICE, BOB, ALICE):
            seeded.docker_store("other.example.com", account)
        seeded.does("keyfob edit ci --stdin", "canary two")
        names = seeded.names()
        items = kept()[1]
        expected = sorted(f"Keyfob: {name}" for name in names) if store != "file" else []
        assert sorted(item.label for item in items) == expected

    def test_nothing_that_was_shown_was_a_secret(self, seeded):
        seeded.docker_store("other.example.com", BOB)
        seeded.does("keyfob status")
        seeded.does("keyfob list")
        seeded.does("keyfob edit ci --stdin", "canary two")
        for secret in (ALICE.password, BOB.password, "canary two"):
            assert not shows(seeded.output, secret)
