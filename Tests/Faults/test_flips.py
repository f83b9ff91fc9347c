"""Every flipped bit and every truncation of the three small files: the right secret or a clear
error, and `keyfob store fsck` sees it."""

import itertools
import random

import pytest

from fault_damage import (
    DamagedHome, fault_of_answers, fault_of_fsck, flips, fsck_is_content, truncations,
)
from fault_home import ANCHOR, CREDENTIALS, KEY, THREE, expected, stocked
from fault_launch import spread

NAMES = (CREDENTIALS, KEY, ANCHOR)
FSCK_SAMPLE = 250


@pytest.fixture(scope="module")
def original(prefix, tmp_path_factory):
    return stocked(tmp_path_factory.mktemp("flips") / "home", prefix)


def sweep(original, folder, damages, judge):
    """`judge` on every damage, in several copies of the home at once."""

    def work(number, share):
        home = DamagedHome(folder / f"home-{number}", original)
        outcomes = []
        for index, damage in enumerate(share):
            home.damaged(damage)
            # An unsound anchor is made anew, so to the independent reader it is no fault.
            assert damage.name == ANCHOR or home.is_damaged(), f"{damage.about} is no damage"
            outcomes.append(judge(home, damage, index))
            home.mend()
        assert home.answers(THREE) == expected(THREE)
        return outcomes

    return spread(work, damages)


def test_flipped_bits(original, tmp_path, table, full):
    def judge(home, damage, index):
        asked = THREE if full else [THREE[index % len(THREE)]]
        return fault_of_answers(home, damage, asked)

    outcomes = sweep(original, tmp_path, flips(original, NAMES, full), judge)
    table.settle("flips", len(outcomes), list(filter(None, outcomes)))


def test_truncations(original, tmp_path, table, full):
    def judge(home, damage, index):
        asked = THREE if full else [THREE[index % len(THREE)]]
        return fault_of_answers(home, damage, asked)

    outcomes = sweep(original, tmp_path, truncations(original, NAMES, 1 if full else 3), judge)
    table.settle("truncations", len(outcomes), list(filter(None, outcomes)))


def test_fsck_sees_them(original, tmp_path, table, full):
    damages = list(itertools.chain(flips(original, NAMES, True), truncations(original, NAMES)))
    if not full:
        damages = random.Random(2).sample(damages, FSCK_SAMPLE)
    outcomes = sweep(original, tmp_path, damages,
                     lambda home, damage, _: fault_of_fsck(home, damage))
    assert fsck_is_content(original)
    table.settle("damages shown to fsck", len(outcomes), list(filter(None, outcomes)))


def test_helpers_leave_a_damaged_file_alone(original, tmp_path):
    """What does not open is neither replaced nor removed by a store or an erase."""
    home = DamagedHome(tmp_path / "home", original)
    for damage in list(flips(original, (CREDENTIALS,), False))[:240:8]:
        home.damaged(damage)
        for login in THREE:
            for verb in ("store", "erase"):
                changed = login._replace(secret="another canary")
                assert home.ask(changed, verb).code == 1
                assert home.read(CREDENTIALS) == damage.content
        home.mend()
    assert home.answers(THREE) == expected(THREE)
