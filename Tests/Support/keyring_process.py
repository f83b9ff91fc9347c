"""A process that provides the Secret Service: how it ends, and how it hangs."""

import time

from .keyring_client import NAME, KeyringClient


class KeyringProcess(KeyringClient):
    """Started by whoever knows how, which sets `_child`."""

    _child = None

    def is_running(self):
        return self._child is not None and self._child.is_running()

    @property
    def pid(self):
        return self._child.pid

    def stop(self):
        """Ends it; it can be started again, with what it keeps."""
        if self._child is not None:
            self._child.stop()
            self._wait_until_gone()

    def kill(self):
        self._child.kill()
        self._wait_until_gone()

    def _wait_until_gone(self):
        # The bus notices only then that the name is free.
        deadline = time.monotonic() + 5
        while self.bus.owner(NAME) is not None and time.monotonic() < deadline:
            time.sleep(0.005)

    def suspend(self):
        """Stops it in its tracks: it keeps its name, but answers nothing."""
        self._child.suspend()

    def resume(self):
        self._child.resume()
