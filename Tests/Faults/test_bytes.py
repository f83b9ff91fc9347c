"""Every byte at the first, a middle and the last place of every field of both protocols: what is
not allowed is refused with nothing on git's stdout and one line on docker's; what is allowed comes
back as it went in."""

import json
import os
import string

import pytest

from fault_home import (
    ANCHOR, CREDENTIALS, DOCKER, GIT, KEY, MISS, FaultHome, Login, error_line, is_one_line, stocked,
)
from fault_launch import spread
from sealed_layout import GIT as GIT_PROTOCOL, REGISTRY, Binding
from sealed_writer import Description, Draft, Keys, key_file

POSITIONS = ("first", "middle", "last")
CONTROLS = {*range(0x20), 0x7F}
ENDS_A_LINE = {0x00, 0x0A, 0x0D}
WHITE_SPACE = {0x09, 0x0A, 0x0D, 0x20}
LETTERS = {*string.ascii_letters.encode(), *string.digits.encode(), *b"-_"}
#: Of these, the ordinary run tries the first and last place too.
TELLING = {*CONTROLS, *b" \"#%&'*+,-./0:;=?@AZ[\\]^_`az{|}~", 0x80, 0x85, 0x9F, 0xA0, 0xC2, 0xFF}


def placed(value, position, byte):
    at = {"first": 0, "middle": len(value) // 2, "last": len(value)}[position]
    return value[:at] + bytes([byte]) + value[at:]


def tried(position, full):
    return range(256) if full or position == "middle" else sorted(TELLING)


class Sweep:
    """One field and place: a request for each byte, on a home that is always the same before."""

    def __init__(self, original, folder, kind, table):
        self._original, self._folder = original.snapshot(), folder
        self._prefix, self._kind, self._table = original.prefix, kind, table

    def run(self, bytes_tried, check):
        """`check(home, byte)` fails for a byte that is treated wrongly."""
        def work(number, share):
            home = FaultHome(self._folder / f"home-{number}", self._prefix)
            faults = []
            for byte in share:
                home.restore(self._original)
                try:
                    check(home, byte)
                except AssertionError as failure:
                    faults.append(f"byte {byte:#04x}: {failure}")
            return faults

        bytes_tried = list(bytes_tried)
        faults = spread(work, bytes_tried)
        self._table.settle(self._kind, len(bytes_tried), faults)


def assert_refused(home, program, reply, before):
    assert error_line(program, reply) and not reply.is_late, reply
    assert reply.out != MISS, "refused, not merely missed"
    assert home.read(CREDENTIALS) == before


# docker


HOST = b"registry.example.com"
REGISTRY_LOGIN = {"ServerURL": HOST, "Username": b"user", "Secret": b"secret"}
NAMES_A_HOST = {
    "first": LETTERS | WHITE_SPACE, "middle": LETTERS | {*b"./"},
    "last": LETTERS | WHITE_SPACE | {*b"/"},
}
PRINTABLE = set(range(0x20, 0x7F))
NAMES_A_PATH = {
    "first": PRINTABLE - {*b"/?#%"}, "middle": PRINTABLE - {*b"?#%"},
    "last": (PRINTABLE | WHITE_SPACE) - {*b"?#%"},
}
DOCKER_FIELDS = {
    "host": ("ServerURL", b"", HOST, NAMES_A_HOST),
    "path": ("ServerURL", HOST + b"/", b"team", NAMES_A_PATH),
    "user name": ("Username", b"", b"user", dict.fromkeys(POSITIONS, PRINTABLE)),
    "secret": ("Secret", b"", b"secret",
               dict.fromkeys(POSITIONS, PRINTABLE | {0x09, 0x0A, 0x0D})),
}


@pytest.fixture(scope="module")
def empty(prefix, tmp_path_factory):
    """A home with somebody else's login in it, so that a file is there to stay unchanged."""
    other = Login(DOCKER, "other.example.com", "other", "another canary")
    return stocked(tmp_path_factory.mktemp("bytes") / "home", prefix, (other,))


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("field", DOCKER_FIELDS)
def test_docker_stores_what_is_allowed(field, position, empty, tmp_path, table, full):
    """Written as an escape, so that every character can stand in the JSON."""
    member, front, value, allowed = DOCKER_FIELDS[field]

    def check(home, byte):
        before = home.read(CREDENTIALS)
        # Bytes from 0x80 are characters of two bytes here; names of hosts have none of them.
        changed = front + placed(value, position, byte)
        login = REGISTRY_LOGIN | {member: changed}
        text = {name: value.decode("latin-1") for name, value in login.items()}
        reply = home.run(DOCKER, "store", stdin=json.dumps(text).encode())
        if byte >= 0x80 or byte in allowed[position]:
            assert reply[:3] == (0, b"", b""), reply
            asked = home.run(DOCKER, "get", stdin=text["ServerURL"].encode())
            found = json.loads(asked.out)
            assert (found["Username"], found["Secret"]) == (text["Username"], text["Secret"])
        else:
            assert_refused(home, DOCKER, reply, before)

    Sweep(empty, tmp_path, "bytes: docker store", table).run(tried(position, full), check)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("field", DOCKER_FIELDS)
def test_docker_takes_no_raw_control_and_no_half_character(
        field, position, empty, tmp_path, table, full):
    """Raw bytes in the JSON: control bytes are no JSON, those from 0x80 alone are no UTF-8."""
    member, front, value, allowed = DOCKER_FIELDS[field]

    def check(home, byte):
        before = home.read(CREDENTIALS)
        login = REGISTRY_LOGIN | {member: front + placed(value, position, byte)}
        members = [b'"%s":"%s"' % (name.encode(), value) for name, value in login.items()]
        reply = home.run(DOCKER, "store", stdin=b"{" + b",".join(members) + b"}")
        if 0x20 <= byte < 0x80 and byte in allowed[position]:
            assert reply[:3] == (0, b"", b""), reply
        else:
            assert_refused(home, DOCKER, reply, before)

    # A quotation mark ends a string, and a backslash begins an escape.
    raw = [byte for byte in tried(position, full) if byte not in b'"\\']
    Sweep(empty, tmp_path, "bytes: docker store", table).run(raw, check)


@pytest.mark.parametrize("verb", ["get", "erase"])
@pytest.mark.parametrize("position", POSITIONS)
def test_docker_reads_an_address(verb, position, prefix, tmp_path, table, full):
    login = Login(DOCKER, HOST.decode(), "user", "secret canary")
    original = stocked(tmp_path / "original", prefix, (login,))

    def check(home, byte):
        before = home.read(CREDENTIALS)
        reply = home.run(DOCKER, verb, stdin=placed(HOST, position, byte))
        is_same = position != "middle" and byte in WHITE_SPACE or (
            position == "last" and byte in b"/")
        if is_same:
            assert reply.code == 0 and (verb == "erase" or b"secret canary" in reply.out), reply
            assert (home.read(CREDENTIALS) != before) == (verb == "erase")
        elif byte in CONTROLS:
            assert_refused(home, DOCKER, reply, before)
        else:
            missed = (1, MISS, b"") if verb == "get" else (0, b"", b"")
            assert reply[:3] == missed, reply
            assert home.read(CREDENTIALS) == before

    Sweep(original, tmp_path, f"bytes: docker {verb}", table).run(tried(position, full), check)


# git


GIT_LOGIN = {
    b"protocol": b"https", b"host": b"git.example.com", b"path": b"team/app.git",
    b"username": b"user", b"password": b"secret canary",
}
#: Compared, and shown to people: no control byte at all.
STRICT = {b"protocol", b"host", b"path", b"username", b"authtype"}
GIT_FIELDS = {
    "get": (b"protocol", b"host", b"path", b"username", b"authtype", b"wwwauth[]", b"state[]",
            b"capability[]", b"unknown"),
    "store": (b"protocol", b"host", b"path", b"username", b"password", b"oauth_refresh_token"),
    "erase": (b"protocol", b"host", b"path", b"username", b"password"),
}
#: Fields that an answer does not depend on.
BESIDE = {b"wwwauth[]", b"state[]", b"capability[]", b"unknown", b"authtype"}
GIT_CASES = [(verb, field) for verb, fields in GIT_FIELDS.items() for field in fields]


def lines(fields):
    return b"".join(name + b"=" + value + b"\n" for name, value in fields.items())


def git_request(verb, field, value):
    """The login, with `field` last: whatever ends its line ends the request."""
    fields = {name: each for name, each in GIT_LOGIN.items()
              if name != field and (name != b"password" or verb != "get")}
    return lines(fields | {field: value})


@pytest.fixture(scope="module")
def forge(prefix, tmp_path_factory):
    """A home that holds the login of the requests above."""
    home = FaultHome(tmp_path_factory.mktemp("forge") / "home", prefix)
    reply = home.run(GIT, "store", stdin=lines(GIT_LOGIN))
    assert reply[:3] == (0, b"", b"")
    return home


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize(
    "verb, field", GIT_CASES, ids=lambda part: part if isinstance(part, str) else part.decode())
def test_git_takes_what_is_allowed(verb, field, position, forge, empty, tmp_path, table, full):
    value = GIT_LOGIN.get(field, b"some value")
    refused = CONTROLS if field in STRICT else ENDS_A_LINE

    def check(home, byte):
        before = home.read(CREDENTIALS)
        changed = placed(value, position, byte)
        reply = home.run(GIT, verb, stdin=git_request(verb, field, changed))
        if byte == 0x0A and position == "last":
            # The blank line that ends a request, with the login before it.
            assert reply.code == 0 and not reply.err, reply
        elif byte in refused:
            assert_refused(home, GIT, reply, before)
        else:
            assert reply.code == 0 and not reply.err and not reply.is_late, reply
            check_outcome(home, verb, field, changed, reply, before)

    original = empty if verb == "store" else forge
    Sweep(original, tmp_path, f"bytes: git {verb}", table).run(tried(position, full), check)


def check_outcome(home, verb, field, changed, reply, before):
    """What was let through is another login, or the same one with another value in it."""
    answer = b"username=user\npassword=secret canary\n"
    if verb == "get":
        same = field in BESIDE or is_trailing_slash(field, changed)
        assert reply.out == (answer if same else b""), reply
    elif verb == "erase":
        assert not reply.out
        assert (home.read(CREDENTIALS) != before) == is_trailing_slash(field, changed)
    else:
        stored = GIT_LOGIN | {field: changed}
        found = home.run(GIT, "get", stdin=lines(
            {name: stored[name] for name in (b"protocol", b"host", b"path")}))
        wanted = {name: stored[name] for name in (b"username", b"password")}
        if field == b"oauth_refresh_token":
            wanted[field] = changed
        # Not every text is a place; what is none is not stored, and not answered.
        is_place = field in (b"username", b"password", b"oauth_refresh_token")
        assert found.code == 0 and not found.err, found
        assert found.out == lines(wanted) or (not is_place and found.out == b""), found
        assert bool(found.out) == (home.read(CREDENTIALS) != before)


def is_trailing_slash(field, changed):
    """The one change of a path that leaves the place the same."""
    return field == b"path" and changed == GIT_LOGIN[field] + b"/"


@pytest.mark.parametrize("position", POSITIONS)
def test_git_keys(position, forge, tmp_path, table, full):
    """A control byte in a key is refused, and any other key is passed over."""
    request = {name: GIT_LOGIN[name] for name in (b"protocol", b"host", b"path")}

    def check(home, byte):
        key = placed(b"some", position, byte)
        reply = home.run(GIT, "get", stdin=lines(request | {key: b"thing"}))
        ends = byte == 0x0A and position == "first"
        if byte in CONTROLS and not ends or (byte == ord("=") and position == "first"):
            assert_refused(home, GIT, reply, home.read(CREDENTIALS))
        else:
            assert reply[:3] == (0, b"username=user\npassword=secret canary\n", b""), reply

    Sweep(forge, tmp_path, "bytes: git get", table).run(tried(position, full), check)


# Out of the store: secrets that an administrator seeded for both.


@pytest.fixture(scope="module")
def seeds(prefix, tmp_path_factory):
    """For every byte and place a credential with that byte there, bound to both protocols."""
    keys, home = Keys.fresh(), FaultHome(tmp_path_factory.mktemp("seeds") / "home", prefix)
    descriptions = [
        Description(
            os.urandom(16), f"s-{byte}-{position}".encode(),
            [(b"password", placed(b"secret canary", position, byte))],
            [Binding(protocol, host_of(byte, position)) for protocol in (REGISTRY, GIT_PROTOCOL)],
            b"user")
        for byte in range(256) for position in POSITIONS
    ]
    draft = Draft.of(descriptions, keys)
    home.write(CREDENTIALS, draft.sealed())
    home.write(KEY, key_file(keys.catalogue))
    home.write(ANCHOR, draft.anchor())
    return home


def host_of(byte, position):
    return b"b%d.%s.example.com" % (byte, position.encode())


@pytest.mark.parametrize("position", POSITIONS)
def test_what_is_given_out(position, seeds, table):
    """Nothing is emitted that would not be taken; docker has a way to write control bytes."""
    faults = []
    for byte in range(256):
        secret, host = placed(b"secret canary", position, byte), host_of(byte, position)
        git = seeds.run(GIT, "get", stdin=b"protocol=https\nhost=" + host + b"\n")
        docker = seeds.run(DOCKER, "get", stdin=host)
        try:
            if byte in ENDS_A_LINE:
                assert git.code == 1 and not git.out and is_one_line(git.err), git
            else:
                assert git[:3] == (0, b"username=user\npassword=" + secret + b"\n", b""), git
            if byte < 0x80:
                assert docker.code == 0 and json.loads(docker.out)["Secret"].encode() == secret
                assert is_one_line(docker.out)
            else:
                assert docker.code == 1 and is_one_line(docker.out) and docker.out != MISS, docker
        except AssertionError as failure:
            faults.append(f"byte {byte:#04x}: {failure}")
    table.settle("bytes: given out", 512, faults)
