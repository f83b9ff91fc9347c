"""netrc and docker's configuration, as the programs that they are for read them."""

import base64
import json
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from exchange import credential
from kinds import key_file
from Support import ALICE, BOB

NASTY = 'pa "ss\\wo\trd #1'


@pytest.fixture
def echo():
    """A server on loopback that keeps the Authorization headers it is sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, seen
    server.shutdown()
    server.server_close()


def test_curl_logs_in_with_the_netrc(exchange, echo, elsewhere):
    port, seen = echo
    exchange.fill(
        credential("one", bindings=["git:https://localhost"], username="me",
                   secrets={"password": NASTY}),
        credential("long", bindings=["git:https://long.example.com"], username="me",
                   secrets={"password": '"' * 2000}),
        credential("path", bindings=["git:https://p.example.com/acme"], username="me"),
        credential("port", bindings=["git:https://p.example.com:8443"], username="me"),
        credential("nul", "token", bindings=["git:https://n.example.com"], username="me",
                   secrets={"token": "a\x01b"}),
        credential("key", "hetzner", secrets={"token": "A" * 64}))
    file = exchange.home.path / "netrc"
    exchange.give(f"--format netrc --output {file}")
    assert "4 of 6 credentials are not in this" in exchange.notes
    for name in ("path", "port", "nul", "key"):
        assert f"{name} (" in exchange.notes
    for host, password in (("localhost", NASTY), ("long.example.com", '"' * 2000)):
        subprocess.run(
            ["curl", "-sS", "--netrc-file", str(file), "--resolve", f"{host}:{port}:127.0.0.1",
             f"http://{host}:{port}/"], check=True, timeout=10, env={"PATH": "/usr/bin:/bin"})
        assert base64.b64decode(seen[-1].split()[1]).decode() == f"me:{password}"
    store = elsewhere()
    store.take(f"netrc {file}")
    assert store.admin.git_get("localhost") == ("me", NASTY)
    assert store.secret("long.example.com-me").decode() == '"' * 2000


def test_a_registrys_login_is_not_in_the_netrc(exchange, echo):
    """curl and git would send it to whatever else the host serves."""
    port, seen = echo
    exchange.fill(
        credential("images", bindings=["registry:localhost"], username="me"),
        credential("both", bindings=["registry:r.example.com", "git:https://code.example.com"],
                   username="me"))
    file = exchange.home.path / "netrc"
    exchange.give(f"--format netrc --output {file}")
    for told in ("1 of 2 credentials is not in this: images (it is for registries, ",
                 "not carried: a binding of both (registry:r.example.com)"):
        assert told in exchange.notes
    for host, is_known in (("code.example.com", True), ("localhost", False),
                          ("r.example.com", False)):
        subprocess.run(
            ["curl", "-sS", "--netrc-file", str(file), "--resolve", f"{host}:{port}:127.0.0.1",
             f"http://{host}:{port}/"], check=True, timeout=10, env={"PATH": "/usr/bin:/bin"})
        assert bool(seen[-1]) == is_known, host
    assert exchange.give("images --format netrc", code=2) == b""


def test_git_logs_in_with_the_netrc(exchange, git_server):
    exchange.fill(credential("one", bindings=["git:https://localhost"], username=ALICE.username,
                             secrets={"password": ALICE.password}))
    file = exchange.home.path / ".netrc"
    ask = ["git", "-c", "credential.helper=", "ls-remote", git_server.url()]
    environment = git_server.environment
    assert exchange.home.run(*ask, **environment).code != 0
    exchange.give(f"--format netrc --output {file}")
    answer = exchange.home.run(*ask, **environment)
    assert answer.code == 0, answer


def test_skopeo_logs_in_with_the_dockerconfig(exchange, registry, elsewhere):
    exchange.fill(credential("one", bindings=[f"registry:{registry.host}"], username=BOB.username,
                             secrets={"password": BOB.password}),
                  credential("hub", bindings=["registry:docker.io"], username="me"))
    file = exchange.home.path / "auth.json"
    exchange.give(f"--format dockerconfig --output {file}")
    ask = ["skopeo", "inspect", "--authfile", str(file), f"docker://{registry.image}"]
    with registry.only(BOB):
        assert exchange.home.run(*ask, **registry.environment).code == 0
    with registry.only(ALICE):
        assert exchange.home.run(*ask, **registry.environment).code != 0
    assert set(json.loads(file.read_text())["auths"]) == {
        registry.host, "https://index.docker.io/v1/"}
    store = elsewhere()
    store.take(f"dockerconfig {file}")
    assert store.admin.docker_get(registry.host) == BOB
    assert store.admin.docker_get("docker.io") == ("me", "s3cret")


@pytest.mark.parametrize("stored, given", [(None, "_json_key"), ("_json_key_base64",) * 2])
def test_a_service_account_has_the_user_name_that_docker_is_answered(exchange, stored, given):
    exchange.fill(credential("robot", "service-account", ["registry:gcr.io"],
                             secrets={"keyFile": key_file("acme")},
                             **({"username": stored} if stored else {})))
    auths = json.loads(exchange.give("--format dockerconfig"))["auths"]
    written = base64.b64decode(auths["gcr.io"]["auth"]).decode()
    assert written.split(":", 1) == list(exchange.admin.docker_get("gcr.io"))
    assert written.split(":", 1)[0] == given


def test_what_docker_has_no_place_for_is_told(exchange, elsewhere):
    exchange.fill(
        credential("identity", "token", ["registry:acme.azurecr.io"], username="<token>",
                   secrets={"token": "t"}),
        credential("path", bindings=["registry:r.io/team", "git:https://r.io"], username="me",
                   description="d"),
        credential("wild", "token", ["registry:*.registry.example.com"], username="me"),
        credential("colon", bindings=["registry:c.io"], username="a:b"),
        credential("unbound", username="me"))
    document = json.loads(exchange.give("--format dockerconfig"))
    assert document["auths"]["acme.azurecr.io"] == {"auth": "PHRva2VuPjo=", "identitytoken": "t"}
    assert set(document["auths"]) == {"acme.azurecr.io", "r.io/team"}
    assert "3 of 5 credentials are not in this" in exchange.notes
    for told in ("wild (its address is a wildcard)",
                 "colon (its user name cannot be written there)", "unbound (it is bound to no registry)",
                 "not carried: description of path", "not carried: a binding of path (git:r.io)"):
        assert told in exchange.notes
    store = elsewhere()
    store.take("dockerconfig -", json.dumps(document))
    assert store.admin.docker_get("acme.azurecr.io") == ("<token>", "t")
    assert exchange.give("unbound wild --format dockerconfig", code=2) == b""
