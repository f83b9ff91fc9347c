"""Keys that are made."""

import base64

import pytest


def test_fifty_keys_are_read_by_ssh_keygen_and_differ(admin, bench):
    names = [f"key-{number}" for number in range(50)]
    for name in names:
        admin.does(f"keyfob add {name} --kind ssh-key --generate")
    listed = {each["name"]: each["settings"] for each in admin.json("keyfob list")}
    keys = {name: admin.does(f"keyfob show {name} --reveal") for name in names}
    assert len(set(keys.values())) == 50
    for name in names:
        public = listed[name]["publicKey"]
        assert bench.public(keys[name]) == public
        assert bench.fingerprint(public) == listed[name]["fingerprint"]
        kind, blob, comment = public.split(" ", 2)
        assert kind == "ssh-ed25519" and name in comment
        assert len(base64.b64decode(blob, validate=True)) == 51


def test_a_made_key_looks_like_one_of_openssh(admin, bench):
    admin.does("keyfob add key --kind ssh-key --generate")
    ours = admin.does("keyfob show key --reveal").splitlines()
    comment = admin.json("keyfob show key")["settings"]["publicKey"].split(" ", 2)[2]
    theirs = bench.make("ed25519-OPENSSH", comment=comment).splitlines()
    # Wrapped as OpenSSH does, and all but the keys in them the same.
    assert [len(line) for line in ours] == [len(line) for line in theirs]
    assert (ours[:2], ours[-1]) == (theirs[:2], theirs[-1])


@pytest.mark.parametrize("changed", ["passphrase", "comment"])
def test_a_made_key_can_be_locked_and_named_anew_by_ssh_keygen(admin, bench, changed):
    """Whoever changes a key reads all of it, the padding too."""
    admin.does("keyfob add key --kind ssh-key --generate")
    path = bench.write("kept", admin.does("keyfob show key --reveal"))
    before = bench.public(path.read_bytes())
    passphrase = bench.change(path, changed)
    after = bench.public(path.read_bytes(), passphrase)
    assert after.split()[:2] == before.split()[:2]
