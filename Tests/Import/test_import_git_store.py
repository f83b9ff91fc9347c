"""The files of git-credential-store, written by git itself and by nobody sane."""

import pytest

from Support import Account
from Support.attributes import encode

FILE = ".git-credentials"


def approve(home, *options, **fields):
    answer = home.run("git", "credential-store", *options, "store", input=encode(
        {"protocol": "https", **fields}))
    assert answer.code == 0, answer


def fill(home, **fields):
    """What git-credential-store itself answers."""
    return home.run("git", "credential-store", "get", input=encode(
        {"protocol": "https", **fields})).out


def test_what_git_wrote_is_imported_and_answers(home, imports, admin):
    approve(home, host="github.com", username="alice", password="p@ss:w/ü %41")
    approve(home, host="git.example.com:8443", path="team/app.git", username="b@b", password="x")
    approve(home, protocol="http", host="intranet", username="carol", password="plain")
    before = imports.snapshot()
    rows = imports.rows("git-store")
    assert {row["binding"] for row in rows} == {
        "git:github.com", "git:git.example.com:8443/team/app.git", "git:http://intranet"}
    assert admin.git_get("github.com") == Account("alice", "p@ss:w/ü %41")
    assert imports.snapshot() == before


def test_both_files_are_read_and_lines_are_removed_from_each(home, imports, admin, write):
    other = write(".config/git/credentials", "")
    approve(home, "--file", str(other), host="two.example.com", username="b", password="2")
    write(FILE, "# kept\n\nhttps://a:1@one.example.com\nhttps://c:3@%20bad\nno newline at the end")
    rows = imports.actions("git-store --remove-source --yes", code=1)
    assert [row.action for row in rows] == ["add", "refuse", "skip", "add"]
    assert (home.path / FILE).read_text() == (
        "# kept\n\nhttps://c:3@%20bad\nno newline at the end")
    assert other.read_text() == ""
    assert fill(home, host="one.example.com") == b""
    assert admin.git_get("one.example.com") == Account("a", "1")
    assert admin.git_get("two.example.com") == Account("b", "2")
    assert not list(home.path.glob("*.lock"))


def test_the_mode_and_a_link_stay(home, imports, write):
    real = write("real/credentials", "https://a:1@one.example.com\n# rest\n", mode=0o640)
    (home.path / FILE).symlink_to(real)
    imports.actions("git-store --remove-source --yes")
    assert (home.path / FILE).is_symlink()
    assert real.read_text() == "# rest\n" and real.stat().st_mode & 0o777 == 0o640


def test_gits_own_lock_is_respected(home, imports, admin, write):
    path = write(FILE, "https://a:1@one.example.com\n")
    lock = write(FILE + ".lock", "")
    imports.actions("git-store --remove-source --yes", code=1)
    assert "another program may be writing" in imports.notes
    assert path.read_text() == "https://a:1@one.example.com\n" and lock.exists()
    assert admin.git_get("one.example.com") == Account("a", "1")
    lock.unlink()
    rows = imports.actions("git-store --remove-source --yes")
    assert rows == [("https://one.example.com", "a", "present")]
    assert path.read_text() == ""


def test_of_two_lines_the_one_git_takes_is_imported(home, imports, admin, write):
    text = "https://a:first@x.example.com\nhttps://a:second@x.example.com\n"
    path = write(FILE, text)
    rows = imports.actions("git-store --remove-source --yes", code=1)
    assert [row.action for row in rows] == ["add", "skip"]
    assert b"password=first" in fill(home, host="x.example.com")
    assert admin.git_get("x.example.com") == Account("a", "first")
    # Without the first line, the second would answer.
    assert path.read_text() == text and "would take its place" in imports.notes


def test_a_line_that_is_there_twice_goes_twice(imports, write):
    path = write(FILE, "https://a:1@x.io\nhttps://b:2@y.io\nhttps://a:1@x.io\n")
    imports.actions("git-store --remove-source --yes")
    assert path.read_text() == ""


@pytest.mark.parametrize("line, address, reason", [
    ("https://a:1@x.io\r", "https://x.io%0D", "is not an address"),
    ("https://a:1@", "https://", "it names no host"),
    ("https://a:@x.io", "https://x.io", "its secret is empty"),
    ("https://a:b%0Ac@x.io", "https://x.io", "more than one line"),
    ("https://a%0Ab:c@x.io", "https://x.io", "control bytes"),
    ("https://a:1@x.io/%2e%2e/evil", "https://x.io/../evil", "is not an address"),
    ("https://a:1@x..io", "https://x..io", "is not an address"),
])
def test_a_line_that_cannot_be_kept(imports, admin, write, line, address, reason):
    write(FILE, f"{line}\nhttps://good:1@good.io\n")
    rows = imports.rows("git-store", code=1)
    assert [row["action"] for row in rows] == ["refuse", "add"]
    assert rows[0]["address"] == address and reason in rows[0]["reason"]
    assert admin.git_get("good.io") == Account("good", "1")


def test_bytes_that_are_no_text_are_kept_as_they_are(imports, admin, home, write):
    write(FILE, b"https://a:%ff%fe@x.io\nhttps://b:\xff@y.io\n")
    assert [row.action for row in imports.actions("git-store")] == ["add", "add"]
    answer = home.git("get", encode({"protocol": "https", "host": "x.io"}))
    assert b"password=\xff\xfe\n" in answer.out


def test_no_secret_is_shown_of_lines_that_are_no_urls(imports, admin, write):
    write(FILE, "canary-token\nuser:canary@x.io\nhttps://canary@x.io\n")
    assert [row.action for row in imports.actions("git-store")] == ["skip"] * 3
    assert b"canary" not in admin.output
