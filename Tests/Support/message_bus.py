"""A message bus that only one test is on."""

import itertools
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from jeepney import DBusAddress, DBusErrorResponse, HeaderFields, MessageType, new_method_call
from jeepney.bus_messages import DBus, Monitoring
from jeepney.io.blocking import open_dbus_connection

from .child import Child

# A session bus as Debian configures it, but for the folders it takes services from.
_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_incomplete_connections">10000</limit>
  <limit name="max_connections_per_user">100000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""
_KEYRING = "/usr/bin/gnome-keyring-daemon --start --foreground --components=secrets"
# GTK would start the accessibility bus and dconf, which no test needs.
_PROMPTER = "/usr/bin/env NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory /usr/libexec/gcr-prompter"


class BusCall(NamedTuple):
    """One method call that went over the bus."""

    #: The caller's unique name.
    sender: str
    interface: str
    member: str
    path: str


class MessageBus:
    """A dbus-daemon with a socket of its own, in a short folder as socket paths must be short.

    What it activates runs in `env`. That is the keyring's prompt window and, with `services`, the
    keyring itself; else only what the test starts is on the bus.
    """

    def __init__(self, env, *, services=False):
        self.folder = Path(tempfile.mkdtemp(prefix="bus-", dir="/tmp"))
        self._connection = None
        self._markers = itertools.count()
        #: The environment of programs on this bus.
        self.env = {name: env[name] for name in env if name != "DBUS_SESSION_BUS_ADDRESS"}
        self._write_services(services)
        configuration = self.folder / "bus.conf"
        configuration.write_text(_CONFIGURATION.format(folder=escape(str(self.folder))))
        self._child = Child(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile",
             "--print-address=1"],
            env=self.env, log=self.folder / "log", stdout=subprocess.PIPE)
        # It prints its address once it listens.
        self.address = self._child.stdout.readline().decode().strip()
        if not self.address:
            log = (self.folder / "log").read_text(errors="replace")
            self.close()
            pytest.fail(f"dbus-daemon did not start:\n{log}")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.address

    def _write_services(self, keyring):
        folder = self.folder / "services"
        folder.mkdir()
        services = {
            f"org.gnome.keyring.{kind}Prompter": _PROMPTER for kind in ("System", "Private")}
        if keyring:
            services["org.freedesktop.secrets"] = _KEYRING
        for name, program in services.items():
            (folder / f"{name}.service").write_text(
                f"[D-BUS Service]\nName={name}\nExec={program}\n")

    @property
    def pid(self):
        return self._child.pid

    @property
    def connection(self):
        """The test's own connection."""
        if self._connection is None:
            self._connection = open_dbus_connection(self.address)
        return self._connection

    def call(self, target, member, signature="", body=(), timeout=10):
        """Calls a method of a `DBusAddress` and returns the reply's values.

        Raises `DBusErrorResponse` for an error, `TimeoutError` when no reply comes.
        """
        reply = self.connection.send_and_get_reply(
            new_method_call(target, member, signature, body), timeout=timeout)
        if reply.header.message_type == MessageType.error:
            raise DBusErrorResponse(reply)
        return reply.body

    def owner(self, name):
        """The unique name of who owns `name`; None when nobody does."""
        try:
            return self.call(_BUS, "GetNameOwner", "s", (name,))[0]
        except DBusErrorResponse:
            return None

    def wait_for(self, name, child=None, seconds=10):
        """Waits until somebody owns `name`, for as long as `child` runs."""
        deadline = time.monotonic() + seconds
        while self.owner(name) is None:
            if time.monotonic() > deadline or (child and not child.is_running()):
                pytest.fail(f"nobody came to own {name}")
            time.sleep(0.005)

    def process_of(self, name):
        """The process id of who owns `name`."""
        return self.call(_BUS, "GetConnectionUnixProcessID", "s", (name,))[0]

    @contextmanager
    def calls(self, ignoring=()):
        """A list that is filled, at the end, with every method call there was meanwhile, in order,
        but for the test's own and those of the owners of the names in `ignoring`."""
        ignored = {self.connection.unique_name, *map(self.owner, ignoring)}
        calls = []
        with self.traffic() as messages:
            yield calls
        for header in (message.header for message in messages):
            if header.message_type == MessageType.method_call:
                get = header.fields.get
                call = BusCall(*map(get, _PARTS))
                if call.sender not in ignored:
                    calls.append(call)

    @contextmanager
    def traffic(self):
        """A list that is filled, at the end, with every message there was meanwhile, in order."""
        messages = []
        with open_dbus_connection(self.address) as monitor:
            reply = monitor.send_and_get_reply(Monitoring().BecomeMonitor([]))
            assert reply.header.message_type == MessageType.method_return, reply.body
            yield messages
            # A round trip, so that the bus has read what was sent before, then a call to stop at:
            # it is seen, or this fails.
            self.owner("none.such")
            marker = f"Marker{next(self._markers)}"
            self.connection.send(new_method_call(_BUS, marker))
            while True:
                message = monitor.receive(timeout=10)
                if message.header.fields.get(HeaderFields.member) == marker:
                    break
                messages.append(message)

    def set_environment(self, **variables):
        """Changes the environment of what the bus activates from now on."""
        self.env.update(variables)
        self.call(_BUS, "UpdateActivationEnvironment", "a{ss}", (variables,))

    def suspend(self):
        """Stops the bus in its tracks: it accepts connections, but answers nothing."""
        self._child.suspend()

    def resume(self):
        self._child.resume()

    def close(self):
        """Ends the bus, and with it what it activated: all of that is in its process group."""
        if self._connection:
            self._connection.close()
        self._child.kill()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_PARTS = (
    HeaderFields.sender, HeaderFields.interface, HeaderFields.member, HeaderFields.path)
_BUS = DBusAddress(DBus().object_path, DBus().bus_name, DBus.interface)
