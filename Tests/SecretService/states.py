"""The states a keyring can be in, how each is reached, and what is said then."""

from typing import Callable, NamedTuple, Optional

ELSEWHERE = ("keep secrets in the encrypted file (`keyfob init --store file`, then `keyfob move "
             "--to file` where the keyring is)")
LOCKED = "the keyring is locked; run `keyfob unlock`"
NO_BUS = ("there is no session bus here, and so no Secret Service; run this in a desktop session, "
          f"or {ELSEWHERE}")
NO_CONNECTION = ("the session bus cannot be reached: <reason>; check DBUS_SESSION_BUS_ADDRESS, or "
                 f"{ELSEWHERE}")
NO_SERVICE = ("no Secret Service runs on the session bus; start gnome-keyring or KeePassXC, or "
              f"{ELSEWHERE}")
NO_DEFAULT = ("the Secret Service has no default keyring; make one with "
              "`keyfob init --store secret-service`")
NO_ANSWER = ("the Secret Service did not answer within 2 s; try again; if it stays so, restart the "
             "keyring or the desktop session")
ENDED = ("the Secret Service ended while it was asked; try again; the next request starts it anew "
         "where the session can")
GONE = ("the keyring no longer holds the secret of ci; set it anew with `keyfob edit ci`, or "
        "`keyfob remove ci`")
UNREADABLE = ("the keyring's item of ci holds no secret that could be read; set it anew with "
              "`keyfob edit ci`")
DISMISSED = ("the keyring's prompt was dismissed, and the keyring stays locked; run "
             "`keyfob unlock` where a window can be shown, and give the password")
UNANSWERED = ("nobody answered the keyring's prompt within 2 s; run `keyfob unlock` and give the "
              "keyring's password")
MALFORMED = "the Secret Service cannot <action>: <reason>; see `keyfob status`"
REFUSED = "the Secret Service cannot <action>: not today; see `keyfob status`"


ABORTED = "keyfob-keyring ended while it was asked; try again"


class State(NamedTuple):
    """A state in which a bound credential cannot be had."""

    name: str
    #: Brings a `Scene` into it.
    enter: Callable
    #: What both helpers say.
    message: str
    #: Words in the keyring's line of `keyfob status`.
    status: str
    #: What a `store` of another login says; None where that is not looked at.
    store: Optional[str] = None
    #: What the administrator is told, where that is something else.
    administrator: Optional[str] = None
    #: Whether it takes the service of the tests' own, which can be told to misbehave.
    is_fake: bool = False
    #: Whether the bus can be listened to meanwhile.
    is_heard: bool = True


def at(address):
    """The environment names this bus."""
    return lambda scene: scene.home.env.update(
        DBUS_SESSION_BUS_ADDRESS=address.format(root=scene.home.root))


def behaves(**behaviour):
    return lambda scene: scene.service.behave(**behaviour)


def _without_keyring(scene):
    scene.service.stop()
    (scene.home.path / ".local/share/keyrings/login.keyring").unlink()
    scene.service.start(password=None)


STATES = [
    State("locked", lambda scene: scene.service.lock(), LOCKED, "locked", LOCKED),
    State("never unlocked", lambda scene: scene.service.restart(password=None), LOCKED, "locked",
          LOCKED),
    State("absent", lambda scene: scene.service.stop(), NO_SERVICE, "no Secret Service runs",
          NO_SERVICE),
    State("no bus", lambda scene: scene.home.env.pop("DBUS_SESSION_BUS_ADDRESS"), NO_BUS,
          "no session bus", NO_BUS),
    State("dead address", at("unix:path={root}/nobody"), NO_CONNECTION, "cannot be reached",
          NO_CONNECTION),
    State("tcp", at("tcp:host=127.0.0.1,port=1"), NO_BUS, "no session bus", NO_BUS),
    State("autolaunch", at("autolaunch:"), NO_BUS, "no session bus", NO_BUS),
    State("unixexec", at("unixexec:path=/usr/bin/touch,argv1={root}/started"), NO_BUS,
          "no session bus", NO_BUS),
    State("hanging service", lambda scene: scene.service.suspend(), NO_ANSWER, "did not answer",
          NO_ANSWER),
    State("hanging bus", lambda scene: scene.bus.suspend(), NO_ANSWER, "did not answer",
          is_heard=False),
    State("no keyring", _without_keyring, NO_DEFAULT, "no default keyring", NO_DEFAULT),
    State("item deleted", lambda scene: scene.service.delete(scene.item().path), GONE, "open"),
    State("item emptied", lambda scene: scene.service.set_secret(scene.item().path, b""),
          UNREADABLE, "open"),
    State("empty secrets", behaves(empty=True), UNREADABLE, "open", is_fake=True),
    State("slow", behaves(slow={"OpenSession": 4, "ReadAlias": 4}), NO_ANSWER, "did not answer",
          is_fake=True),
    # The helpers read with the one of these, the administrator with the other.
    State("silent", behaves(silent=["GetSecrets", "GetSecret"]), NO_ANSWER, "open", is_fake=True),
    State("crashing", behaves(crash=["GetSecrets", "GetSecret"]), ENDED, "open", is_fake=True),
    State("refusing", behaves(refuse=dict.fromkeys(
        ("GetSecrets", "GetSecret"), ("dev.keyfob.Tests.No", "not today"))), REFUSED, "open",
        is_fake=True),
    *(State(f"malformed {member} {signature or 'nothing'}",
            behaves(reply=dict.fromkeys((member, member.rstrip("s")), (signature, values))),
            MALFORMED, "cannot" if member == "GetAll" else "open", is_fake=True,
            # libsecret ends its program over a secret of other types.
            administrator=ABORTED if member == "GetSecrets" and values else None)
      for member in ("OpenSession", "GetSecrets", "GetAll")
      for signature, values in (("u", [7]), ("", []), ("as", [["a"]]))),
]
