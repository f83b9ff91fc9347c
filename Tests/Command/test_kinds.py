"""Every kind of credential: added, shown, changed, used and removed; and what is refused."""

import os

import pytest

from administrator import shows
from conversation import printed
from kinds import HETZNER, KUBECONFIG, OVH_CONSUMER, OVH_KEY, OVH_SECRET, examples, key_file, trace
from Support import Account

EXAMPLES = examples()
every_kind = pytest.mark.parametrize("example", EXAMPLES, ids=[each.kind for each in EXAMPLES])


@pytest.fixture
def files(admin):
    """Writes a file that only its owner can read, in the folder where commands run."""
    def write(name, content, mode=0o600):
        path = admin.home.path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    write("consumer", OVH_CONSUMER + "\n")
    return write


def reveal(admin, field, name="it"):
    """A secret, which is no part of what was printed by the way."""
    answer = admin.home.keyfob("show", name, "--reveal", "--field", field)
    assert answer.code == 0, answer
    return answer.out.decode()


def add(example, source="--stdin"):
    return f"keyfob add it --kind {example.kind} {example.options} {source}"


@every_kind
def test_the_life_of_a_credential(admin, files, example):
    assert "2> keyfob: stored it" in printed(admin, add(example), example.secret + "\n")
    shown = admin.json("keyfob show it")
    assert (shown["kind"], shown.get("username")) == (example.kind, example.username)
    assert example.shown.items() <= (shown.get("settings") or {}).items()
    assert [each["name"] for each in admin.json("keyfob list")] == ["it"]
    printed(admin, "keyfob list")
    printed(admin, "keyfob show it")
    assert reveal(admin, example.main).strip() == example.secret.strip()
    for name, secret in example.others.items():
        assert reveal(admin, name) == secret

    printed(admin, f"keyfob edit it {example.change}")
    changed = admin.json("keyfob show it")
    assert example.changed.items() <= {**changed, **(changed.get("settings") or {})}.items()
    assert reveal(admin, example.main).strip() == example.secret.strip()

    line = f"keyfob edit it {example.edit}"
    assert printed(admin, line, example.newer) == "\n2> keyfob: changed it\n"
    assert reveal(admin, example.main).strip() == example.newer.strip()
    for name, secret in example.others.items():
        assert reveal(admin, name) == secret
    for secret in (example.secret, example.newer, *example.others.values()):
        assert not shows(admin.output, trace(secret)), example.kind
    assert printed(admin, "keyfob remove it --yes") == "\n2> keyfob: removed it\n"
    assert admin.names() == []


@every_kind
@pytest.mark.parametrize("source", ["--file given", "--fd 7", "--field"])
def test_the_main_secret_comes_from_a_file_or_a_descriptor_too(admin, files, example, source):
    files("given", example.secret)
    if source == "--field":
        source = f"--field {example.main}=@given"
    line = add(example, source).split(" ", 1)[1]
    answer = admin.home.run("sh", "-c", f"exec keyfob {line} 7<given")
    assert answer.code == 0, answer
    assert reveal(admin, example.main).strip() == example.secret.strip()


@every_kind
def test_a_taken_name_is_told_before_the_secret_is_read(admin, files, example):
    admin.does(add(example), example.secret)
    assert admin.fails(1, add(example, "--fd 99")) == (
        "the name it is taken; choose another, or `keyfob edit it`")


@every_kind
def test_a_literal_is_no_secret(admin, files, example):
    for name, secret in {example.main: "hunter2canary", **example.others}.items():
        line = f"keyfob add it --kind {example.kind} --field {name}={secret}"
        told = admin.fails(2, line)
        assert "is secret, and arguments are no place for secrets" in told
        assert not shows(told.encode(), secret)
    assert admin.files().keys() == {"consumer"}


@every_kind
def test_without_a_terminal_it_says_how_to_give_the_secret(admin, files, example):
    line = f"keyfob add it --kind {example.kind} {example.options}"
    option = "--stdin"
    if example.kind == "secret":
        line, option = "keyfob add it --kind secret", "--field NAME=prompt"
    assert option in admin.fails(3 if example.kind == "kubeconfig" else 2, line)
    assert admin.names() == []


@pytest.mark.parametrize("line, told", [
    ("--kind ssh-password --field host=h", "the user name is missing; add `--username NAME`"),
    ("--kind ssh-password --username u", "the host is missing; add `--field host=VALUE`"),
    ("--kind database --username u", "the engine is missing; add `--field engine=VALUE`"),
    ("--kind ovh", "the application key is missing; add `--field applicationKey=VALUE`"),
    ("--kind access-key", "the access key id is missing; add `--access-key-id ID`"),
    ("", "the user name is missing; add `--username NAME`"),
    ("--kind hetzner --field password=@x",
     "the kind hetzner has no field of that name; it has token"),
    ("--kind hetzner --username u",
     "the kind hetzner has no user name; leave out `--username` and `--login`"),
    ("--kind kubeconfig --login",
     "the kind kubeconfig has no user name; leave out `--username` and `--login`"),
    ("--kind secret --field 'a b=@x'",
     "that is no name for a field; use up to 253 letters, digits, `.`, `_` and `-`"),
    ("--kind database --field host",
     "`--field` takes NAME=VALUE; the names are engine, host, port, database, username, password"),
    ("--kind ssh-password --field port=99999",
     "`99999` is no port; write a number from 1 to 65535"),
    ("--kind ssh-password --field port=1 --field port=2", "the port is given twice; give it once"),
    ("--kind ovh --field endpoint=mars",
     "`mars` is none of them; write ovh-eu, ovh-ca, ovh-us"),
    ("--username u --stdin --file x",
     "`--stdin` and `--file` cannot be used together; see `keyfob add --help`"),
    ("--kind token --generate",
     "`--generate` makes SSH keys, and this is none; add `--kind ssh-key`"),
    ("--kind ssh-key --generate --stdin",
     "a key is either made or read; leave out `--generate`, or where it is read from"),
    ("--username u --provider mars",
     "there is no guide named `mars`; write one of ghcr, docker-hub, ecr, ecr-public, gar, acr, "
     "harbor, artifactory, quay, gitlab, github, bitbucket, codeberg, gitea, azure"),
    ("--kind token --stdin --field refreshToken=@-",
     "two values cannot both be read from standard input; give one of them from a file or another "
     "descriptor"),
    ("--kind secret --field a=@- --field b=fd:0",
     "two values cannot both be read from standard input; give one of them from a file or another "
     "descriptor"),
    ("--kind access-key --access-key-id AKIAIOSFODNN7EXAMPLE --fd 7 --session-token-fd 7",
     "two values cannot both be read from descriptor 7; give one of them from a file or another "
     "descriptor"),
])
def test_what_is_missing_or_does_not_fit_is_told(admin, line, told):
    assert admin.fails(2, f"keyfob add it {line}") == told
    assert admin.files() == {}


@pytest.mark.parametrize("kind, options, secret, told", [
    ("hetzner", "", "canary", "this is no Hetzner API token; write 64 letters and digits"),
    ("ovh", f"--field applicationKey={OVH_KEY} --field consumerKey=@consumer", "canary",
     "this is no application secret; write 32 to 128 letters and digits"),
    ("kubeconfig", "", "canary: [", "the kubeconfig is refused: line 2: it is not YAML"),
    ("service-account", "", '{"type": "canary"}', "this is not the key file of a service account"),
    ("ssh-key", "", "canary", "private key"),
])
def test_the_wrong_shape_is_told_and_nothing_is_stored(admin, files, kind, options, secret, told):
    line = f"keyfob add it --kind {kind} {options} --stdin"
    assert told in admin.fails(2, line, secret)
    assert admin.names() == []


class TestLogins:
    def test_it_is_parted_at_the_first_colon(self, admin):
        admin.does("keyfob add it --bind registry:r.io --login --stdin", "bot:canary:of:it\n")
        assert admin.docker_get("r.io") == Account("bot", "canary:of:it")
        admin.does("keyfob edit it --login --stdin", "other:newer")
        assert admin.docker_get("r.io") == Account("other", "newer")

    @pytest.mark.parametrize("input", [
        "canary", "canary:a\nb:c", ":canary", b"can\xffary:x", "canary:"])
    def test_what_is_none_is_refused_unquoted(self, admin, input):
        told = admin.fails(2, "keyfob add it --login --stdin", input)
        assert "canary" not in told
        assert admin.names() == []

    def test_the_user_name_is_given_once(self, admin):
        assert "given twice" in admin.fails(
            2, "keyfob add it --login --username bot --stdin", "bot:x")


class TestFiles:
    def test_others_can_read_it(self, admin, files):
        files("given", "canary\n", 0o644)
        assert printed(admin, "keyfob add it --username u --file given") == (
            "\n2> keyfob: others can use given: run `chmod 600` on it, and think of the secrets "
            "in it as known\n2> keyfob: stored it; say what it is for with `keyfob bind it "
            "registry:HOST`\n")
        files("given", "canary")
        assert "others" not in printed(admin, "keyfob add its --username u --file given")
        assert reveal(admin, "password") == reveal(admin, "password", "its") == "canary"

    def test_what_is_no_file_is_refused(self, admin, files):
        line = "keyfob add it --username u --file "
        assert admin.fails(3, line + "none") == (
            "there is no file none; name the one that holds the secret")
        os.mkfifo(admin.home.path / "fifo")
        for place in ("fifo", ".", "/dev/null"):
            assert "is not a regular file" in admin.fails(1, line + place)
        assert admin.fails(2, line + "''") == (
            "the path is empty; name the file that holds the secret")
        files("empty", "")
        assert admin.fails(2, line + "empty") == "empty is empty; name another file"
        files("long", b"x" * ((4 << 20) + 1))
        assert admin.fails(1, line + "long") == "long is longer than 4 MiB"
        files("full", b"x" * (4 << 20))
        admin.does(line + "full")

    def test_the_home_folder_has_a_short_name(self, admin, files):
        files("given", "canary")
        admin.does("keyfob add it --username u --field password=@~/given")
        assert reveal(admin, "password") == "canary"

    def test_lines_stay_and_one_line_end_goes(self, admin, files):
        files("lines", "one\ntwo\n")
        files("line", "one\n")
        admin.does("keyfob add it --kind secret --field lines=@lines --field line=@line")
        assert reveal(admin, "lines") == "one\ntwo\n"
        assert reveal(admin, "line") == "one"


class TestKubeconfig:
    def test_it_is_taken_from_where_kubectl_has_it(self, admin, files):
        (admin.home.path / ".kube").mkdir()
        files(".kube/config", KUBECONFIG % "canaryA")
        files("second", KUBECONFIG % "canaryB")
        assert "2> keyfob: the kubeconfig file is ~/.kube/config\n" in printed(
            admin, "keyfob add it --kind kubeconfig")
        second = f"{admin.home.path}/none:{admin.home.path}/second"
        assert "2> keyfob: the kubeconfig file is ~/second\n" in printed(
            admin, "keyfob add its --kind kubeconfig", KUBECONFIG=second)
        assert reveal(admin, "file") == KUBECONFIG % "canaryA"
        assert reveal(admin, "file", "its") == KUBECONFIG % "canaryB"

    def test_where_there_is_none_it_says_so(self, admin):
        assert admin.fails(3, "keyfob add it --kind kubeconfig", KUBECONFIG="/n/a:/n/b") == (
            "there is no /n/a and no /n/b; give the kubeconfig file with `--file PATH`, or on "
            "standard input with `--stdin`")


class TestSecrets:
    @pytest.fixture
    def app(self, admin, files):
        files("one", "canary one")
        admin.does("keyfob add it --kind secret --field a=@one --field b=fd:0", "canary two")
        return admin

    def test_fields_come_and_go(self, app):
        app.does("keyfob edit it --field c=@- --remove-field b", "canary three")
        assert (reveal(app, "a"), reveal(app, "c")) == ("canary one", "canary three")
        assert app.fails(3, "keyfob edit it --remove-field b") == (
            "it has no field `b`; it has: a, c")
        assert "it has no field" in app.fails(
            2, "keyfob edit it --remove-field a --remove-field c")
        assert reveal(app, "a") == "canary one"

    def test_without_a_name_the_only_field_is_meant(self, app):
        assert app.fails(2, "keyfob edit it --stdin", "x") == (
            "it has several fields; name one with `--field NAME=@PATH`: a, b")
        app.does("keyfob edit it --remove-field b")
        app.does("keyfob edit it --stdin", "canary newer")
        assert reveal(app, "a") == "canary newer"

    def test_other_kinds_keep_what_they_need(self, admin):
        admin.does("keyfob add it --kind token --stdin", "canary")
        assert admin.fails(2, "keyfob edit it --remove-field token") == (
            "the kind token needs its token; replace it with `--field token=@PATH`")
        assert admin.fails(3, "keyfob edit it --remove-field refreshToken") == (
            "it has no field `refreshToken`; it has: token")


class TestNeeds:
    def test_what_is_needed_must_be_there(self, admin):
        admin.does("keyfob add host --kind ssh-key --generate")
        line = "keyfob add db --kind database --username u --field engine=redis --stdin"
        assert admin.fails(3, line + " --needs hosts", "x") == (
            "there is no credential named `hosts`; see the names with `keyfob list`")
        admin.does(line + " --needs host --needs host", "x")
        assert admin.json("keyfob show db")["settings"]["needs"] == "host"
        assert admin.fails(2, "keyfob edit db --needs db") == (
            "db cannot need itself; leave out `--needs db`")
        admin.does("keyfob edit db --needs ''")
        assert "needs" not in admin.json("keyfob show db")["settings"]


class TestProviders:
    WRONG = "keyfob add it --kind token --stdin --bind registry:ghcr.io"

    def test_the_wrong_shape_is_stored_by_force_alone(self, admin):
        told = admin.fails(2, self.WRONG, "github_pat_canary")
        assert "does not take fine-grained tokens" in told and told.endswith(", or add `--force`")
        assert admin.names() == []
        admin.does(self.WRONG + " --force", "github_pat_canary")
        assert admin.docker_get("ghcr.io").password == "github_pat_canary"

    def test_an_edit_is_checked_too(self, admin):
        admin.does(self.WRONG, "ghp_canary")
        assert "fine-grained" in admin.fails(2, "keyfob edit it --stdin", "github_pat_canary")
        assert admin.docker_get("ghcr.io").password == "ghp_canary"
        assert "of GitHub, not of GitLab" in admin.fails(2, "keyfob edit it --provider gitlab")
        admin.does("keyfob edit it --stdin --force", "github_pat_canary")
        admin.does("keyfob edit it --description 'a word is no new secret'")

    def test_a_binding_is_checked_too(self, admin):
        admin.does("keyfob add it --kind token --stdin", "github_pat_canary")
        told = admin.fails(2, "keyfob bind it registry:ghcr.io")
        assert "does not take fine-grained" in told and told.endswith(", or add `--force`")
        assert admin.docker_get("ghcr.io") is None
        admin.does("keyfob bind it registry:ghcr.io --force")
        assert admin.docker_get("ghcr.io").password == "github_pat_canary"

    def test_an_accounts_password_is_marked_until_a_token_replaces_it(self, admin):
        admin.does("keyfob add it --username me --bind registry:docker.io --stdin", "canary")
        assert admin.json("keyfob show it")["settings"]["form"] == "account-password"
        admin.does("keyfob edit it --stdin", "dckr_pat_canary")
        assert not (admin.json("keyfob show it").get("settings") or {}).get("form")


def test_a_new_key_takes_its_public_half_along(admin, files):
    told = admin.does("keyfob add it --kind ssh-key --generate").decode()
    before = admin.json("keyfob show it")["settings"]
    assert told == before["publicKey"] + "\n"
    assert "is lost. Nobody is there to answer; add `--yes`" in admin.fails(
        2, "keyfob edit it --generate")
    assert admin.json("keyfob show it")["settings"] == before
    told = admin.does("keyfob edit it --generate --yes").decode()
    after = admin.json("keyfob show it")["settings"]
    assert told == after["publicKey"] + "\n"
    assert before["publicKey"] != after["publicKey"]
    assert before["fingerprint"] != after["fingerprint"]
    files("key", reveal(admin, "privateKey"))
    public = admin.home.run("ssh-keygen", "-y", "-f", "key")
    assert public.out.split()[:2] == after["publicKey"].encode().split()[:2]


def test_a_new_key_file_brings_its_account(admin, files):
    admin.does("keyfob add it --kind service-account --stdin", key_file("acme"))
    admin.does("keyfob edit it --stdin", key_file("other"))
    assert admin.json("keyfob show it")["settings"]["project"] == "other"


@pytest.mark.parametrize("kind, options, field", [
    ("database", "--username u --field engine=redis", "host"),
    ("ssh-password", "--username u --field host=h.io", "port"),
])
def test_what_is_needed_is_not_taken_away(admin, kind, options, field):
    """Its usual value, put there in silence, would send the secret to another place."""
    line = f"keyfob add it --kind {kind} {options} --stdin"
    told = f"the {field} is missing; add `--field {field}=VALUE`"
    assert admin.fails(2, f"{line} --field {field}=", "canary") == told
    admin.does(f"{line} --field {field}=2222", "canary")
    assert admin.fails(2, f"keyfob edit it --field {field}=") == told
    assert admin.json("keyfob show it")["settings"][field] == "2222"


def test_a_secret_access_key_of_another_length_is_pointed_out(admin):
    line = "--kind access-key --access-key-id AKIAIOSFODNN7EXAMPLE --stdin"
    assert "have 40 characters, and this one has 6" in printed(
        admin, f"keyfob add short {line}", "canary")
    assert "40 characters" not in printed(admin, f"keyfob add right {line}", "c" * 40)


def test_the_kubeconfigs_that_are_left_out_are_named(admin, files):
    for name in ("one", "two", "three"):
        files(name, KUBECONFIG % f"canary-{name}")
    several = printed(admin, "keyfob add many --kind kubeconfig", KUBECONFIG="none:one:two:three")
    assert "the kubeconfig file is one\n" in several
    assert ("left out: two, three; `kubectl config view --raw --flatten` makes one file of all"
            in several)
    assert "canary-one" in reveal(admin, "file", "many")
    assert "left out" not in printed(
        admin, "keyfob add one --kind kubeconfig", KUBECONFIG="none:two")


def test_the_completions_know_the_kinds(admin):
    script = admin.does("keyfob completions bash").decode()
    assert all(example.kind in script for example in EXAMPLES)


def test_secrets_of_several_sources(admin, files):
    """Standard input, a file and a descriptor, each for a field of its own."""
    files("third", HETZNER)
    answer = admin.home.run(
        "sh", "-c", "exec keyfob add it --kind secret --field a=@- --field b=@consumer "
        "--field c=fd:8 8<third", input=OVH_SECRET)
    assert answer.code == 0, answer
    assert [reveal(admin, name) for name in "abc"] == [OVH_SECRET, OVH_CONSUMER, HETZNER]
