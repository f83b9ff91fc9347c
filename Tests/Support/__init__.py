"""What the suites stand on: private homes, loopback servers and a recorder of helper calls."""

from .accounts import ALICE, BOB, Account
from .askpass import Askpass
from .certificate import Certificate
from .git_server import GitServer
from .home import ScratchHome
from .processes import Answer
from .registry import Registry
from .spy import Call, Spy

__all__ = [
    "ALICE", "BOB", "Account", "Answer", "Askpass", "Call", "Certificate", "GitServer",
    "Registry", "ScratchHome", "Spy",
]
