"""AWS access keys: added, changed and explained; what needs a token is in Tests/AWS."""

import base64
import json

import pytest

from Support import Account
from administrator import shows

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "canary/of+the/secret+access+key"
SESSION = "canary of the session token"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ROLE = "arn:aws:iam::210987654321:role/team/pull"
ADD = f"keyfob add aws --kind access-key --access-key-id {KEY}"


@pytest.fixture
def keyed(admin):
    admin.does(f"{ADD} --bind registry:{ECR} --stdin", SECRET + "\n")
    return admin


def with_session_token(admin, line, token=SESSION, input=SECRET):
    """Runs a command with the session token on a descriptor of its own."""
    path = admin.home.root / "session-token"
    path.write_text(token)
    answer = admin.home.run(
        "sh", "-c", f'exec {line} --session-token-fd 7 7<"$1"', "sh", path, input=input)
    admin.output += answer.out + answer.err
    return answer


def version(admin):
    return admin.json("keyfob show aws")["version"]


def field(admin, name):
    """A secret, which is no part of what was printed by the way."""
    return admin.home.keyfob("show", "aws", "--reveal", "--field", name).out.decode()


def test_an_access_key_is_shown_with_its_id_and_settings_and_never_its_secret(keyed):
    keyed.does(f"keyfob edit aws --role-arn {ROLE} --external-id team/42 --region eu-west-1"
               " --mfa-serial arn:aws:iam::210987654321:mfa/me --session-name build@ci")
    shown = keyed.does("keyfob show aws").decode()
    for line in ("kind             access-key", f"access key id    {KEY}",
                 f"role arn         {ROLE}", "external id      team/42",
                 "region           eu-west-1", "session name     build@ci",
                 "mfa serial       arn:aws:iam::210987654321:mfa/me",
                 f"bindings         registry:{ECR}"):
        assert line in shown.splitlines(), shown
    [listed] = keyed.json("keyfob list")
    assert listed == keyed.json("keyfob show aws")
    assert (listed["kind"], listed["username"]) == ("access-key", KEY)
    assert listed["settings"] == {
        "external-id": "team/42", "mfa-serial": "arn:aws:iam::210987654321:mfa/me",
        "region": "eu-west-1", "role-arn": ROLE, "session-name": "build@ci"}
    assert KEY in keyed.does("keyfob list").decode()
    assert not shows(keyed.output, SECRET)
    assert field(keyed, "secretAccessKey") == SECRET


@pytest.mark.parametrize("line, message", [
    (f"{ADD[:-20]}AKIA-12345678901234",
     "`AKIA-12345678901234` is no access key id; write 16 to 128 letters and digits, such as "
     "AKIAIOSFODNN7EXAMPLE"),
    (f"{ADD[:-20]}AKIA12345678901",
     "`AKIA12345678901` is no access key id; write 16 to 128 letters and digits, such as "
     "AKIAIOSFODNN7EXAMPLE"),
    ("keyfob add aws --kind access-key", "the access key id is missing; add `--access-key-id ID`"),
    (f"{ADD} --username me",
     "an access key has no user name; give its id with `--access-key-id`"),
    (f"{ADD} --region mars", "`mars` is no region; write one such as eu-west-1"),
    (f"{ADD} --account 123", "`123` is no account; write one such as 123456789012"),
    (f"{ADD} --role-arn arn:aws:iam::1:role/x",
     "`arn:aws:iam::1:role/x` is no role-arn; write one such as "
     "arn:aws:iam::123456789012:role/pull"),
    (f"{ADD} --role-arn {ROLE.replace('role', 'user')}",
     f"`{ROLE.replace('role', 'user')}` is no role-arn; write one such as "
     "arn:aws:iam::123456789012:role/pull"),
    (f"{ADD} --role-arn {ROLE} --session-name 'a b'",
     "`a b` is no session-name; write one such as build"),
    (f"{ADD} --external-id team-42",
     "--external-id is for a role, and aws has none; add `--role-arn ARN`, or take it away with "
     "`--external-id ''`"),
    (f"{ADD} --bind git:github.com",
     "aws is of the kind access-key, which is nothing that git clients can use"),
    (f"{ADD} --bind registry:images.example.com",
     "images.example.com is not the name of an ECR registry; say for which it stands with "
     "`--account 123456789012 --region eu-west-1`"),
    (f"{ADD} --bind registry:images.example.com --account 123456789012",
     "images.example.com is not the name of an ECR registry; say for which it stands with "
     "`--account 123456789012 --region eu-west-1`"),
    (f"{ADD} --bind registry:{ECR.replace('eu-west-1', 'cn-north-1')}",
     f"{ECR.replace('eu-west-1', 'cn-north-1')} is not the name of an ECR registry; say for which "
     "it stands with `--account 123456789012 --region eu-west-1`"),
    ("keyfob add aws --username me --role-arn " + ROLE,
     "aws is no access key, and this is for access keys only; see `keyfob add --help`"),
    ("keyfob add aws --username me --session-token-fd 0",
     "aws is no access key, and this is for access keys only; see `keyfob add --help`"),
])
def test_what_cannot_be_is_refused_before_the_secret_is_asked_for(admin, line, message):
    assert admin.fails(2, line) == message
    assert admin.files() == {}


@pytest.mark.parametrize("options", [
    f"--bind registry:{ECR}", "--bind 'registry:*.dkr.ecr.us-east-1.amazonaws.com'",
    "--bind 'registry:123456789012.dkr.ecr.*.amazonaws.com'", "--bind registry:public.ecr.aws",
    "--bind registry:images.example.com --account 123456789012 --region eu-west-1",
    f"--role-arn {ROLE.replace(':aws:', ':aws-us-gov:')} --mfa-serial GAHT12345678",
])
def test_what_can_be_is_stored(admin, options):
    admin.does(f"{ADD} {options} --stdin", SECRET)
    assert field(admin, "secretAccessKey") == SECRET


@pytest.mark.parametrize("host", [
    "*.azurecr.io", "*.jfrog.io", "*.amazonaws.com", "*.s3.amazonaws.com",
    "123456789012.*.ecr.eu-west-1.amazonaws.com", "*.*.ecr.eu-west-1.amazonaws.com",
    "*.dkr.ecr.cn-north-1.amazonaws.com", "*.dkr.ecr.*.*.amazonaws.com", "*.*.on.aws",
])
def test_a_wildcard_over_hosts_of_strangers_is_refused(admin, host):
    stands = "--account 123456789012 --region eu-west-1"
    told = (f"`{host}` matches hosts that anybody can register, and they would be sent its tokens; "
            "bind each host of yours by its name")
    assert admin.fails(2, f"{ADD} --bind 'registry:{host}' {stands} --stdin", SECRET) == told
    admin.does(f"{ADD} {stands} --stdin", SECRET)
    assert admin.fails(2, f"keyfob bind aws 'registry:{host}'") == told
    # Its owner's domain is no stranger's, and ECR's hosts are AWS' own.
    for fine in ("*.example.com", "mine.azurecr.io", "*.dkr.ecr.eu-west-1.amazonaws.com",
                 "123456789012.dkr.ecr.*.amazonaws.com", "*.dkr.ecr.*.amazonaws.com.cn",
                 "*.dkr-ecr-fips.us-gov-west-1.on.aws"):
        admin.does(f"keyfob bind aws 'registry:{fine}'")
    assert admin.docker_get("evil.azurecr.io") is None


def test_a_name_that_the_configuration_knows_needs_no_account(admin):
    admin.home.configure(f'[aws "images.example.com"]\n\tregistry = {ECR}\n')
    admin.does(f"{ADD} --bind registry:images.example.com --stdin", SECRET)
    assert "other.example.com is not the name" in admin.fails(
        2, "keyfob bind aws registry:other.example.com")
    admin.does("keyfob edit aws --account 123456789012 --region eu-west-1")
    admin.does("keyfob bind aws registry:other.example.com")


def test_an_odd_id_is_stored_with_a_note(admin):
    assert admin.transcript(f"{ADD[:-20]}ANOTHER_KIND_OF_ID --stdin", SECRET) == """
2> keyfob: stored aws; say what it is for with `keyfob bind aws registry:HOST`
2> keyfob: the access key ids of AWS begin with AKIA or ASIA, and ANOTHER_KIND_OF_ID does not
"""
    admin.does("keyfob remove aws --yes")
    assert b"begin with" not in admin.run(f"{ADD} --stdin", SECRET).err


@pytest.mark.parametrize("secret", ["", "\n", "two\nlines", "a\rreturn"])
def test_a_secret_that_is_no_line_is_refused(admin, secret):
    assert admin.fails(2, f"{ADD} --stdin", secret) in (
        "the secret is empty; give one",
        "a secret access key is one line of text, and this is none; give it alone")
    assert admin.names() == []


def test_a_temporary_key_comes_with_its_session_token(admin):
    temporary = ADD.replace("AKIA", "ASIA")
    note = ("keyfob: ASIAIOSFODNN7EXAMPLE is a temporary key and needs its session token; give it "
            "with `keyfob edit aws --session-token-fd N`\n")
    assert note in admin.plain(admin.run(f"{temporary} --stdin", SECRET).err)
    assert with_session_token(admin, "keyfob edit aws") == (0, b"", b"keyfob: changed aws\n")
    assert (field(admin, "secretAccessKey"), field(admin, "sessionToken")) == (SECRET, SESSION)
    # A new secret has a session token of its own, or none.
    answer = with_session_token(admin, "keyfob edit aws --stdin", "canary 2", "canary 3")
    assert answer == (0, b"", b"keyfob: changed aws\n")
    assert (field(admin, "secretAccessKey"), field(admin, "sessionToken")) == (
        "canary 3", "canary 2")
    assert note in admin.plain(admin.run("keyfob edit aws --stdin", "canary 4").err)
    assert admin.fails(3, "keyfob show aws --reveal --field sessionToken") == (
        "aws has no field `sessionToken`; it has: secretAccessKey")
    admin.does("keyfob remove aws --yes")
    answer = with_session_token(admin, f"{temporary} --stdin")
    assert (answer.code, field(admin, "sessionToken")) == (0, SESSION)
    assert not shows(admin.output, SESSION)


def test_whatever_changes_what_is_minted_raises_the_version(keyed):
    assert version(keyed) == 1
    for number, option in enumerate([
            f"--role-arn {ROLE}", "--external-id a1", "--external-id a2", "--session-name ci",
            "--region eu-west-1", "--account 123456789012", "--mfa-serial GAHT12345678",
            "--mfa-serial ''", "--access-key-id AKIAIOSFODNN7EXAMPL2"], 2):
        keyed.does(f"keyfob edit aws {option}")
        assert (version(keyed), field(keyed, "secretAccessKey")) == (number, SECRET)
    assert with_session_token(keyed, "keyfob edit aws").code == 0
    assert version(keyed) == 11
    keyed.does("keyfob edit aws --stdin", "canary 2")
    assert version(keyed) == 12
    # And what changes nothing of it does not.
    for option in ("--description x", "--region eu-west-1", f"--role-arn {ROLE}", "--expires 90d"):
        keyed.does(f"keyfob edit aws {option}")
        assert version(keyed) == 12


def test_settings_go_one_by_one_but_not_those_that_others_need(keyed):
    keyed.does(f"keyfob edit aws --role-arn {ROLE} --external-id a1")
    assert "--external-id is for a role" in keyed.fails(2, "keyfob edit aws --role-arn ''")
    keyed.does("keyfob edit aws --role-arn '' --external-id ''")
    assert "settings" not in keyed.json("keyfob show aws")
    keyed.does("keyfob edit aws --account 123456789012 --region eu-west-1")
    keyed.does("keyfob bind aws registry:images.example.com")
    assert "images.example.com is not the name" in keyed.fails(2, "keyfob edit aws --account ''")


def test_a_password_takes_no_settings_of_an_access_key(admin):
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    for option in ("--region eu-west-1", f"--access-key-id {KEY}", "--role-arn ''"):
        assert "ci is no access key" in admin.fails(2, f"keyfob edit ci {option}")
    admin.does(f"{ADD} --stdin", SECRET)
    assert "has no user name" in admin.fails(2, "keyfob edit aws --username u")


def test_the_secret_is_asked_for_by_its_name(admin, terminal):
    child = terminal(f"{ADD} --bind registry:{ECR}")
    child.expect_exact("secret access key: ")
    assert not child.getecho()
    child.sendline(SECRET)
    child.expect_exact("keyfob: stored aws")
    assert field(admin, "secretAccessKey") == SECRET


def test_clients_are_never_given_the_key_itself(keyed):
    """Without a service to mint from, the answer is an error and nothing of the key."""
    listed = keyed.docker_list()
    answer = keyed.docker_get(ECR, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert answer is not None and answer.line.startswith("keyfob: "), answer
    assert not shows(keyed.output + repr(listed).encode(), SECRET)


def test_explain_says_from_what_a_token_is_minted(keyed):
    assert keyed.transcript(f"keyfob explain registry:{ECR}") == f"""
registry {ECR}, outside any scope
  answer: a token, minted from the access key aws
  because: it is bound to exactly this address
  token: none yet
"""
    other = ECR.replace("123456789012", "999999999999")
    assert keyed.transcript(f"keyfob explain registry:{other}") == f"""
registry {other}, outside any scope
  answer: a token, minted from the AWS credentials of this environment
  because: no credential answers for this address, and it is a registry whose tokens are minted\
 (ECR, account 999999999999 in eu-west-1)
  token: none yet
  and 1 binding for other hosts; see them with `--all`
"""
    keyed.home.configure('[aws "999999999999"]\n\tprofile = build\n')
    assert "  answer: a token, minted from the AWS profile build\n" in keyed.transcript(
        f"keyfob explain registry:{other}")
    [explained] = keyed.json(f"keyfob explain registry:{ECR}")
    assert (explained["answer"], explained["mintedFrom"]) == ("aws", "the access key aws")
    assert explained["token"] == {
        "address": ECR, "registry": "ECR, account 123456789012 in eu-west-1",
        "source": "the access key aws", "usable": False}
    # A look-alike is nobody's.
    assert "answer: none" in keyed.transcript(f"keyfob explain registry:{ECR}.evil.com")


def test_explain_says_why_a_login_does_not_answer(keyed):
    login = "keyfob add login --username AWS --expires 2020-01-01 --force --stdin --bind registry:"
    keyed.does(f"{login}{ECR}", "old token")
    # What an administrator stored is theirs to renew; it does not give way.
    assert "login would answer, but has expired" in keyed.transcript(
        f"keyfob explain registry:{ECR}")
    keyed.does("keyfob edit login --expires never")
    assert "  answer: login as AWS" in keyed.transcript(f"keyfob explain registry:{ECR}")
    keyed.does("keyfob remove login --yes")
    # A login of docker's, that says itself when it ends, does.
    for expiration, answer in ((4102444800, "123456789012.dkr.ecr"), (1500000000, "a token")):
        token = json.dumps({"payload": "x", "expiration": expiration}).encode()
        keyed.docker_store(ECR, Account("AWS", base64.b64encode(token).decode()))
        assert f"  answer: {answer}" in keyed.transcript(f"keyfob explain registry:{ECR}")
    assert f"(registry:{ECR}): this login has expired" in keyed.transcript(
        f"keyfob explain registry:{ECR}")


def test_explain_names_a_key_that_stands_for_no_registry(admin):
    admin.home.configure(f'[aws "images.example.com"]\n\tregistry = {ECR}\n')
    admin.does(f"{ADD} --bind registry:images.example.com --stdin", SECRET)
    admin.home.configure("")
    assert "because: aws is an access key, and images.example.com is not the name of an ECR" in (
        admin.transcript("keyfob explain registry:images.example.com"))


def test_refresh_says_where_nothing_would_be_minted(admin):
    admin.does("keyfob add ci --username u --bind registry:r.io --stdin", "x")
    assert admin.fails(3, "keyfob refresh registry:r.io") == (
        "no token is minted for r.io: ci, which is stored, answers; see `keyfob explain "
        "registry:r.io`")
    assert admin.fails(3, "keyfob refresh ghcr.io") == (
        "no token is minted for ghcr.io, which is no ECR registry known here; bind an access key "
        "to it with `keyfob bind NAME registry:ghcr.io`")
    assert admin.fails(2, "keyfob refresh git:github.com") == (
        "tokens are minted for registries, and git:github.com is none; write `registry:HOST`")
    assert admin.fails(2, "keyfob refresh --scope a") == (
        "`--scope` goes with an address; see `keyfob refresh --help`")
    assert "is not an address" in admin.fails(2, "keyfob refresh registry:")


def test_refresh_with_nothing_to_do(admin):
    assert admin.transcript("keyfob refresh") == "\n2> keyfob: no token was minted here yet\n"
    assert admin.transcript("keyfob refresh --due") == "\n"
    assert admin.json("keyfob refresh --due") == {"tokens": [], "failures": [], "others": 0}
    assert admin.files() == {}


def test_status_has_no_tokens_where_none_was_minted(keyed):
    assert keyed.json("keyfob status")["tokens"] == []
    assert b"token " not in keyed.does("keyfob status")
