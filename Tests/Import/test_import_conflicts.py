"""What happens where the store has something already."""

import pytest

from Support import Account

FILE = ".git-credentials"
ADD = "keyfob add github.com-a --username a --bind git:github.com --stdin"


@pytest.fixture
def stored(admin, write):
    """A credential with another secret than the file has, for the same user and host."""
    admin.does(ADD, input="stored")
    return write(FILE, "https://a:found@github.com\nhttps://b:new@other.io\n")


def test_the_same_secret_is_already_here(imports, admin, write):
    admin.does(ADD, input="found")
    path = write(FILE, "https://a:found@github.com\n")
    before = admin.home.credentials.read_bytes()
    assert imports.actions("git-store") == [("https://github.com", "a", "present")]
    assert admin.home.credentials.read_bytes() == before
    imports.actions("git-store --remove-source --yes")
    assert path.read_text() == ""


def test_without_a_terminal_an_open_conflict_is_refused(imports, admin, stored):
    reasons = imports.reasons("git-store --remove-source --yes")
    assert reasons == {"https://github.com": (
        "github.com-a has another secret for git:github.com; "
        "choose with --on-conflict skip, replace, rename or newest")}
    assert admin.git_get("github.com") == Account("a", "stored")
    assert admin.git_get("other.io") == Account("b", "new")
    assert stored.read_text() == "https://a:found@github.com\n"


def test_skip_leaves_both(imports, admin, stored):
    rows = imports.actions("git-store --on-conflict skip --remove-source --yes")
    assert [row.action for row in rows] == ["skip", "add"]
    assert admin.git_get("github.com") == Account("a", "stored")
    assert stored.read_text() == "https://a:found@github.com\n"


def test_replace_changes_the_stored_secret(imports, admin, stored):
    rows = imports.actions("git-store --on-conflict replace --remove-source --yes")
    assert [row.action for row in rows] == ["replace", "add"]
    assert admin.git_get("github.com") == Account("a", "found")
    assert sorted(admin.names()) == ["github.com-a", "other.io-b"]
    assert stored.read_text() == ""
    # git stores what it was given before once more, and that does not bring it back.
    admin.git_tells("store", "github.com", Account("a", "stored"))
    assert admin.git_get("github.com") == Account("a", "found")


def test_rename_keeps_both(imports, admin, stored):
    rows = imports.rows("git-store --on-conflict rename")
    assert [row["name"] for row in rows] == ["github.com-a-2", "other.io-b"]
    assert admin.git_get("github.com") == Account("a", "stored")
    admin.does("keyfob remove --yes github.com-a")
    assert admin.git_get("github.com") == Account("a", "found")


def test_a_name_that_is_taken_by_something_else(imports, admin, write):
    admin.does("keyfob add x.io-a --username z --bind git:elsewhere.io --stdin", input="theirs")
    write(FILE, "https://a:mine@x.io\n")
    assert "the name x.io-a is taken" in imports.reasons("git-store")["https://x.io"]
    reason = imports.reasons("git-store --on-conflict replace")["https://x.io"]
    assert "cannot replace" in reason
    assert admin.git_get("elsewhere.io") == Account("z", "theirs")
    assert imports.rows("git-store --on-conflict rename")[0]["name"] == "x.io-a-2"
    assert admin.git_get("x.io") == Account("a", "mine")


def test_another_scope_is_no_conflict(imports, admin, stored):
    rows = imports.actions("git-store --scope acme/work --on-conflict rename")
    assert [row.action for row in rows] == ["add", "add"]
    assert admin.git_get("github.com") == Account("a", "stored")
    assert admin.git_get("github.com", KEYFOB_SCOPE="acme/work") == Account("a", "found")


def test_a_second_import_finds_all_of_it_here(imports, admin, write):
    write(FILE, "https://a:1@x.io\nhttps://a:2@x.io/path\nhttps://a:3@y.io\n")
    assert {row.action for row in imports.actions("git-store")} == {"add"}
    before = admin.home.credentials.read_bytes()
    assert {row.action for row in imports.actions("git-store")} == {"present"}
    assert admin.home.credentials.read_bytes() == before


@pytest.mark.parametrize("answer, secret, names", [
    ("rep", "found", ["github.com-a"]), ("skip", "stored", ["github.com-a"]),
    ("", "stored", ["github.com-a"]), ("ren", "stored", ["github.com-a", "github.com-a-2"]),
    ("newest", "stored", ["github.com-a"])])
def test_somebody_at_the_terminal_is_asked(admin, terminal, stored, answer, secret, names):
    child = terminal("keyfob import --from git-store; echo exit $?")
    # All is shown before anything is asked.
    child.expect_exact("other.io-b")
    child.expect_exact("What to do: skip, replace, rename, newest? [skip] ")
    child.sendline(answer)
    child.expect(r"Import \d credentials?\? \[y/N\] ")
    child.sendline("y")
    child.expect_exact("exit 0")
    assert admin.git_get("github.com") == Account("a", secret)
    assert sorted(admin.names()) == [*names, "other.io-b"]
    assert stored.read_text().count("\n") == 2


def test_one_answer_may_do_for_the_rest(admin, terminal, write):
    for host in ("x.io", "y.io", "z.io"):
        admin.does(f"keyfob add {host}-a --username a --bind git:{host} --stdin", "stored")
    admin.does("keyfob add q.io-a --username z --bind git:elsewhere.io --stdin", "theirs")
    write(FILE, "".join(f"https://a:found@{host}\n" for host in ("x.io", "y.io", "q.io", "z.io")))
    child = terminal("keyfob import --from git-store; echo exit $?")
    child.expect_exact("4 conflicts: say what to do with each, or with all that are left")
    child.expect_exact("git:x.io. What to do: skip, replace, rename, newest? [skip] ")
    child.sendline("r a")
    child.expect_exact("git:x.io. What to do: skip, replace, rename, newest? [skip] ")
    child.sendline("skip")
    child.expect_exact("git:y.io. What to do: ")
    child.sendline("rep a")
    # This one cannot be replaced, so it is asked about all the same.
    child.expect_exact("the name q.io-a is taken by another credential. What to do: skip, rename? ")
    child.sendline("skip")
    child.expect_exact("Import 2 credentials? [y/N] ")
    child.sendline("y")
    child.expect_exact("exit 0")
    assert [admin.git_get(host).password for host in ("x.io", "y.io", "z.io")] == [
        "stored", "found", "found"]
    assert admin.git_get("q.io") is None


def test_no_is_no(admin, terminal, stored):
    child = terminal("keyfob import --from git-store --on-conflict replace; echo exit $?")
    child.expect_exact("[y/N] ")
    child.sendline("n")
    child.expect_exact("exit 1")
    assert admin.names() == ["github.com-a"]
    assert admin.git_get("github.com") == Account("a", "stored")


def test_removing_asks_or_needs_yes(admin, terminal, stored):
    assert "add `--yes`" in admin.fails(
        2, "keyfob import --from git-store --remove-source --on-conflict skip")
    assert admin.names() == ["github.com-a"]
    child = terminal("keyfob import --from git-store --on-conflict skip --remove-source")
    child.expect_exact("Import 1 credential? [y/N] ")
    child.sendline("y")
    child.expect_exact("Remove 1 of the logins from git-store? [y/N] ")
    child.sendline("n")
    child.expect_exact("nothing was done")
    assert stored.read_text().count("\n") == 2


def test_a_file_that_changed_meanwhile_is_left_alone(admin, terminal, write):
    path = write(FILE, "https://a:1@x.io\n")
    child = terminal("keyfob import --from git-store --remove-source; echo exit $?")
    child.expect_exact("Import 1 credential? [y/N] ")
    child.sendline("y")
    child.expect_exact("Remove 1 of the logins from git-store? [y/N] ")
    path.write_text("https://a:2@x.io\n")
    child.sendline("y")
    child.expect_exact("it was changed since it was read")
    child.expect_exact("exit 1")
    assert path.read_text() == "https://a:2@x.io\n"
    assert admin.git_get("x.io") == Account("a", "1")


def test_a_store_that_cannot_be_opened_is_not_taken_for_an_empty_one(imports, admin, stored):
    key = admin.home.path / ".local/state/keyfob/key"
    aside = key.rename(key.with_name("aside"))
    before = stored.read_text()
    answer = admin.run("keyfob import --from git-store --remove-source --yes")
    assert (answer.code, answer.out) == (4, b"") and stored.read_text() == before
    aside.rename(key)
    imports.actions("git-store --on-conflict replace")
    assert admin.git_get("github.com") == Account("a", "found")


def test_the_machines_store_takes_no_keyring(admin):
    line = "keyfob import --system --from json nowhere.json --to"
    answer = admin.run(f"{line} secret-service")
    assert answer.code == 2 and b"is a file, never a keyring" in answer.err
    assert admin.fails(3, f"{line} file") == "there is no nowhere.json"
