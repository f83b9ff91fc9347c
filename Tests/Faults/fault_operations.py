"""The changes of a store that every fault is tried on."""

from typing import NamedTuple

from fault_home import ALICE, BOB, CAROL, DOCKER, GIT, THREE, FaultHome, Login, expected, stocked

DAVE = Login(DOCKER, "third.example.com", "dave", "canary of dave")
ERIN = Login(GIT, "https://other.example.com:8443", "erin", "canary of erin")
NEW_ALICE = ALICE._replace(secret="the new canary of alice")
NEW_CAROL = CAROL._replace(secret="the new canary of carol")


class Operation(NamedTuple):
    """One call of a helper, and what the store answers before and after it."""

    name: str
    login: Login
    verb: str
    before: tuple
    after: tuple

    @property
    def old(self):
        return self._state(self.before)

    @property
    def new(self):
        return self._state(self.after)

    def _state(self, logins):
        absent = [login for login in (*self.before, *self.after)
                  if login[:2] not in {each[:2] for each in logins}]
        return expected(logins, *absent)

    def answers(self, home):
        return home.answers({login[:2]: login for login in (*self.before, *self.after)}.values())

    def home(self, root, prefix):
        """A home in the state before; from an empty one, not even the store is chosen yet."""
        if self.before:
            return stocked(root, prefix, self.before)
        home = FaultHome(root, prefix)
        del home.env["KEYFOB_STORE"]
        return home


OPERATIONS = (
    Operation("docker, first store", ALICE, "store", (), (ALICE,)),
    Operation("git, first store", CAROL, "store", (), (CAROL,)),
    Operation("docker, store", DAVE, "store", THREE, (*THREE, DAVE)),
    Operation("git, store", ERIN, "store", THREE, (*THREE, ERIN)),
    Operation("docker, new password", NEW_ALICE, "store", THREE, (NEW_ALICE, BOB, CAROL)),
    Operation("git, new password", NEW_CAROL, "store", THREE, (ALICE, BOB, NEW_CAROL)),
    Operation("docker, erase", ALICE, "erase", THREE, (BOB, CAROL)),
    Operation("git, erase", CAROL, "erase", THREE, (ALICE, BOB)),
)
