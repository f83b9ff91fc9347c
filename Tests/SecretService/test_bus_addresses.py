"""Which bus is spoken to: the one that the environment names, over a unix socket, and no other."""

import shutil
import socket

import pytest

from scene import BOT, FORGE, REGISTRY, STRANGER
from states import NO_BUS
from Support.attributes import encode


class Trace:
    """Programs started and sockets connected to, as strace saw them."""

    def __init__(self, home, *argv, input=b"", **env):
        log = home.root / "trace"
        home.run("strace", "-f", "-qq", "-o", str(log), "-e", "trace=execve,connect",
                 "-e", "signal=none", *argv, input=input, **env)
        lines = log.read_text().splitlines()
        self.programs = [line for line in lines if "execve(" in line and "= 0" in line]
        self.connections = [line for line in lines if "connect(" in line]


def requests(home):
    """The command lines that ask for the bound credential."""
    git = encode({"protocol": "https", "host": FORGE})
    return [((home.program("docker-credential-keyfob"), "get"), REGISTRY.encode()),
            ((home.program("git-credential-keyfob"), "get"), git),
            ((home.program("keyfob"), "show", "ci", "--reveal"), b""),
            ((home.program("keyfob"), "status"), b"")]


def test_the_controls_show_up(scene):
    bus = scene.bus.address.split("path=")[1].split(",")[0]
    for argv, input in requests(scene.home):
        trace = Trace(scene.home, *argv, input=input)
        assert any(bus in line for line in trace.connections), argv
    assert any("keyfob-keyring" in line for line in trace.programs)


@pytest.mark.parametrize("address", [
    "tcp:host=127.0.0.1,port={port}", "nonce-tcp:host=127.0.0.1,port={port},noncefile=/etc/hosts",
    "autolaunch:", "autolaunch:scope=install-path",
    "unixexec:path=/usr/bin/touch,argv1={root}/started", "systemd:", "launchd:env=HOME",
    "unix:tmpdir=/tmp", "unix:runtime=yes", "nonsense", ":", ";", "unix:",
])
def test_other_addresses_start_nothing_and_connect_nowhere(scene, address):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        scene.home.env["DBUS_SESSION_BUS_ADDRESS"] = address.format(
            port=server.getsockname()[1], root=scene.home.root)
        for argv, input in requests(scene.home):
            trace = Trace(scene.home, *argv, input=input)
            assert len(trace.programs) == 1, "the program itself"
            assert trace.connections == []
        assert scene.refusals() == [NO_BUS, NO_BUS]
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not (scene.home.root / "started").exists()


def test_of_several_addresses_those_of_unix_sockets_are_used(scene):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        address = (f"tcp:host=127.0.0.1,port={port};unix:path={scene.home.root}/nobody;"
                   f"{scene.bus.address}")
        assert scene.answers(DBUS_SESSION_BUS_ADDRESS=address) == [BOT, BOT]
        assert b"open" in scene.admin.does("keyfob status", DBUS_SESSION_BUS_ADDRESS=address)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_an_address_the_bus_of_the_runtime_folder_is_used(scene):
    socket_path = scene.bus.address.split("path=")[1].split(",")[0]
    link = scene.home.root / "run/bus"
    link.symlink_to(socket_path)
    assert scene.answers(DBUS_SESSION_BUS_ADDRESS=None) == [BOT, BOT]
    link.unlink()
    assert scene.refusals(DBUS_SESSION_BUS_ADDRESS=None) == [NO_BUS, NO_BUS]
    link.write_text("no socket")
    assert scene.refusals(DBUS_SESSION_BUS_ADDRESS=None) == [NO_BUS, NO_BUS]


def test_a_miss_connects_nowhere_and_starts_nothing(scene):
    for program, input in (("docker-credential-keyfob", STRANGER.encode()),
                           ("git-credential-keyfob",
                            encode({"protocol": "https", "host": STRANGER}))):
        trace = Trace(scene.home, scene.home.program(program), "get", input=input)
        assert (len(trace.programs), trace.connections) == (1, [])


def test_dbus_launch_is_never_called(scene):
    """What D-Bus libraries fall back to; a recorder stands in its place."""
    launcher = scene.home.recorders / "dbus-launch"
    launcher.write_text(f"#!/bin/sh\necho > {scene.home.root}/launched\nexit 1\n")
    launcher.chmod(0o700)
    assert shutil.which("dbus-launch", path=scene.home.env["PATH"]) == str(launcher)
    assert scene.refusals(DBUS_SESSION_BUS_ADDRESS=None, DISPLAY=":99") == [NO_BUS, NO_BUS]
    assert not (scene.home.root / "launched").exists()
