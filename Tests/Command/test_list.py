"""`keyfob list`: what it shows, in which order, how wide, and in which colours."""

import json
import unicodedata

import pexpect
import pytest

from sealed_layout import GIT, REGISTRY, SECRET, Binding
from stocks import credential, stock

CANARY = "canary never shown"
END = 4_102_444_800  # 2100-01-01


@pytest.fixture
def stocked(admin):
    return stock(admin, [
        credential("alpha", CANARY, [Binding(REGISTRY, b"ghcr.io")], scope="acme/build",
                   expires_at=END + 86_400, currency=3),
        credential("beta", CANARY, [Binding(GIT, b"github.com", b"acme")], username="Eve",
                   scope="acme/prod", expires_at=END, description="Der Bär", currency=2),
        credential("gamma", CANARY, kind=SECRET, username=None,
                   settings=[(b"needs", b"alpha,beta"), (b"provider", b"harbor")]),
        credential("delta", CANARY, [Binding(REGISTRY, b"r.example.com")], expires_at=1_600_000_000,
                   settings=[(b"template", b"database"), (b"engine", b"postgres")]),
    ])


def names(admin, options=""):
    """The names in the order of the table, which is that of the JSON."""
    rows = admin.does(f"keyfob list {options}").decode().splitlines()[1:]
    table = [row.split()[0] for row in rows]
    assert [each["name"] for each in admin.json(f"keyfob list {options}")] == table
    return table


def test_the_usual_columns_and_those_that_are_asked_for(stocked):
    heading, *_ = stocked.does("keyfob list").decode().splitlines()
    assert heading.split() == [
        "NAME", "KIND", "USERNAME", "SCOPE", "STATUS", "BINDINGS", "STORE", "EXPIRES"]
    assert stocked.transcript("keyfob list --columns needs,NAME,kind,provider,origin,by") == """
NEEDS       NAME   KIND      PROVIDER  ORIGIN  BY
-           alpha  password  ghcr      admin   tester
-           beta   password  github    admin   tester
-           delta  database  -         admin   tester
alpha beta  gamma  secret    harbor    admin   tester
"""
    every = "name,kind,username,scope,status,bindings,store,created,by,updated,expires"
    assert len(stocked.does(f"keyfob list --columns {every}").decode().split("\n")[0].split()) == 11


COLUMNS = ("the columns are name, kind, username, scope, status, bindings, store, created, by, "
           "updated, expires, rotate-after, origin, provider, needs")
KINDS = ("password, token, access-key, service-account, ssh-key, ssh-password, database, ovh, "
         "hetzner, kubeconfig, secret")


@pytest.mark.parametrize("options, message", [
    ("--columns name,secret", f"there is no column `secret`; {COLUMNS}"),
    ("--columns ''", f"there is no column ``; {COLUMNS}"),
    ("--sort -colour", f"there is no column `colour`; {COLUMNS}"),
    ("--filter kind=token,size=3", f"there is no column `size`; {COLUMNS}"),
    ("--filter token", f"`token` is not a filter; write COLUMN=PATTERN; {COLUMNS}"),
    ("--filter kind=tokens", f"no kind is called `tokens`; there are {KINDS}"),
    ("--filter name=*,status=bogus", "no status is called `bogus`; "
     "there are expired, suspended, expiring, duplicate, weak, ok"),
    ("--filter store=disk", "no store is called `disk`; there are file, secret-service"),
    ("--filter origin=", "no origin is called ``; there are admin, docker, git, import"),
])
def test_what_no_row_can_have_is_refused_with_what_there_is(stocked, options, message):
    assert stocked.fails(2, f"keyfob list {options}") == message


@pytest.mark.parametrize("order, expected", [
    ("name", "alpha beta delta gamma"), ("-name", "gamma delta beta alpha"),
    # What has none comes last, whichever way round.
    ("expires", "delta beta alpha gamma"), ("-expires", "alpha beta delta gamma"),
    ("status", "delta alpha beta gamma"), ("username,-name", "beta delta alpha gamma"),
    ("-kind,expires", "gamma beta alpha delta"), ("scope", "alpha beta delta gamma"),
])
def test_rows_are_sorted(stocked, order, expected):
    assert names(stocked, f"--sort {order}") == expected.split()


@pytest.mark.parametrize("options, expected", [
    ("--filter kind=password", "alpha beta"), ("--filter kind=database", "delta"),
    ("--filter 'scope=acme/*'", "alpha beta"), ("--filter 'scope=acme/*,username=bot'", "alpha"),
    ("--filter 'scope=acme/*' --filter username=Eve", "beta"),
    ("--filter scope=", "delta gamma"), ("--filter 'bindings=registry:*'", "alpha delta"),
    ("--filter status=expired", "delta"), ("--filter needs=beta", "gamma"),
    ("--filter provider=g*b", "beta"), ("--filter 'name=*e*t*'", "beta delta"),
    ("--filter 'expires=2100-*'", "alpha beta"), ("--filter origin=admin,name=alpha", "alpha"),
    # Of two by the same column, one is to fit.
    ("--filter name=alpha --filter name=delta", "alpha delta"),
    ("--filter kind=database,kind=secret", "delta gamma"),
    ("--filter 'scope=acme/*,kind=password' --filter kind=secret", "alpha beta"),
    ("--filter kind=data*", "delta"),
    ("--search GITHUB", "beta"), ("--search bär", "beta"), ("--search BÄR", "beta"),
    ("--search eve", "beta"), ("--search postgres", "delta"), ("--search acme/P", "beta"),
    ("--search alph", "alpha gamma"), ("--search r --filter kind=database", "delta"),
])
def test_rows_are_chosen(stocked, options, expected):
    assert names(stocked, options) == expected.split()


def test_an_empty_result_is_no_failure_and_says_so(stocked, admin):
    assert stocked.transcript("keyfob list --filter kind=token") == (
        "\n2> keyfob: nothing stored is like that\n")
    assert stocked.json("keyfob list --filter kind=token") == []
    admin.home.credentials.unlink()
    for name in ("anchor", "key"):
        (admin.home.path / ".local/state/keyfob" / name).unlink()
    assert admin.transcript("keyfob list") == (
        "\n2> keyfob: nothing is stored yet; log in with git or docker, or `keyfob add`\n")


def test_no_secret_is_shown_and_none_is_read(stocked):
    everything = ",".join(COLUMNS.split(" are ")[1].split(", "))
    words = "store rotate-key --lock-with passphrase --passphrase-stdin"
    stocked.does(f"keyfob {words}", "words of the passphrase")
    assert stocked.run("keyfob show alpha --reveal").code == 4
    for options in (f"--columns {everything}", "--json", "--search canary"):
        stocked.does(f"keyfob list {options}")
    assert CANARY.encode() not in stocked.output


def width(text):
    """Columns of a terminal, by Unicode's own properties."""
    return sum(0 if unicodedata.category(each) in ("Mn", "Me", "Cf")
               else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


EVERY = "--columns name,kind,username,scope,status,bindings,store,expires"
WIDE = ["木村", "한국어 이름", "e\u0301ve\u0308", "ﾊﾟｽﾜｰﾄﾞ", "👩‍🚀 crew", "plain"]


@pytest.fixture
def wide(admin):
    return stock(admin, [
        credential(f"w{number}", CANARY, [Binding(REGISTRY, b"r%d.io" % number)], username=user)
        for number, user in enumerate(WIDE)])


def test_columns_line_up_by_the_width_of_what_is_shown(wide):
    lines = wide.does("keyfob list").decode().splitlines()
    places = {width(line[:line.index(" ok ")]) for line in lines[1:]}
    assert places == {width(lines[0][:lines[0].index("STATUS")]) - 1}
    assert [line.split()[2] for line in lines[1:]] == [name.split()[0] for name in WIDE]


def test_no_letters_of_a_key_are_found(admin):
    text = "AAAAC3NzaC1lZDI1NTE5AAAAIdbQx"
    stock(admin, [credential("deploy", CANARY, kind=5, settings=[
        (b"publicKey", f"ssh-ed25519 {text} me".encode()),
        (b"fingerprint", b"SHA256:kkQx"), (b"project", b"dbqx")])])
    assert admin.json("keyfob list --search lzdi1") == []
    assert admin.json("keyfob list --search kkqx") == []
    # The control: a setting of words is found, in whatever case.
    assert names(admin, "--search DBQX") == ["deploy"]


def test_what_is_due_is_shown_where_it_is_what_expires(admin):
    day = 86_400
    stock(admin, [
        credential("a", CANARY, rotate_after=1_600_000_000),
        credential("b", CANARY, rotate_after=1_600_000_000 + day, expires_at=END),
        credential("c", CANARY, rotate_after=END, expires_at=1_600_000_000 + 2 * day),
        credential("d", CANARY, rotate_after=END - day, expires_at=END)])
    assert admin.does("keyfob list --columns name,status,expires,rotate-after --sort expires"
                      ).decode() == """\
NAME  STATUS    EXPIRES                   ROTATE-AFTER
a     expiring  due 2020-09-13T12:26:40Z  2020-09-13T12:26:40Z
b     expiring  due 2020-09-14T12:26:40Z  2020-09-14T12:26:40Z
c     expired   2020-09-15T12:26:40Z      2100-01-01T00:00:00Z
d     ok        2100-01-01T00:00:00Z      2099-12-31T00:00:00Z
"""
    assert names(admin, "--sort -rotate-after") == ["c", "d", "b", "a"]


def test_an_ssh_password_is_shown_by_its_login(admin):
    for name, options in (("one", "host=Zeta.example.com"), ("two", "host=alpha --field port=23")):
        admin.does(f"keyfob add {name} --kind ssh-password --username root --field {options}"
                   " --stdin", CANARY)
    assert admin.does("keyfob list --columns name,bindings --sort bindings").decode() == """\
NAME  BINDINGS
two   ssh:alpha:23:root
one   ssh:zeta.example.com:22:root
"""
    assert names(admin, "--filter bindings=ssh:*:22:*") == ["one"]


@pytest.mark.parametrize("options", ["", "--json", "--columns name"])
def test_a_result_that_cannot_be_written_is_a_failure(stocked, terminal, options):
    for place, reason in ((">/dev/full", "No space left on device"), (">&-", None)):
        lines = seen(terminal(f"keyfob list {options} {place}; echo $?"))
        assert len(lines) == 2 and lines[1] == "1"
        assert lines[0].startswith("keyfob: the result cannot be written: ")
        assert reason is None or lines[0].endswith(reason)
    assert seen(terminal(f"keyfob list {options} >/dev/null; echo $?")) == ["0"]


def test_a_reader_that_went_away_is_told_nothing(stocked, terminal):
    stock(stocked, [credential(f"c{number:04}", CANARY) for number in range(3000)])
    line = "(trap '' PIPE; keyfob list; echo $? >&2) | head -n 1"
    assert [each.split()[0] for each in seen(terminal(line))] in (["NAME", "1"], ["1", "NAME"])


def seen(child):
    child.expect(pexpect.EOF)
    return child.before.replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize("columns", [100, 70, 50, 30])
def test_a_table_fits_the_terminal(wide, terminal, columns):
    for options in ("", EVERY):
        lines = seen(terminal(f"keyfob list {options}", columns=columns))
        assert len(lines) == 1 + len(WIDE)
        assert max(width(line) for line in lines) <= columns
    whole = wide.does("keyfob list").decode().splitlines()
    # The widest columns are cut, and only where they must be.
    assert any("…" in line for line in lines) == (max(map(width, whole)) > columns)


def test_a_narrow_column_is_whole_where_a_wide_one_is_cut(admin, terminal):
    bindings = [Binding(REGISTRY, b"registry-%d.example.com" % number) for number in range(4)]
    stock(admin, [credential("ci", CANARY, bindings)])
    for columns in (75, 80, 120):
        heading, row = seen(terminal("keyfob list", columns=columns))
        assert row.startswith("ci    password") and " ok " in row and "bot" in row
        assert row.count("…") == 1 and width(row) <= columns
    assert "…" not in admin.does("keyfob list").decode()


LONG = "a-name-that-is-rather-long"


def test_what_says_nothing_makes_room_on_a_narrow_terminal(admin, terminal):
    binding = Binding(REGISTRY, b"registry-of-the-team.example.com")
    stock(admin, [credential(LONG, CANARY, [binding]), credential("ci", CANARY, [binding])])
    whole = max(map(width, admin.does("keyfob list").decode().splitlines()))
    kept = {whole: "NAME KIND USERNAME SCOPE STATUS BINDINGS STORE EXPIRES",
            whole - 1: "NAME KIND USERNAME SCOPE STATUS BINDINGS STORE",
            80: "NAME KIND USERNAME STATUS BINDINGS"}
    for columns, heading in kept.items():
        lines = seen(terminal("keyfob list", columns=columns))
        assert lines[0].split() == heading.split()
        assert max(map(width, lines)) <= columns
        # A name is whole, and what is cut keeps its two ends.
        assert [line.split()[0] for line in lines[1:]] == [LONG, "ci"]
        shown = {line.split()[heading.split().index("BINDINGS")] for line in lines[1:]}
        front, back = shown.pop().split("…") if columns == 80 else (shown.pop(), "")
        assert f"registry:{binding.host.decode()}".startswith(front)
        assert binding.host.decode().endswith(back) and len(front) > 8 and not shown
        assert columns > 80 or len(back) > 8
    heading = seen(terminal(f"keyfob list {EVERY}", columns=80))[0]
    assert len(heading.split()) == 8 and "STORE" in heading and "EXPIR" in heading
    # What says something stays, and the name gives way where nothing else can.
    stock(admin, [credential(LONG, CANARY, [binding], scope="acme"), credential("ci", CANARY)])
    assert "SCOPE" in seen(terminal("keyfob list", columns=80))[0]
    assert all(width(line) <= 40 for line in seen(terminal("keyfob list", columns=40)))


@pytest.mark.parametrize("env, options, is_colored", [
    ("TERM=xterm", "", True), ("TERM=xterm NO_COLOR=", "", True),
    ("TERM=xterm NO_COLOR=1", "", False), ("TERM=dumb", "", False),
    ("TERM=xterm", "--color never", False), ("TERM=dumb NO_COLOR=1", "--color always", True),
    ("TERM=xterm", "--color auto | cat", False), ("TERM=dumb", "--color always | cat", True),
])
def test_colours_are_for_terminals_that_want_them(stocked, terminal, env, options, is_colored):
    lines = seen(terminal(f"env {env} keyfob list {options}", columns=120))
    assert ("\x1b[" in "\n".join(lines)) == is_colored
    if is_colored:
        row, = [line for line in lines if line.startswith("delta")]
        assert "\x1b[31mexpired\x1b[0m" in row
    assert [line.split()[0].removeprefix("\x1b[1m").removesuffix("\x1b[0m") for line in lines] == [
        "NAME", "alpha", "beta", "delta", "gamma"]


def test_what_would_move_the_cursor_is_escaped_in_the_table_and_exact_in_json(admin):
    stock(admin, [credential("x", CANARY, username="a\x1b[2Jb\"\\\n")])
    assert "a%1B[2Jb\"\\%0A" in admin.does("keyfob list").decode()
    assert json.loads(admin.does("keyfob list --json"))[0]["username"] == "a\x1b[2Jb\"\\\n"


@pytest.mark.parametrize("seconds, text", [
    (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
    (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    (253_402_300_799, "9999-12-31T23:59:59Z"),
])
def test_times_are_those_of_the_calendar(admin, seconds, text):
    stock(admin, [credential("x", CANARY, rotate_after=seconds or 1)])
    expected = text if seconds else "1970-01-01T00:00:01Z"
    assert admin.json("keyfob show x")["rotateAfter"] == expected
