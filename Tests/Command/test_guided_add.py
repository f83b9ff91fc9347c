"""`keyfob add` on a terminal, of every kind: what is asked, hidden, refused and stored."""

import shlex

import pytest

from conversation import Conversation
from kinds import (
    HETZNER, KUBECONFIG, OVH_CONSUMER, OVH_KEY, OVH_SECRET, key_file, ssh_key)
from Support import Account

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
#: The echo as the shell finds it afterwards.
AND_STTY = '; code=$?; stty -a | grep -o -w -e "-*echo"; exit $code'
NEVER = ("expires, such as 2030-12-31 or 90d (empty for never): ", "")


@pytest.fixture
def talk(terminal):
    """Runs a command line on a terminal."""
    def begin(line):
        return Conversation(terminal(line + AND_STTY), line)

    return begin


@pytest.fixture
def file(admin):
    """Writes a file that only its owner can read, in the folder where commands run."""
    def write(name, content):
        path = admin.home.path / name
        path.write_text(content)
        path.chmod(0o600)

    return write


def settings(admin, name):
    return admin.json(f"keyfob show {name}").get("settings") or {}


def reveal(admin, name, field):
    answer = admin.home.keyfob("show", name, "--reveal", "--field", field)
    assert answer.code == 0, answer
    return answer.out.decode()


def test_from_nothing_to_a_token_for_a_registry(admin, talk):
    shown = (talk("keyfob add")
             .asked("   1  password         ").asked("  11  secret           ")
             .answers(("kind: ", "token"),
                      ("host, such as ghcr.io or github.com (empty for none): ", "ghcr.io"))
             .asked("GitHub Container Registry takes a classic personal access token")
             .asked("https://github.com/settings/tokens/new?scopes=read:packages")
             .asked("read:packages to pull, write:packages to push")
             .answers(("name [ghcr.io]: ", "ghcr"), ("user name (optional): ", ""))
             .hides(("token: ", "ghp_canary")).answers(NEVER).ends())
    assert shown.endswith("keyfob: stored ghcr; it answers for registry:ghcr.io\necho\n")
    assert admin.docker_get("ghcr.io").password == "ghp_canary"


def test_a_password_for_a_host_that_does_not_say_what_runs_there(admin, talk):
    (talk("keyfob add --kind password")
     .answers(("(empty for none): ", "registry.example.com"), ("for: ", "registry"),
              ("what runs there: ", "harbor"))
     .asked("Harbor takes a robot account's secret")
     .answers(("name [registry.example.com]: ", ""), ("user name: ", "robot$acme+ci"))
     .hides(("password: ", "canary")).answers(NEVER).ends())
    assert admin.docker_get("registry.example.com") == Account("robot$acme+ci", "canary")
    assert settings(admin, "registry.example.com") == {"provider": "harbor"}


def test_a_password_that_somebody_thought_of_is_typed_twice(admin, talk):
    (talk("keyfob add --kind password").answers(("(empty for none): ", "git:git.example.com"))
     .answers(("what runs there: ", "other"), ("name [git.example.com]: ", "mine"),
              ("user name: ", "me"))
     .hides(("password: ", "canary one"), ("password again: ", "canary two"))
     .asked("the two answers differ; try again")
     .hides(("password: ", "canary"), ("password again: ", "canary"))
     .answers(("(empty for never): ", "soon")).asked("`soon` is not a time")
     .answers(("(empty for never): ", "2031-01-02")).ends())
    assert admin.git_get("git.example.com") == Account("me", "canary")
    assert admin.json("keyfob show mine")["expires"] == "2031-01-02T23:59:59Z"


def test_an_access_key(admin, talk):
    (talk("keyfob add --kind access-key")
     .answers(("amazonaws.com (empty for none): ", "ghcr.io"))
     .asked("ghcr.io is not the name of an ECR registry")
     .answers(("(empty for none): ", ECR)).asked("AmazonEC2ContainerRegistryReadOnly")
     .answers((f"name [{ECR}]: ", "aws"), ("access key id: ", "AKIA")).asked("is no access key id")
     .answers(("access key id: ", "AKIAIOSFODNN7EXAMPLE"))
     .hides(("secret access key: ", "canary/of+the/key")).answers(NEVER).ends())
    assert reveal(admin, "aws", "secretAccessKey") == "canary/of+the/key"
    assert admin.json("keyfob show aws")["bindings"] == [f"registry:{ECR}"]


def test_a_service_account(admin, talk, file):
    file("right.json", key_file("acme"))
    file("wrong.json", "{}")
    (talk("keyfob add --kind service-account")
     .answers(("pkg.dev (empty for none): ", "europe-docker.pkg.dev"))
     .asked("Google Artifact Registry takes a service account's key file")
     .answers(("name [europe-docker.pkg.dev]: ", "gar"),
              ("key file (the path of a file): ", "none.json")).asked("there is no file none.json")
     .answers(("key file (the path of a file): ", "wrong.json")).asked("its type is missing")
     .answers(("key file (the path of a file): ", "~/right.json"), NEVER).ends())
    assert settings(admin, "gar")["project"] == "acme"


def test_an_ssh_key_is_made(admin, talk):
    (talk("keyfob add --kind ssh-key")
     .answers(("name [ssh-key]: ", "deploy"), ("user name (optional): ", "git"),
              ("private key (the path of a file, or empty to make one): ", ""), NEVER).ends())
    assert settings(admin, "deploy")["publicKey"].startswith("ssh-ed25519 ")


def test_an_ssh_key_is_unlocked(admin, talk, file):
    file("key", ssh_key("guided"))
    locked = admin.home.run("ssh-keygen", "-q", "-p", "-N", "canary phrase", "-f", "key")
    assert locked.code == 0, locked
    (talk("keyfob add --kind ssh-key")
     .answers(("name [ssh-key]: ", ""), ("user name (optional): ", ""), ("to make one): ", "key"))
     .asked("the private key is locked with a passphrase")
     .hides(("passphrase: ", "canary wrong")).asked("does not open")
     .hides(("passphrase: ", "canary phrase")).answers(NEVER).ends())
    assert reveal(admin, "ssh-key", "passphrase") == "canary phrase"


def test_an_ssh_password(admin, talk):
    (talk("keyfob add --kind ssh-password")
     .answers(("name [ssh-password]: ", "box"), ("user name: ", "root"), ("host: ", "a b"))
     .asked("`a b` is no host").answers(("host: ", "box.example.com"), ("port [22]: ", ""))
     .hides(("password: ", "canary"), ("password again: ", "canary")).answers(NEVER).ends())
    assert settings(admin, "box") == {"host": "box.example.com", "port": "22"}


def test_a_database_login(admin, talk):
    (talk("keyfob add --kind database")
     .answers(("name [database]: ", "db")).asked("   7  other\n".replace("\n", "\r\n"))
     .answers(("engine: ", "oracle")).asked("write a number from 1 to 7")
     .answers(("engine: ", "1"), ("host [localhost]: ", ""), ("port (optional): ", ""),
              ("database (optional): ", "orders"), ("user name (optional): ", "app"))
     .hides(("password: ", "canary"), ("password again: ", "canary")).answers(NEVER).ends())
    assert settings(admin, "db").items() >= {
        "engine": "postgresql", "host": "localhost", "port": "5432", "database": "orders"}.items()


def test_keys_of_ovh(admin, talk):
    (talk("keyfob add --kind ovh").asked("https://eu.api.ovh.com/createToken/")
     .answers(("name [ovh]: ", ""), ("endpoint [ovh-eu]: ", ""), ("application key: ", OVH_KEY),
              ("project id (optional): ", ""))
     .hides(("application secret: ", "canary of")).asked("this is no application secret")
     .hides(("application secret: ", OVH_SECRET), ("consumer key: ", OVH_CONSUMER))
     .answers(NEVER).ends())
    assert reveal(admin, "ovh", "consumerKey") == OVH_CONSUMER


def test_a_token_of_hetzner(admin, talk):
    (talk("keyfob add --kind hetzner").asked("Security > API tokens")
     .answers(("name [hetzner]: ", "cloud")).hides(("token: ", HETZNER)).answers(NEVER).ends())
    assert reveal(admin, "cloud", "token") == HETZNER


def test_a_kubeconfig_is_asked_for_where_there_is_none(admin, talk, file):
    file("config.yaml", KUBECONFIG % "canaryK")
    line = "keyfob add --kind kubeconfig"
    (talk(line).answers(("name [kubeconfig]: ", "prod"))
     .answers(("kubeconfig file (the path of a file): ", "")).asked("the path is empty; name ")
     .answers(("kubeconfig file (the path of a file): ", "config.yaml"), NEVER).ends())
    (admin.home.path / ".kube").mkdir()
    file(".kube/config", KUBECONFIG % "canaryL")
    (talk(line).answers(("name [kubeconfig]: ", "found"))
     .asked("the kubeconfig file is ").answers(NEVER).ends())
    assert "canaryK" in reveal(admin, "prod", "file")
    assert "canaryL" in reveal(admin, "found", "file")


def test_a_secret_of_several_fields(admin, talk, file):
    file("tls.key", "canary of\ntwo lines\n")
    (talk("keyfob add --kind secret")
     .answers(("name [secret]: ", "app"), ("field: ", "a b")).asked("is no name for a field")
     .answers(("field: ", "api"), ("api (the path of a file, or empty to type it): ", ""))
     .hides(("api: ", "canary of api"))
     .answers(("another field (empty for none): ", "tls.key"), ("to type it): ", "tls.key"),
              ("another field (empty for none): ", ""), NEVER).ends())
    assert reveal(admin, "app", "api") == "canary of api"
    assert reveal(admin, "app", "tls.key") == "canary of\ntwo lines\n"


def test_a_name_that_is_taken_or_none_is_asked_for_again(admin, talk):
    admin.does("keyfob add hetzner --kind hetzner --stdin", HETZNER)
    (talk("keyfob add --kind hetzner").answers(("name [hetzner-2]: ", "hetzner"))
     .asked("the name hetzner is taken; choose another")
     .answers(("name [hetzner-2]: ", "A B")).asked("is not a name")
     .answers(("name [hetzner-2]: ", "")).hides(("token: ", HETZNER)).answers(NEVER).ends())
    assert admin.names() == ["hetzner", "hetzner-2"]


def test_a_token_of_the_wrong_shape_is_asked_for_again(admin, talk):
    line = "keyfob add it --kind token --bind registry:ghcr.io"
    (talk(line).hides(("token: ", "github_pat_canary"))
     .asked("does not take fine-grained tokens").hides(("token: ", "ghp_canary")).ends())
    assert admin.docker_get("ghcr.io").password == "ghp_canary"
    (talk("keyfob edit it").hides(("new token: ", "github_pat_canary"))
     .asked("does not take fine-grained tokens").hides(("new token: ", "ghp_newer")).ends())
    assert admin.docker_get("ghcr.io").password == "ghp_newer"


def test_after_a_wrong_token_only_the_token_is_asked_for_again(admin, talk):
    """Whoever is told of a token pastes one, and the user name is typed in the open."""
    shown = (talk("keyfob add --kind token")
             .answers(("(empty for none): ", "ghcr.io"), ("name [ghcr.io]: ", "it"),
                      ("user name (optional): ", ""))
             .hides(("token: ", "github_pat_canary"))
             .asked("does not take fine-grained tokens").hides(("token: ", "ghp_canary"))
             .answers(NEVER).ends())
    assert shown.count("user name (optional)") == 1 and "--force" not in shown
    assert admin.docker_get("ghcr.io").password == "ghp_canary"


def test_a_wrong_user_name_is_asked_for_again(admin, talk):
    (talk("keyfob add --kind token")
     .answers(("(empty for none): ", "git:bitbucket.org"), ("name [bitbucket.org]: ", "it"),
              ("user name (optional): ", ""))
     .hides(("token: ", "ATATTcanary")).asked("git wants another user name")
     .answers(("user name (optional): ", "x-bitbucket-api-token-auth"))
     .hides(("token: ", "ATATTcanary")).answers(NEVER).ends())
    assert admin.git_get("bitbucket.org") == Account("x-bitbucket-api-token-auth", "ATATTcanary")


@pytest.mark.parametrize("answer, kind, secret", [
    ("", "token", "dckr_pat_canary"), ("password", "password", "canary")])
def test_the_kind_that_a_provider_wants_is_offered(admin, talk, answer, kind, secret):
    shown = (talk("keyfob add --kind password")
             .answers(("(empty for none): ", "docker.io"))
             .asked("Docker Hub takes an access token")
             .asked("https://app.docker.com/settings/personal-access-tokens")
             .asked("Repo Read-only to pull")
             .answers(("kind [token]: ", answer), ("name [index.docker.io]: ", "hub"))
             .asked("user name").answers((": ", "me")).hides((f"{kind}: ", secret))
             .answers(NEVER).ends())
    assert admin.json("keyfob show hub")["kind"] == kind
    assert ("it counts as weak" in shown) == (kind == "password")


def test_three_wrong_answers_end_it(admin, talk):
    conversation = talk("keyfob add --kind hetzner").answers(("name [hetzner]: ", ""))
    for _ in range(3):
        conversation.hides(("token: ", "canary")).asked("this is no Hetzner API token")
    assert conversation.ends(2).endswith("\necho\n")
    conversation = talk("keyfob add")
    for _ in range(3):
        conversation.answers(("kind: ", "twelve")).asked("`twelve` is none of them")
    conversation.ends(2)
    assert admin.names() == []


def test_what_is_given_is_not_asked_for(admin, talk):
    """Only what is missing is, and nothing that could be left out."""
    shown = (talk("keyfob add box --kind ssh-password --field host=h.io --field port=2222")
             .answers(("user name: ", "root"))
             .hides(("password: ", "canary"), ("password again: ", "canary")).ends())
    assert shown.count(": ") == 4
    assert settings(admin, "box") == {"host": "h.io", "port": "2222"}


@pytest.mark.parametrize("place", ["secret", "question"])
def test_ctrl_c_stores_nothing_and_restores_the_terminal(admin, talk, place):
    line = "keyfob add --kind hetzner"
    # The shell must live on to look at the terminal.
    conversation = talk(f"trap : INT; {line}")
    if place == "secret":
        conversation.answers(("name [hetzner]: ", "")).asked("token: ").interrupts()
        shown = conversation.ends(130)
    else:
        shown = conversation.asked("name [hetzner]: ").interrupts().ends(130)
    assert shown.endswith("echo\n") and not shown.endswith("-echo\n")
    assert admin.names() == []
    talk(line).answers(("name [hetzner]: ", "")).hides(("token: ", HETZNER)).answers(
        NEVER).ends()
    assert admin.names() == ["hetzner"]


def test_prompts_go_with_a_secret_on_standard_input(admin, talk, file):
    file("first", "canary of the first")
    line = "keyfob add it --kind secret --field a=@- --field b=prompt <first"
    talk(line).hides(("b: ", "canary of the second")).ends()
    assert reveal(admin, "it", "a") == "canary of the first"
    assert reveal(admin, "it", "b") == "canary of the second"


def test_a_login_is_typed_in_one(admin, talk):
    (talk("keyfob add it --bind registry:r.io --login")
     .hides(("user:password: ", "canary")).asked("this is no `user:password`")
     .hides(("user:password: ", "bot:canary")).ends())
    assert admin.docker_get("r.io") == Account("bot", "canary")


def test_an_edit_asks_which_field_of_several(admin, talk, file):
    file("first", "canary a")
    admin.does("keyfob add it --kind secret --field a=@first --field b=@first")
    (talk("keyfob edit it").answers(("field: ", "b")).hides(("new b: ", "canary newer")).ends())
    assert (reveal(admin, "it", "a"), reveal(admin, "it", "b")) == ("canary a", "canary newer")


def test_without_a_terminal_nothing_is_asked(admin):
    for line in ("keyfob add", "keyfob add --kind token"):
        assert admin.fails(2, line) == (
            "missing expected argument '<name>'; see `keyfob add --help`"), shlex.split(line)
