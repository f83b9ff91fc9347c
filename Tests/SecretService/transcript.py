"""Prints what is said in each state of the keyring; run it by hand:

    KEYFOB_PREFIX=PREFIX /usr/bin/python3 -B Tests/SecretService/transcript.py
"""

import os
import sys
import tempfile
import time
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE.parent), str(_HERE.parent / "Command")]

from Support import FakeSecretService, MessageBus, ScratchHome, SecretService  # noqa: E402
from Support.attributes import encode  # noqa: E402
from administrator import Administrator  # noqa: E402
from scene import BOT, FORGE, REGISTRY, STRANGER, Scene  # noqa: E402
from states import STATES, State  # noqa: E402

_GIT = ("git-credential-keyfob", "get")
_DOCKER = ("docker-credential-keyfob", "get")
_REQUESTS = [
    (_DOCKER, STRANGER), (_DOCKER, REGISTRY),
    (_GIT, encode({"protocol": "https", "host": STRANGER})),
    (_GIT, encode({"protocol": "https", "host": FORGE})),
    (("docker-credential-keyfob", "list"), ""), (("keyfob", "list"), ""),
    (("keyfob", "status"), ""), (("keyfob", "unlock"), ""),
]


def show(scene):
    """Makes every request and prints what comes back, with the time it took."""
    for (program, verb), input in _REQUESTS:
        asked = input.decode() if isinstance(input, bytes) else input
        host = next((name for name in (STRANGER, REGISTRY, FORGE) if name in asked), "")
        start = time.monotonic()
        answer = scene.home.run(scene.home.program(program), verb, input=input)
        took = time.monotonic() - start
        print(f"$ {program} {verb} {host}".rstrip() + f"    # {took * 1000:.0f} ms")
        # Secrets stay out of a transcript, even those that are none.
        said = scene.admin.plain(answer.out).replace(BOT.password, "●●●●●●")
        for line in said.splitlines():
            print(line)
        for line in scene.admin.plain(answer.err).splitlines():
            print(f"2> {line}")
        print(f"exit {answer.code}")


def play(state, prefix):
    with tempfile.TemporaryDirectory(prefix="states-") as folder:
        home = ScratchHome(Path(folder), prefix)
        home.env["KEYFOB_STORE"] = "secret-service"
        with MessageBus(home.env) as bus:
            home.env["DBUS_SESSION_BUS_ADDRESS"] = bus.address
            service = FakeSecretService(bus) if state.is_fake else SecretService(bus)
            try:
                if not state.is_fake:
                    service.start()
                scene = Scene(Administrator(home), bus, service)
                state.enter(scene)
                print(f"\n=== {state.name}")
                show(scene)
            finally:
                bus.resume()
                service.stop()


def main():
    prefix = Path(os.environ["KEYFOB_PREFIX"]).resolve()
    wanted = sys.argv[1:]
    for state in [State("unlocked", lambda scene: None, "", "open"), *STATES]:
        if not wanted or state.name in wanted:
            play(state, prefix)


main()
