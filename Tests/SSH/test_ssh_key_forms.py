"""Keys of every type and format, locked or not, against what ssh-keygen says of them."""

import pytest

from ssh_bench import FORMS, PASSPHRASE, ed25519_in_pkcs8, security_key


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["open", "locked"])
@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_understood_as_ssh_keygen_does(admin, bench, add_key, form, passphrase):
    key = bench.make(form, passphrase)
    add_key(key, passphrase or None)
    settings = admin.json("keyfob show key")["settings"]
    assert settings["publicKey"] == bench.public(key, passphrase)
    assert settings["fingerprint"] == bench.fingerprint(settings["publicKey"])
    kept = admin.does("keyfob show key --reveal --field privateKey")
    assert bench.public(kept, passphrase) == settings["publicKey"]
    if passphrase:
        assert admin.does("keyfob show key --reveal --field passphrase") == passphrase.encode()


def test_an_ed25519_key_in_pkcs8_is_kept_as_every_openssh_reads_it(admin, bench, add_key):
    key, public = ed25519_in_pkcs8(bench)
    add_key(key)
    assert admin.json("keyfob show key")["settings"]["publicKey"] == public
    kept = admin.does("keyfob show key --reveal --field privateKey")
    assert kept.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert bench.public(kept) == public


def test_a_key_that_is_in_a_device(admin, bench, add_key):
    key, public = security_key()
    assert bench.public(key) == public
    add_key(key)
    assert admin.json("keyfob show key")["settings"]["publicKey"] == public


def test_the_curve_that_openssl_writes_before_a_key_does_no_harm(admin, bench, add_key):
    key = bench.make("ecdsa-256-PEM")
    public = bench.public(key)
    named = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key
    assert bench.public(named) == public
    add_key(named)
    assert admin.json("keyfob show key")["settings"]["publicKey"] == public


@pytest.mark.parametrize("form", ["ed25519-OPENSSH", "rsa-2048-PEM", "ecdsa-256-PKCS8"])
@pytest.mark.parametrize("change", [
    lambda key: key.replace(b"\n", b"\r\n"),
    lambda key: key.rstrip(b"\n"),
    lambda key: b"\n\n" + key + b"\n \n",
    lambda key: b"".join(b"    " + line + b"\n" for line in key.splitlines()),
], ids=["CRLF", "no last line end", "blank lines", "indented"])
def test_a_key_that_was_pasted_is_kept_as_it_was_made(admin, bench, add_key, form, change):
    key = bench.make(form)
    add_key(change(key))
    assert admin.does("keyfob show key --reveal --field privateKey") == key


def test_openssh_itself_refuses_such_a_key(bench):
    key = bench.make("ed25519-OPENSSH")
    assert bench.reads(key)
    assert not bench.reads(key.rstrip(b"\n"))
    assert not bench.reads(key.replace(b"\n", b"\r\n"))


def test_a_comment_cannot_speak_to_the_terminal(admin, bench, add_key):
    key = bench.make("ed25519-OPENSSH", comment="evil\x1b[31m\x07 comment")
    assert "\x1b" in bench.public(key)
    add_key(key)
    public = admin.json("keyfob show key")["settings"]["publicKey"]
    assert public == bench.public(key).replace("\x1b", "%1B").replace("\x07", "%07")
    assert "\x1b" not in admin.output.decode()
