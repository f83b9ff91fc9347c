"""netrc files, with all that stands in them."""

import netrc

import pytest

from Support import Account

FULL = """\
# the build machine
machine api.example.com login frank password "two \\"words\\"" # trailing
machine b.example.com
  login gina
  account billing
  password #hash

machine one.example.com login a password 1 machine two.example.com login b password 2
macdef init
  machine ftp.example.com password canary

machine last.example.com
\tlogin z
\tpassword last"""


def test_every_machine_is_imported(home, imports, admin, write):
    path = write(".netrc", FULL)
    before = imports.snapshot()
    assert imports.actions("netrc") == [
        ("api.example.com", "frank", "add"), ("b.example.com", "gina", "add"),
        ("one.example.com", "a", "add"), ("two.example.com", "b", "add"),
        ("last.example.com", "z", "add")]
    assert admin.git_get("api.example.com") == Account("frank", 'two "words"')
    assert admin.git_get("b.example.com") == Account("gina", "#hash")
    # Python's own reader agrees.
    login, _, password = netrc.netrc(path).authenticators("last.example.com")
    assert admin.git_get("last.example.com") == Account(login, password)
    assert imports.snapshot() == before


def test_machines_are_removed_and_the_rest_stays_to_the_byte(imports, write):
    path = write(".netrc", FULL, mode=0o400)
    imports.actions("netrc --remove-source --yes", code=1)
    assert "a macro is defined there" in imports.notes
    assert path.read_text() == (
        "# the build machine\n# trailing\n\nmachine two.example.com login b password 2\n"
        "macdef init\n  machine ftp.example.com password canary\n\n")
    assert path.stat().st_mode & 0o777 == 0o400


def test_default_is_told_and_stays(imports, admin, write):
    path = write(".netrc", "machine a.io login a password 1\ndefault login anon password x\n")
    assert imports.reasons("netrc --remove-source --yes") == {
        "default": "it is for every other host, and a credential is for hosts by name"}
    assert path.read_text() == "default login anon password x\n"
    assert admin.names() == ["a.io-a"]


@pytest.mark.parametrize("text, reason", [
    ("machine x.io login a", "it has no password"),
    ("machine x.io password p", "it has no login"),
    ("machine x.io login a password", "a word is missing or unknown there"),
    ('machine x.io login a password "open', "a word is missing or unknown there"),
    ("machine x.io login a passwd canary", "a word is missing or unknown there"),
    ('machine x.io login a password ""', "its secret is empty"),
    ("machine x..io login a password p", "`https://x..io` is not an address"),
    ("machine", "it has no password"),
    ("machine \"\" login a password p", "it names no host"),
    ("machine x.io login a password p\\\0", "git can be given one line only"),
])
def test_a_machine_that_cannot_be_kept(imports, admin, write, text, reason):
    write(".netrc", f"machine good.io login g password 1\n{text}")
    rows = imports.rows("netrc", code=1)
    assert [row["action"] for row in rows] == ["add", "refuse"]
    assert reason in rows[1]["reason"]
    assert b"canary" not in admin.output
    assert admin.git_get("good.io") == Account("g", "1")


def test_lines_may_end_as_on_windows(imports, admin, write):
    path = write(".netrc", "machine a.io\r\n  login a\r\n  password p\r\n# rest\r\n")
    assert imports.actions("netrc --remove-source --yes") == [("a.io", "a", "add")]
    assert admin.git_get("a.io") == Account("a", "p")
    assert path.read_bytes() == b"# rest\r\n"
