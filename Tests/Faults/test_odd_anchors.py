"""Anchors of an odd length, which no program of ours wrote."""

import pytest

from fault_home import ALICE, ANCHOR, THREE, expected, stocked

MADE_ANEW = b"anchor was missing or damaged and is made anew"


@pytest.mark.parametrize("length", [0, 3, 87, 89, 5000])
def test_it_is_made_anew_with_a_warning(length, prefix, tmp_path):
    home = stocked(tmp_path / "home", prefix)
    right = home.read(ANCHOR)
    assert len(right) == 88 and not home.ask(ALICE, "get").err
    home.write(ANCHOR, (right + bytes(length))[:length])
    reply = home.ask(ALICE, "get")
    assert reply.code == 0 and ALICE.secret.encode() in reply.out, reply
    assert MADE_ANEW in reply.err and reply.err.count(b"\n") == 1, reply
    assert home.read(ANCHOR) == right
    assert not home.ask(ALICE, "get").err
    assert home.answers(THREE) == expected(THREE)
