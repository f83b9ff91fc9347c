"""Files that were made to do harm, or were cut off."""

import base64
import os

import pytest

from Support import Account

CONFIG = ".docker/config.json"
GOOD = '{"auths":{"x.io":{"auth":"%s"}}}' % base64.b64encode(b"a:b").decode()


@pytest.mark.parametrize("text, problem", [
    (GOOD[:-3], "line 1, column"), ("[]", "an object was expected"), ("{" * 600, "quotes"),
    ('{"a":' * 600, "more than 500 levels"), ('{"auths":{"x.io":{"auth":"\n"}}}', "control byte"),
    ("\xef\xbb\xbf" + GOOD, "line 1"),
])
def test_json_that_is_none(admin, imports, write, text, problem):
    path = write(CONFIG, text)
    assert problem in admin.fails(1, "keyfob import --from docker-config --remove-source --yes")
    assert path.read_bytes() == text.encode()
    write(CONFIG, GOOD)
    assert imports.actions("docker-config") == [("x.io", "a", "add")]


def test_json_with_windows_lines_and_odd_bytes(imports, admin, write):
    write(CONFIG, GOOD.replace("{", "{\r\n").encode())
    assert imports.actions("docker-config") == [("x.io", "a", "add")]
    write(CONFIG, GOOD.encode().replace(b"x.io", b"x\xff.io"))
    assert list(imports.reasons("docker-config").values()) == ["the address is not UTF-8"]
    write(CONFIG, b'{"auths":{"y.io":{"identitytoken":"\xff"}}}')
    assert "not UTF-8" in imports.reasons("docker-config")["y.io"]


def test_a_secret_that_is_no_text_is_refused_for_registries(imports, write):
    write(CONFIG, GOOD.replace("YTpi", base64.b64encode(b"a:\xff\xfe").decode()))
    assert "text only" in imports.reasons("docker-config")["x.io"]


@pytest.mark.parametrize("source, name", [
    ("docker-config", CONFIG), ("git-store", ".git-credentials"), ("netrc", ".netrc"),
    ("gh", ".config/gh/hosts.yml")])
class TestPlaces:
    def test_a_huge_file(self, admin, write, source, name):
        path = write(name, "")
        os.truncate(path, 17 << 20)
        assert "longer than" in admin.fails(1, f"keyfob import --from {source}")

    def test_a_pipe_makes_nobody_wait(self, home, admin, source, name):
        (home.path / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(home.path / name)
        assert "is not a regular file" in admin.fails(1, f"keyfob import --from {source}")

    @pytest.mark.parametrize("given", ["/dev/zero", "/dev/null", "/dev/stdin", "."])
    def test_what_is_no_file_is_said(self, admin, source, name, given):
        assert admin.fails(1, f"keyfob import --from {source} {given}") == (
            f"{given} is not a regular file; "
            "name a file that holds the logins, not a folder, a pipe or a device")

    def test_an_empty_file(self, imports, write, source, name):
        write(name, "")
        assert imports.actions(source) == []

    def test_noise(self, admin, write, source, name):
        path = write(name, bytes(range(256)) * 64)
        answer = admin.run(f"keyfob import --from {source} --remove-source --yes")
        assert answer.code in (0, 1)
        assert path.read_bytes() == bytes(range(256)) * 64
        assert admin.names() == []


def test_a_thousand_logins_are_one_write(imports, admin, write):
    write(".git-credentials", "".join(
        f"https://u{n}:secret{n}@host{n % 50}.example.com\n" for n in range(1000)))
    assert len(imports.actions("git-store")) == 1000
    assert len(admin.names()) == 1000
    assert admin.json("keyfob store fsck") is not None
    assert admin.git_get("host7.example.com") == Account("u7", "secret7")


def test_words_that_would_move_a_cursor_are_written_out(admin, write):
    write(".netrc", "machine x\x1b[2J.io login a\x1b[2J password p\n")
    answer = admin.run("keyfob import --from netrc --dry-run")
    assert b"\x1b" not in answer.out + answer.err and b"%1B[2J" in answer.out
