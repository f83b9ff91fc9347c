"""What the suites stand on: private homes, loopback servers and a recorder of helper calls."""

from .accounts import ALICE, BOB, Account
from .askpass import Askpass
from .certificate import Certificate
from .code_host import CodeHost
from .display import Display
from .fake_secret_service import FakeSecretService
from .git_server import GitServer
from .home import ScratchHome
from .message_bus import BusCall, MessageBus
from .processes import Answer
from .registry import Registry
from .secret_service import SecretService
from .spy import Call, Spy

__all__ = [
    "ALICE", "BOB", "Account", "Answer", "Askpass", "BusCall", "Call", "Certificate", "CodeHost",
    "Display", "FakeSecretService", "GitServer", "MessageBus", "Registry", "ScratchHome",
    "SecretService", "Spy",
]
