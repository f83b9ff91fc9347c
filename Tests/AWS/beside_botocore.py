"""The installed helper and botocore, asked for the same token in the same environment."""

import pytest

from Support.aws_signature import authorization
from token_user import TokenUser

_SAME = ("HOME", "PATH")
# Each client's own, or of no weight.
_OWN = {"RoleSessionName", "Version"}


class Pair:
    """Both clients. Their environment is the home's `AWS_*` variables, and what a call adds."""

    def __init__(self, home, ask_botocore, servers):
        self.user = TokenUser(home)
        #: What comes before each client's command line, such as the way into a network.
        self.within = []
        self._ask = ask_botocore
        self._servers = servers

    def succeed(self, **env):
        """Both get a token, by the same calls as the same identities. Returns the calls: action,
        who signed in which region (`a session` is anybody's), and what was sent to be let in."""
        ours, token = self.traced(self.keyfob, **env)
        theirs, answer = self.traced(self.botocore, **env)
        assert token and isinstance(answer, tuple), answer
        assert ours == theirs != []
        return ours

    def fail(self, code, **env):
        """Neither gets a token, botocore by the error `code`. Returns what the helper says."""
        _, told = self.traced(self.user.refusal, **env)
        _, answer = self.traced(self.botocore, **env)
        assert answer == code, told
        return told

    def keyfob(self, **env):
        return self.user.token(**env)

    def botocore(self, **env):
        environment = {
            name: str(value) for name, value in {**self.user.home.env, **env}.items()
            if value is not None and (name in _SAME or name.startswith("AWS_"))}
        return self._ask(environment, within=self.within)

    def traced(self, ask, **env):
        """The calls that a client makes for an answer when nothing is cached, and the answer."""
        self.user.forget()
        for server in self._servers:
            server.forget()
        answer = ask(**env)
        return [_call(server, each) for server in self._servers
                for each in server.requests()], answer


def _call(server, request):
    action = server.action(request)
    signed = authorization(request)
    who = signed and (_name(signed["key"]), signed["region"])
    if action.endswith("GetAuthorizationToken"):
        return action, who
    sent = {name: value for name, value in request.form.items() if name not in _OWN}
    if action.startswith("sso-oidc:"):
        sent = request.document
    for name in ("Authorization", "x-amz-sso_bearer_token"):
        if name in request.headers and not signed:
            sent[name] = request.headers[name]
    return action, who, {**sent, **request.query}


def _name(key):
    return "a session" if key.startswith("ASIA") else key


def within(home, words):
    """Has everything that the home's user starts run behind these words."""
    run = home.run
    home.run = lambda *argv, **options: run(*words, *argv, **options)


@pytest.fixture
def profiles(home):
    """Writes AWS's `config`, and its `credentials` if they are given, and has a client use the
    profile `it`."""

    def write(config="", credentials=""):
        folder = home.path / ".aws"
        folder.mkdir(exist_ok=True)
        (folder / "config").write_text(config)
        (folder / "credentials").write_text(credentials)
        home.env["AWS_PROFILE"] = "it"

    return write


def keys(user, name="it"):
    """A user's keys as a profile of AWS's `credentials`."""
    environment = user.environment
    return f"[{name}]\n" + "".join(
        f"{variable.lower()} = {value}\n" for variable, value in environment.items())


@pytest.fixture
def pair(home, fake_aws, aws_token):
    """Both clients with the fake for all of AWS, and no credentials."""
    home.env.update(fake_aws.environment({}))
    return Pair(home, aws_token, [fake_aws])


@pytest.fixture
def role_pair(home, aws_proxy, fake_aws, aws_token):
    """Both clients with moto for AWS, the fake for containers and instances, and no credentials."""
    home.env.update(aws_proxy.environment({}))
    return Pair(home, aws_token, [fake_aws, aws_proxy])
