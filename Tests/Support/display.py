"""A screen that nobody looks at, with a keyboard that the test types on."""

import os
import subprocess
import time

import pytest

from .child import Child
from .processes import finish, required


class Display:
    """Xvfb for the windows of what a bus activates, and xdotool to answer them."""

    def __init__(self, bus):
        read, write = os.pipe()
        os.set_inheritable(write, True)
        self._bus = bus
        # The server picks a free number and says so once it accepts clients.
        self._child = subprocess.Popen(
            [required("Xvfb"), "-displayfd", str(write), "-screen", "0", "800x600x24",
             "-nolisten", "tcp"],
            pass_fds=[write], env=bus.env, stdin=subprocess.DEVNULL, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=open(bus.folder / "display.log", "wb"))
        os.close(write)
        with os.fdopen(read) as number:
            self.name = f":{number.readline().strip()}"
        if self.name == ":":
            self.close()
            pytest.fail((bus.folder / "display.log").read_text(errors="replace"))
        bus.set_environment(DISPLAY=self.name, XAUTHORITY="/nonexistent")

    def has_prompt(self):
        """Whether a keyring's window is on the screen."""
        return bool(self._find())

    def _find(self):
        answer = self._xdotool("search", "--onlyvisible", "--class", "gcr-prompter")
        return answer.out.split()

    def wait(self, seconds=30):
        """Waits for a keyring's window and returns it."""
        deadline = time.monotonic() + seconds
        while not (windows := self._find()):
            if time.monotonic() > deadline:
                pytest.fail("no prompt appeared")
            time.sleep(0.05)
        # The window is on the screen before it has grabbed the keyboard.
        time.sleep(0.5)
        return windows[-1].decode()

    def answer(self, text):
        """Waits for the keyring's prompt, and gives a password."""
        self.wait()
        self._xdotool("type", "--delay", "10", "--file", "-", input=text.encode())
        self._xdotool("key", "Return")

    def dismiss(self):
        """Waits for the keyring's prompt, and closes it."""
        self.wait()
        self._xdotool("key", "Escape")

    def _xdotool(self, *arguments, input=b""):
        return finish(
            [required("xdotool"), *arguments], input=input,
            env={**self._bus.env, "DISPLAY": self.name})

    def close(self):
        self._child.kill()
        self._child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
