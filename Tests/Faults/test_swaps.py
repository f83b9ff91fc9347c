"""Sealed pieces moved about by somebody without the keys: exchanged, replayed, dropped, copied,
mixed from two generations, and the older file put back. All of it is noticed."""

import itertools

import pytest

from fault_damage import (
    Damage, DamagedHome, fault_of_answers, fault_of_fsck, fsck_is_content,
)
from fault_home import ANCHOR, CREDENTIALS, DOCKER, KEY, Login, Refusal, expected, stocked
from fault_launch import spread
from sealed_file import open_store

LOGINS = tuple(
    Login(DOCKER, f"r{number}.example.com", f"user-{number}", f"canary {number}")
    for number in range(8))
CHANGED = tuple(login._replace(secret=f"CANARY {number}") for number, login in enumerate(LOGINS))


class Generations:
    """Two generations of one store, alike in length: all passwords were changed in between."""

    def __init__(self, home):
        self.home = home
        self.old = home.read(CREDENTIALS)
        for login in CHANGED:
            home.change(login, "store")
        self.new = home.read(CREDENTIALS)
        assert len(self.old) == len(self.new)
        self.parts = self._parts_of(self.new)
        assert self._parts_of(self.old) == self.parts, "the generations are not laid out alike"

    def store(self, content):
        return open_store(content, self.home.read(KEY))

    def _parts_of(self, content):
        return {name: span for name, span in self.store(content).parts.items()
                if span[0] != span[1]}

    def records(self):
        """Where each record stands in the file."""
        store = self.store(self.new)
        start = store.parts["records"][0]
        spans = [(start + each.record.offset, start + each.record.offset + each.record.length)
                 for each in store.check()]
        assert len({end - start for start, end in spans}) == 1, "records of several lengths"
        return spans

    def buckets(self):
        return [span for name, span in self.parts.items() if name.startswith("bucket")]


@pytest.fixture(scope="module")
def generations(prefix, tmp_path_factory):
    home = stocked(tmp_path_factory.mktemp("swaps") / "home", prefix, LOGINS)
    return Generations(home)


def damages(generations):
    new, old = generations.new, generations.old
    yield from pieces_moved("record", generations.records(), new, old)
    yield from pieces_moved("bucket", generations.buckets(), new, old)
    yield from mixed(generations)
    for count in (1, 16, 64, 4096):
        yield Damage(f"{count} bytes appended", CREDENTIALS, new + bytes(count))
        yield Damage(f"{count} bytes in front", CREDENTIALS, bytes(count) + new)
    yield Damage("the older file put back", CREDENTIALS, old)
    yield Damage("the file removed", CREDENTIALS, None)


def pieces_moved(kind, spans, new, old):
    """Pieces of a kind exchanged, copied over each other, blanked, cut out, and replayed."""
    def put(content, span, piece):
        return content[:span[0]] + piece + content[span[1]:]

    def cut(content, span):
        return content[:span[0]] + content[span[1]:]

    indexed = list(enumerate(spans))
    for (left, one), (right, other) in itertools.combinations(indexed, 2):
        exchanged = (new[:one[0]] + new[slice(*other)] + new[one[1]:other[0]]
                     + new[slice(*one)] + new[other[1]:])
        yield Damage(f"{kind}s {left} and {right} exchanged", CREDENTIALS, exchanged)
    for (left, one), (right, other) in itertools.permutations(indexed, 2):
        if one[1] - one[0] == other[1] - other[0]:
            copied = put(new, other, new[slice(*one)])
            yield Damage(f"{kind} {left} copied over {right}", CREDENTIALS, copied)
        twice = new[:other[0]] + new[slice(*one)] + new[other[0]:]
        yield Damage(f"{kind} {left} twice, before {right}", CREDENTIALS, twice)
    for index, span in indexed:
        size = span[1] - span[0]
        yield Damage(f"{kind} {index} blank", CREDENTIALS, put(new, span, bytes(size)))
        yield Damage(f"{kind} {index} cut out", CREDENTIALS, cut(new, span))
        yield Damage(f"{kind} {index} cut out, same length", CREDENTIALS,
                     cut(new, span) + bytes(size))
        if old[slice(*span)] != new[slice(*span)]:
            yield Damage(f"{kind} {index} of before", CREDENTIALS,
                         put(new, span, old[slice(*span)]))


def mixed(generations):
    """Every mixture of the parts of two generations, buckets taken as one part."""
    parts = {}
    for name, span in generations.parts.items():
        first, last = parts.get(name.split()[0], span)
        parts[name.split()[0]] = (min(first, span[0]), max(last, span[1]))
    for choice in itertools.product((generations.old, generations.new), repeat=len(parts)):
        content = b"".join(
            source[slice(*span)] for source, span in zip(choice, parts.values()))
        if content != generations.new:
            names = [name for name, source in zip(parts, choice) if source is generations.old]
            yield Damage("of before: " + ", ".join(names), CREDENTIALS, content)


def sweep(generations, folder, judge):
    def work(number, share):
        home = DamagedHome(folder / f"home-{number}", generations.home)
        outcomes = []
        for damage in share:
            home.damaged(damage)
            assert home.is_damaged(), f"{damage.about} is no damage"
            outcomes.append(judge(home, damage))
            home.mend()
        assert home.answers(CHANGED) == expected(CHANGED)
        return outcomes

    return spread(work, damages(generations))


def test_helpers_notice(generations, tmp_path, table):
    outcomes = sweep(generations, tmp_path,
                     lambda home, damage: fault_of_answers(home, damage, CHANGED))
    assert len(outcomes) > 150
    table.settle("swaps, replays, drops, mixtures", len(outcomes), list(filter(None, outcomes)))


def test_fsck_notices(generations, tmp_path, table):
    assert fsck_is_content(generations.home)
    outcomes = sweep(generations, tmp_path, fault_of_fsck)
    table.settle("swaps shown to fsck", len(outcomes), list(filter(None, outcomes)))


def test_exchanged_records_answer_for_neither(generations, tmp_path):
    """Noticed on the way to the secret, by the two logins concerned and no other."""
    home = DamagedHome(tmp_path / "home", generations.home)
    store = generations.store(generations.new)
    owners = [each.fields[11].decode() for each in store.check()]
    for damage in pieces_moved("record", generations.records(), generations.new, generations.old):
        if "exchanged" not in damage.about:
            continue
        _, left, _, right, _ = damage.about.split()
        concerned = {owners[int(left)], owners[int(right)]}
        home.damaged(damage)
        for login in CHANGED:
            found = home.get(login)
            refused = isinstance(found, Refusal)
            assert refused == (login.username in concerned), (damage.about, found)
        home.mend()


def test_the_older_file_is_named_as_such(generations, tmp_path):
    home = DamagedHome(tmp_path / "home", generations.home)
    home.damaged(Damage("", CREDENTIALS, generations.old))
    for login in CHANGED:
        found = home.get(login)
        assert isinstance(found, Refusal) and b"older" in found.line
        assert b"keyfob store recover --accept-older" in found.line
    home.mend()
    assert home.answers(CHANGED) == expected(CHANGED)
    # The anchor is what tells: with the one of its own time, the older file is a sound one.
    assert open_store(generations.old, home.read(KEY), None).check()
    assert home.read(ANCHOR)
