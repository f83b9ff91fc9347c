"""A machine's own store, seeded by root: members are answered, and nobody else has a say in it."""

import os
import sys
from pathlib import Path

import pytest

import seed_format

sys.path.append(str(Path(__file__).parents[1] / "Machine"))

from machine import STORE, Machine  # noqa: E402

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="two users of one machine take root to make")


@pytest.fixture
def system(prefix):
    """A machine with a store of its own that nobody seeded yet."""
    with Machine(prefix) as machine:
        machine.does("keyfob init --system")
        yield machine


@pytest.fixture
def applied(system, alice):
    """Makes a bundle for the machine and applies it; returns what root's command says."""
    recipient = system.does("keyfob keygen --system").strip()
    system.does(f"keyfob seed trust --system --yes {alice.signer}")

    class ThisMachine:
        pass

    this = ThisMachine()
    this.recipient = recipient

    def apply(options="ghcr forge"):
        bundle = alice.bundle([this], options).read_bytes()
        system.mounts.folder("/mnt/work").joinpath("web.seed").write_bytes(bundle)
        return system.root("keyfob", "seed", "apply", "--system", "/mnt/work/web.seed")

    return apply


def test_a_machine_is_seeded_for_its_members(system, applied, alice):
    ann = system.user("ann", member=True)
    assert applied().code == 0
    assert ann.docker_get("ghcr.io") == ("bot", "canary of ghcr")
    assert ann.git_get("forge.example.com") == ("bot", "canary of forge")
    alice.does("keyfob edit ghcr --stdin", "canary rotated")
    assert applied().code == 0
    assert ann.docker_get("ghcr.io") == ("bot", "canary rotated")
    assert ann.names() == []
    older = applied("--counter 1 ghcr")
    assert older.code == 1 and b"is older than the last one applied here" in older.err
    assert ann.docker_get("ghcr.io") == ("bot", "canary rotated")


def test_the_keys_are_root_s_alone(system, applied):
    assert applied().code == 0
    modes = system.modes()
    for name in ("recipient-key", "trusted-signers", "seeds", "seeds.lock"):
        assert modes[name] == "root:root 600", (name, modes)
    recipient = system.does("keyfob keygen --system").strip()
    key = system.mounts.folder(STORE).joinpath("recipient-key").read_bytes()
    assert seed_format.machine_in(key).recipient == recipient


def test_members_have_no_say_in_it(system, applied, alice):
    ann = system.user("ann", member=True)
    assert applied().code == 0
    before = system.seal()
    for command in ("keygen --system", "seed trust --system --list",
                    f"seed trust --system --yes {alice.signer}",
                    "seed apply --system /mnt/work/web.seed"):
        line = ann.fails(1, command)
        assert line.startswith("only root ") and "sudo" in line, line
    # What a member pins holds for the member's own store.
    ann.keyfob(f"seed trust --yes {alice.signer}")
    assert "not addressed to this machine" in ann.fails(1, "seed apply /mnt/work/web.seed")
    assert system.seal() == before


def test_before_there_is_a_store(prefix, alice):
    with Machine(prefix) as machine:
        for words in (("keygen",), ("seed", "trust", "--yes", alice.signer)):
            answer = machine.root("keyfob", *words, "--system")
            assert (answer.code, answer.out) == (4, b""), answer
            assert b"make it with `sudo keyfob init --system`" in answer.err
