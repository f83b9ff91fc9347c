"""Where secrets are kept: `init`, `status`, and the configuration behind them."""

import pytest


def test_status_of_a_fresh_home_and_of_one_in_use(admin):
    assert admin.transcript("keyfob status") == """
store        file, ~/.local/share/keyfob/credentials.keyfob
state        nothing is stored yet
config       ~/.config/keyfob/config
"""
    admin.does("keyfob add ci --username u --bind registry:r.io --expires 3d --stdin", "x")
    assert admin.transcript("keyfob status") == """
store        file, ~/.local/share/keyfob/credentials.keyfob
state        open
opened by    key-file
credentials  1
status       1 expiring
attention    ci: expiring; renew it with `keyfob edit ci`
written      <time>, generation 1
config       ~/.config/keyfob/config
"""


def test_status_as_json(admin):
    before = admin.json("keyfob status")
    assert (before["exists"], before["opensWith"], before["credentials"]) == (False, [], 0)
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    report = admin.json("keyfob status")
    assert report.pop("written")
    # The sandbox of a build machine may allow no locked memory.
    assert report.pop("unlockedSecretBytes") >= 0
    assert report == {
        "store": "file", "isChosen": True, "file": str(admin.home.credentials),
        "exists": True, "locked": False,
        "opensWith": ["key-file"], "credentials": 1, "stores": {"file": ["ci"]},
        "statuses": {"ok": 1},
        "needAttention": [], "tokens": [], "generation": 1,
        "configuration": str(admin.home.config), "unknownSettings": [],
    }


def test_init_makes_an_empty_store_and_writes_the_choice_down(admin):
    assert admin.transcript("keyfob init") == """
2> keyfob: secrets are kept encrypted in ~/.local/share/keyfob/credentials.keyfob
"""
    assert admin.home.config.read_text() == "[keyfob]\n\tstore = file\n"
    assert {name: oct(admin.home.path.joinpath(name).stat().st_mode & 0o777)
            for name in admin.files()} == dict.fromkeys(admin.files(), "0o600")
    assert admin.fails(1, "keyfob init") == (
        "~/.local/share/keyfob/credentials.keyfob is there already; see it with `keyfob status`, "
        "or start anew with `keyfob init --force`")


def test_init_force_gives_up_what_is_there(admin):
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    assert admin.fails(2, "keyfob init --force") == (
        "Everything in ~/.local/share/keyfob/credentials.keyfob will be lost. Go on? Nobody is "
        "there to answer; add `--yes`")
    assert admin.names() == ["ci"]
    admin.does("keyfob init --force --yes")
    assert admin.names() == []
    assert admin.docker_get("r.io") is None


def test_the_first_add_writes_the_choice_down_and_keeps_the_rest_of_the_file(admin):
    admin.home.configure('# mine\n[link "work"]\n\tscope = acme\n')
    admin.does("keyfob add ci --username u --stdin", "x", KEYFOB_STORE=None)
    assert admin.home.config.read_text() == (
        '# mine\n[link "work"]\n\tscope = acme\n[keyfob]\n\tstore = file\n')


def test_settings_that_mean_nothing_are_shown(admin):
    admin.home.configure('[keyfob]\n\tstore = file\n\tcolour = red\n[mint "x"]\n\tz = 1\n')
    assert admin.transcript("keyfob status") == """
store        file, ~/.local/share/keyfob/credentials.keyfob
state        nothing is stored yet
config       ~/.config/keyfob/config
unknown      keyfob.colour (~/.config/keyfob/config, line 3)
unknown      mint.x.z (~/.config/keyfob/config, line 5)
"""
    assert len(admin.json("keyfob status")["unknownSettings"]) == 2


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_configuration_that_others_can_write_is_refused_with_the_command_that_mends_it(
        admin, mode):
    admin.home.configure("[keyfob]\n\tstore = file\n")
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    admin.home.config.chmod(mode)
    path = admin.home.config
    assert admin.fails(1, "keyfob status") == (
        "~/.config/keyfob/config can be written by others; "
        "run `chmod 644 ~/.config/keyfob/config`")
    assert "chmod 644" in admin.docker_get("r.io").line
    assert admin.home.run("chmod", "644", path).code == 0
    assert admin.docker_get("r.io").password == "x"


@pytest.mark.parametrize("text, message", [
    ("[keyfob]\n\tstore = vault\n", "~/.config/keyfob/config, line 2: `vault` is not a store; "
     "write `file` or `secret-service`"),
    ('[link "work"]\n\tscope = a//b\n', "~/.config/keyfob/config, line 2: `a//b` is not a scope; "
     "write segments of letters, digits, `.`, `_` and `-` with `/` between them"),
    ('[scope "a"]\n\tpath = src\n', "~/.config/keyfob/config, line 2: `src` is not an absolute "
     "path"),
])
def test_a_setting_that_cannot_be_followed_is_named_by_line(admin, text, message):
    admin.home.configure(text)
    assert admin.fails(1, "keyfob list", KEYFOB_STORE=None) == message


@pytest.mark.parametrize("variable, value, message", [
    ("KEYFOB_STORE", "vault", "KEYFOB_STORE: `vault` is not a store; write `file` or "
     "`secret-service`"),
    ("KEYFOB_SCOPE", "a//b", "KEYFOB_SCOPE: `a//b` is not a scope; write segments of letters, "
     "digits, `.`, `_` and `-` with `/` between them"),
])
def test_a_variable_that_cannot_be_followed_is_named(admin, variable, value, message):
    assert admin.fails(1, "keyfob status", **{variable: value}) == message


def test_a_store_that_cannot_be_written_is_refused_before_a_secret_is_asked_for(admin):
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    problem = "there is no session bus here, and so no Secret Service"
    assert admin.fails(
        4, "keyfob add other --username u", KEYFOB_STORE="secret-service") == (
        f"{problem}; run this in a desktop session, or keep secrets in the encrypted file "
        "(`keyfob init --store file`, then `keyfob move --to file` where the keyring is)")
    admin.home.configure("[keyfob]\n\tstore = secret-service\n")
    assert f"keyring      {problem}" in admin.transcript("keyfob status", KEYFOB_STORE=None)
    # What rests in the file needs no keyring.
    assert admin.docker_get("r.io", KEYFOB_STORE=None).password == "x"
    admin.does("keyfob edit ci --stdin", "y", KEYFOB_STORE=None)
    assert admin.docker_get("r.io").password == "y"
    admin.home.configure("[keyfob]\n\tstore = secret-service\n\tfallback = file\n")
    assert admin.transcript(
        "keyfob add other --username u --stdin", "z", KEYFOB_STORE=None) == f"""
2> keyfob: {problem}; ~/.local/share/keyfob/credentials.keyfob is used instead
2> keyfob: stored other; say what it is for with `keyfob bind other registry:HOST`
"""


@pytest.mark.parametrize("setting, message", [
    ("session = clear", "a session can only be `plain` or `dh`"),
    ("unlock = always", "unlock can only be `ask` or `never`"),
    ("promptTimeout = 0", "`0` is no time for a prompt; write a number of seconds, 1 to 3600"),
])
def test_a_setting_of_the_keyring_that_cannot_be_followed_is_named_by_line(
        admin, setting, message):
    admin.home.configure(f"[secret-service]\n\t{setting}\n")
    assert admin.fails(1, "keyfob list") == f"~/.config/keyfob/config, line 2: {message}"
    admin.home.configure(
        "[secret-service]\n\tsession = dh\n\tunlock = ask\n\tpromptTimeout = 5\n")
    admin.does("keyfob list")
