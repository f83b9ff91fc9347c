"""Bundles that a machine must not apply: each is refused with its own words, and changes nothing."""

import struct
import time

import pytest

import seed_format

DAY = 86_400_000


@pytest.fixture
def bundle(machine, alice):
    """A bundle that is in order; the control of each refusal is that it is applied."""
    return alice.bundle([machine], "--counter 5 ghcr").read_bytes()


@pytest.fixture
def applied(machine, bundle):
    """Whether the bundle in order is applied now: nothing was wrong but what the test changed."""

    def now():
        path = machine.home.path / "control.seed"
        path.write_bytes(bundle)
        return machine.apply(path)["state"] == "applied"

    return now


def test_one_changed_byte(machine, bundle, applied, full):
    end = seed_format.signed_end(bundle) + 64
    places = range(len(bundle)) if full else [*range(0, end, 9), end, end + 24, len(bundle) - 1]
    for place in places:
        changed = bundle[:place] + bytes([bundle[place] ^ 1]) + bundle[place + 1:]
        line = machine.refuses(changed)
        assert line.startswith((
            "this is not a seed bundle", "the bundle is forged", "the bundle ends too early",
            "the bundle goes on after its end", "the bundle was made in format",
            "the bundle is for more than", "a bundle is no longer than")), (place, line)
    assert applied()


def test_truncated_and_appended(machine, bundle, applied):
    for count in (0, 7, 8, 100, 120, seed_format.signed_end(bundle), len(bundle) - 1):
        line = machine.refuses(bundle[:count])
        assert line.startswith(
            "this is not a seed bundle" if count < 8 else "the bundle ends too early"), line
    for more, count in ((b"x", "1 byte"), (b"xy", "2 bytes")):
        assert machine.refuses(bundle + more) == (
            f"the bundle goes on after its end by {count}; get another copy of it")
    assert applied()


def test_unsigned(machine, alice, bundle, applied):
    end = seed_format.signed_end(bundle)
    unsigned = bundle[:end] + bytes(64) + bundle[end + 64:]
    assert machine.refuses(unsigned).startswith("the bundle is forged, or was changed")
    assert applied()


def test_signed_by_a_key_that_is_not_pinned(machine, make_admin, applied):
    mallory = make_admin("mallory")
    mallory.add("ghcr", "m", "canary of mallory", "registry:ghcr.io")
    path = mallory.bundle([machine], "ghcr")
    key = mallory.key
    line = machine.refuses(path)
    # The key is not there to be copied: a forger would be one paste from being trusted.
    assert key.text not in line
    assert line == (
        f"the bundle default is signed by the key {key.fingerprint}, which is not pinned here; get "
        "the key from its owner, not with the bundle, and pin it with `keyfob seed trust`")
    assert applied()
    machine.trust(mallory)
    assert "brings ghcr" in machine.refuses(path)


def test_a_pinned_signature_on_another_ones_content(machine, alice, make_admin, bundle, applied):
    """Who is trusted cannot pass on what they have not read as their own."""
    bob = make_admin("bob")
    machine.trust(bob)
    stolen = seed_format.sign_again(
        bundle, bob.key, lambda signed: signed[:12] + bob.key.public + signed[44:])
    assert machine.refuses(stolen).startswith(
        "the bundle default is signed, and its content does not open")
    assert applied()


def test_a_bundle_that_is_not_there(machine, applied):
    assert machine.fails(3, "keyfob seed apply nowhere.seed") == "there is no nowhere.seed"
    assert applied()


def test_no_longer_trusted(machine, alice, bundle):
    machine.does(f"keyfob seed trust --remove {alice.signer}")
    assert "which is not pinned here" in machine.refuses(bundle)


def test_misaddressed(make_machine, machine, alice, bundle, applied):
    other = make_machine("other", alice)
    assert other.refuses(bundle) == (
        "the bundle default is not addressed to this machine; have it made for the recipient that "
        "`keyfob keygen` prints here")
    other.state("recipient-key").unlink()
    assert other.refuses(bundle).startswith(
        "the bundle default is not addressed to this machine, which has no key; make one")
    assert applied()


def test_older_than_the_last(machine, alice, bundle, applied):
    assert applied()
    older = alice.bundle([machine], "--counter 4 ghcr")
    assert "is older than the last one" in machine.refuses(older, "--again")
    assert machine.refuses(older) == (
        "the bundle default with the counter 4 is older than the last one applied here, 5; have it "
        "made again, if what it brings is wanted after all")
    other = alice.bundle([machine], "--counter 5 ghcr")
    assert machine.refuses(other) == (
        "another bundle default with the counter 5 was applied here; have it made again, with a "
        "higher counter")
    # A bundle of another name counts for itself, and the next one of this name is applied.
    machine.apply(alice.bundle([machine], "--counter 1 --name other forge"))
    machine.apply(alice.bundle([machine], "--counter 6 ghcr"))
    assert "older than the last one applied here, 6" in machine.refuses(bundle)


def test_counters_are_the_time_by_default(machine, alice):
    before = int(time.time() * 1000)
    path = alice.bundle([machine])
    counter = machine.apply(path)["counter"]
    assert before <= counter <= int(time.time() * 1000)


def test_a_counter_far_ahead(machine, alice, bundle, applied):
    ahead = int(time.time() * 1000) + DAY + 3_600_000
    to = f"keyfob seed create --to {machine.recipient} --output x.seed ghcr"
    line = alice.fails(2, f"{to} --counter {ahead}")
    assert line.startswith(f"the counter {ahead} is more than a day ahead of the clock")
    future = alice.bundle([machine], f"--counter {ahead} --accept-future ghcr")
    assert f"the counter {ahead} of the bundle default is more than a day ahead" in (
        machine.refuses(future))
    assert applied()
    near = int(time.time() * 1000) + DAY - 3_600_000
    machine.apply(alice.bundle([machine], f"--counter {near} ghcr"))
    assert machine.apply(future, "--accept-future")["state"] == "applied"
    assert "is older than the last one" in machine.refuses(alice.bundle([machine], "ghcr"))


def test_counters_beyond_all_bounds(machine, alice, bundle, applied):
    to = f"keyfob seed create --to {machine.recipient} --output x.seed ghcr"
    for counter in (0, 2**63, 2**64 - 1):
        assert "is beyond what is allowed" in alice.fails(2, f"{to} --counter {counter}")
        changed = seed_format.sign_again(
            bundle, alice.key,
            lambda signed: signed[:44] + struct.pack("<Q", counter) + signed[52:])
        for options in ("", "--accept-future"):
            assert machine.refuses(changed, options).startswith(
                f"the bundle's counter {counter} is beyond what is allowed")
    assert alice.run(f"{to} --counter {2**64}").code == 2
    assert applied()


def test_a_newer_format(machine, alice, bundle, applied):
    newer = seed_format.sign_again(
        bundle, alice.key, lambda signed: signed[:8] + b"\2\0" + signed[10:])
    assert machine.refuses(newer) == (
        "the bundle was made in format 2; update keyfob here, or have the bundle made by this "
        "version")
    assert applied()


def test_names_of_bundles(machine, alice, bundle, applied):
    to = f"keyfob seed create --to {machine.recipient} --output x.seed ghcr"
    for name in ("Web", "a/b", "''", "x" * 129):
        assert "is not a name" in alice.fails(2, f"{to} --name {name}")
    named = seed_format.make_bundle(
        b"{}", [machine.key.public], alice.key, counter=9, name="../web")
    assert machine.refuses(named).startswith("the bundle is signed, and its header does not parse")
    assert applied()


def test_caps(machine, alice, bundle, applied):
    many = [(struct.pack("<I", number) * 8) for number in range(1, 4098)]
    crowded = seed_format.sign_again(
        bundle, alice.key, lambda signed: signed[:100] + struct.pack("<I", 4097) + signed[104:])
    assert machine.refuses(crowded).startswith("the bundle is for more than 4096 machines")
    path = machine.home.path / "long.seed"
    with open(path, "wb") as file:
        file.truncate((256 << 20) + 1)
    assert machine.fails(1, f"keyfob seed apply {path}") == "~/long.seed is longer than 256 MiB"
    path.unlink()
    assert machine.fails(3, f"keyfob seed apply {path}") == "there is no ~/long.seed"
    recipients = "\n".join(
        seed_format.bech32m.encode("keyfob-recipient", each) for each in many)
    (alice.home.path / "many").write_text(recipients)
    assert "no more than 4096 machines" in alice.fails(
        1, "keyfob seed create --to-file many --output x.seed ghcr")
    assert applied()


@pytest.mark.parametrize("content", [
    b"", b"{}", b"[]", b'{"format":"keyfob-credentials","version":1}',
    b'{"format":"keyfob-credentials","version":2,"credentials":[]}',
    b'{"format":"keyfob-credentials","version":1,"credentials":[{"name":"a"}]}',
    b'{"format":"keyfob-credentials","version":1,"credentials":[{"name":"a","kind":"password",'
    b'"secrets":{"password":"canary"},"bindings":["registry:r.io"]}]}',
])
def test_a_content_that_cannot_be_kept(content, machine, alice, applied):
    bad = seed_format.make_bundle(content, [machine.key.public], alice.key, counter=4)
    line = machine.refuses(bad)
    assert "canary" not in line
    assert applied()


def test_all_or_nothing(machine, alice):
    """One of two cannot be kept: neither is."""
    entries = ('{"name":"good","kind":"password","username":"u","secrets":{"password":"p"}}',
               '{"name":"bad","kind":"hetzner","secrets":{"token":"t"},'
               '"bindings":["registry:r.io"]}')

    def bundle(*entries):
        content = ('{"format":"keyfob-credentials","version":1,"credentials":['
                   + ",".join(entries) + "]}")
        return seed_format.make_bundle(
            content.encode(), [machine.key.public], alice.key, counter=4)

    assert "brings bad, which cannot be kept" in machine.refuses(bundle(*entries))
    path = machine.home.path / "good.seed"
    path.write_bytes(bundle(*entries[:1]))
    machine.apply(path)
    assert machine.names() == ["good"]
