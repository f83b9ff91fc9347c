"""Damaged files, and what may come of a damaged file: the right secret or a clear error."""

import json
import random
from typing import NamedTuple

from fault_home import ANCHOR, CREDENTIALS, KEY, FaultHome, Refusal, is_damage

CLASSES = {"damaged", "wrongKey", "newerVersion", "older", "locked", "limit"}


class Damage(NamedTuple):
    """One file of the home with other bytes in it."""

    about: str
    name: str
    content: bytes


def flip(name, content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return Damage(f"{name}: bit {bit % 8} of byte {bit // 8}", name, bytes(changed))


def flips(home, names, full):
    """Every bit of these files, or one bit of every byte."""
    choose = random.Random(1)
    for name in names:
        content = home.read(name)
        for byte in range(len(content)):
            for bit in range(8) if full else [choose.randrange(8)]:
                yield flip(name, content, 8 * byte + bit)


def truncations(home, names, step=1):
    for name in names:
        content = home.read(name)
        for length in range(0, len(content), step):
            yield Damage(f"{name}: cut to {length} bytes", name, content[:length])


class DamagedHome(FaultHome):
    """A copy of a home, to be damaged and mended over and over."""

    def __init__(self, root, original):
        super().__init__(root, original.prefix)
        self._whole = original.snapshot()
        self.restore(self._whole)

    def damaged(self, damage):
        self.write(damage.name, damage.content)

    def mend(self):
        # A reader makes an anchor anew when the one it finds is not sound.
        for name in (CREDENTIALS, KEY, ANCHOR):
            self.write(name, self._whole[name])

    def is_damaged(self):
        """Whether the independent reader finds the damage too."""
        return is_damage(self.opened)


def fault_of_answers(home, damage, logins):
    """What a damaged file made the helpers say that they must not say; '' if all was well."""
    for login in logins:
        found = home.get(login)
        if not isinstance(found, Refusal) and found != (login.username, login.secret):
            return f"{damage.about}: {login.address} gave {found}"
    return ""


def fault_of_fsck(home, damage):
    """Why `fsck` did not see a damage; '' when it did."""
    reply = home.run("keyfob", "store", "fsck", "--json")
    try:
        report = json.loads(reply.out)
        classes = {problem["class"] for problem in report["problems"]}
        seen = not report["ok"] and classes and classes <= CLASSES and all(
            problem["where"] and problem["message"] for problem in report["problems"])
    except (ValueError, KeyError, TypeError):
        seen = False
    if seen and reply.code == 1 and not reply.is_late:
        return ""
    return f"{damage.about}: fsck: {reply}"


def fsck_is_content(home):
    reply = home.run("keyfob", "store", "fsck", "--json")
    return reply.code == 0 and json.loads(reply.out) == {"ok": True, "problems": []}
