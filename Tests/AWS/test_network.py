"""Where requests go, and where they do not: other servers, other names, proxies, plain HTTP."""

import re
import select
import socket

import pytest

from Support.aws_behaviour import redirect
from Support.aws_fake import FakeAWS
from Support.certificate import Certificate
from Support.processes import prepare, required
from refused_user import user  # noqa: F401
from token_user import TOKEN
from tunnel import Tunnel

DISTANT = "api.ecr.eu-west-1.amazonaws.com"


class TestRedirect:
    """An answer like any other that is not the one that was asked for."""

    @pytest.fixture
    def stranger(self):
        """A port that nobody has a reason to connect to: (URL, whether somebody did)."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def called():
                return bool(select.select([listener], [], [], 0)[0])
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", called

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_to_another_server(self, user, fake_aws, aws_token, stranger, status):
        url, called = stranger
        fake_aws.on(TOKEN, redirect(f"{url}/there", status))
        assert isinstance(aws_token(user.home.env), str)
        fake_aws.forget()
        told = user.refusal()
        assert told == (
            f"{fake_aws.host} failed at ecr:GetAuthorizationToken for access key"
            f" {fake_aws.key.id} of the environment: HTTP {status}; see whether a proxy or login"
            " page answers instead of AWS, and which endpoint URL is set")
        assert fake_aws.count(TOKEN) == 1 and not called()
        user.refused_refresh(4)
        assert not called()
        # Whoever follows it gets there.
        socket.create_connection((url.split("/")[2].split(":")[0], int(url.split(":")[2]))).close()
        assert called()
        fake_aws.on(TOKEN, None)
        assert user.token()

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_to_the_same_server(self, user, fake_aws, status):
        fake_aws.on(TOKEN, redirect("/again", status))
        assert f": HTTP {status}; " in user.refusal()
        assert [each.target for each in fake_aws.requests()] == ["/"]

    def test_is_one_that_others_follow(self, fake_aws, elsewhere):
        fake_aws.on("container:GetCredentials", redirect(f"{elsewhere.url}/there"))
        prepare(["curl", "--silent", "--location", fake_aws.url + fake_aws.container_path])
        assert [each.path for each in elsewhere.requests] == ["/there"]

    @pytest.mark.parametrize("status", [302, 307])
    @pytest.mark.parametrize("action, settings", [
        ("container:GetCredentials", {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}{path}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer of-the-container"}),
        ("imds:GetToken", {
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}"}),
        ("imds:GetRoleCredentials", {
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}"}),
    ])
    def test_from_where_sessions_are(
            self, user, fake_aws, stranger, status, action, settings):
        url, called = stranger
        source = {**dict.fromkeys(fake_aws.key.environment), **{
            name: value.format(url=fake_aws.url, path=fake_aws.container_path)
            for name, value in settings.items()}}
        user.home.configure("[aws]\n\tmetadata = always\n")
        fake_aws.on(action, redirect(f"{url}/there", status))
        assert f"HTTP {status}" in user.refusal(**source)
        assert fake_aws.count(action) == 1 and not called()
        fake_aws.on(action, None)
        assert user.token(**source)


class TestPlainHTTP:
    """It is for this machine and the metadata services alone."""

    @pytest.fixture
    def traced(self, user):
        """Has the helper's connections traced: a function that says to which addresses."""
        log = user.home.root / "connections"
        run = user.home.run
        user.home.run = lambda *argv, **options: run(
            required("strace"), "-f", "-qq", "-o", log, "-e", "trace=connect,sendto,sendmsg",
            *argv, **options)
        return lambda: re.findall(
            r"sin6?_port=htons\((\d+)\), (?:\w+=\w+\([^)]*\), )*"
            r"(?:sin_addr=inet_addr|inet_pton)\((?:AF_INET6, )?\"([^\"]+)\"", log.read_text())

    @pytest.mark.parametrize("url", [
        "http://192.0.2.1", "http://192.0.2.1:8080/path", "http://127.0.0.1.nip.example",
        "http://[2001:db8::1]", "http://localhost.example", f"http://{DISTANT}",
        "http://169.254.169.253", "http://0x7f.0.0.1.example", "http://128.0.0.1",
    ])
    def test_to_others_is_refused(self, user, traced, url):
        told = user.refusal(AWS_ENDPOINT_URL=url)
        assert "plain HTTP" in told and told.endswith("; write the endpoint with https://"), told
        assert traced() == []

    @pytest.mark.parametrize("url", [
        "ftp://127.0.0.1", "file:///etc/passwd", "127.0.0.1", "http://", "http://127.0.0.1:99999",
        "http://user:pass@127.0.0.1", "gopher://127.0.0.1:1/_x", "javascript:alert(1)", "\x1b[2J",
    ])
    def test_is_no_url(self, user, traced, url):
        told = user.refusal(AWS_ENDPOINT_URL=url)
        assert "pass@" not in told and traced() == []

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
    def test_to_this_machine_is_not(self, user, fake_aws, traced, host):
        url = f"http://{host}:{fake_aws.port}"
        assert user.token(AWS_ENDPOINT_URL=url)
        assert (str(fake_aws.port), "127.0.0.1") in traced()
        # Names of this machine are not looked up anywhere.
        assert all(port in (str(fake_aws.port), "0") for port, _ in traced()), traced()


class TestTLS:
    @pytest.fixture
    def secure(self, user, certificate):
        """Starts a fake with a certificate, and has the user use it."""
        servers = []

        def start(certificate=certificate, address="127.0.0.1"):
            server = FakeAWS(certificate=certificate, address=address)
            servers.append(server)
            user.home.env.update(server.environment())
            return server

        yield start
        for server in servers:
            server.stop()

    def test_to_a_known_ca(self, user, secure, certificate, aws_token):
        server = secure()
        user.home.env["AWS_CA_BUNDLE"] = str(certificate.certificate)
        assert isinstance(aws_token(user.home.env), tuple)
        assert user.token().endswith(server.key.id)

    def test_to_an_unknown_ca(self, user, secure, aws_token):
        server = secure()
        assert aws_token(user.home.env) == "SSLError"
        self._is_refused(user, server)

    def test_to_another_ca(self, user, secure, aws_token, tmp_path):
        server = secure()
        (tmp_path / "other").mkdir()
        other = Certificate(tmp_path / "other")
        user.home.env["AWS_CA_BUNDLE"] = str(other.certificate)
        assert aws_token(user.home.env) == "SSLError"
        self._is_refused(user, server)

    def test_to_another_name(self, user, secure, certificate, aws_token):
        server = secure(address="127.0.0.2")
        user.home.env["AWS_CA_BUNDLE"] = str(certificate.certificate)
        assert aws_token(user.home.env) == "SSLError"
        self._is_refused(user, server)

    @pytest.mark.parametrize("ends, fails", [("20010101000000Z", True), ("21010101000000Z", False)])
    def test_to_a_certificate_that_is_over(self, user, secure, aws_token, tmp_path, ends, fails):
        dated = _Dated(tmp_path, ends)
        server = secure(dated)
        user.home.env["AWS_CA_BUNDLE"] = str(dated.certificate)
        if fails:
            assert aws_token(user.home.env) == "SSLError"
            self._is_refused(user, server)
        else:
            assert isinstance(aws_token(user.home.env), tuple) and user.token()

    def test_to_who_does_not_speak_it(self, user, fake_aws):
        told = user.refusal(AWS_ENDPOINT_URL=fake_aws.url.replace("http:", "https:"))
        assert told.startswith(f"{fake_aws.host} could not prove who it is: "), told
        assert fake_aws.counts() == {} and user.token()

    @pytest.mark.parametrize("content", [None, "", "no certificate"])
    def test_with_a_bundle_that_is_none(self, user, secure, certificate, tmp_path, content):
        server, bundle = secure(), tmp_path / "bundle.pem"
        if content is not None:
            bundle.write_text(content)
        user.home.env["AWS_CA_BUNDLE"] = str(bundle)
        assert f"error setting certificate file: {bundle}; " in user.refusal()
        assert server.counts() == {}
        bundle.write_bytes(certificate.certificate.read_bytes())
        assert user.token()

    @staticmethod
    def _is_refused(user, server):
        told = user.refusal()
        assert told.startswith(f"{server.host} could not prove who it is: "), told
        assert told.endswith(" name the file of its CA in AWS_CA_BUNDLE"), told
        assert server.counts() == {}


class TestProxy:
    VARIABLES = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"]

    @pytest.fixture
    def distant(self, user, tmp_path):
        """AWS's own endpoint, as far as the user can tell who comes by way of the proxy."""
        certificate = _Dated(tmp_path, "21010101000000Z", DISTANT)
        with FakeAWS(certificate=certificate) as server:
            user.home.env.update(server.environment())
            del user.home.env["AWS_ENDPOINT_URL"]
            user.home.env["AWS_CA_BUNDLE"] = str(certificate.certificate)
            yield server

    def test_sees_where_a_request_goes_and_no_more(self, user, distant, aws_token):
        with Tunnel(distant.port) as tunnel:
            user.home.env["HTTPS_PROXY"] = tunnel.url
            assert isinstance(aws_token(user.home.env), tuple)
            theirs = tunnel.heads.copy()
            assert user.token() == f"token-2-of-{distant.key.id}"
            assert len(theirs) == 1 and len(tunnel.heads) == 2
            head = tunnel.heads[1].decode()
            lines = head.removesuffix("\r\n\r\n").split("\r\n")
            assert lines[0] == f"CONNECT {DISTANT}:443 HTTP/1.1"
            names = {line.split(":")[0].lower() for line in lines[1:]}
            assert names <= {"host", "proxy-connection"}, head
            for clear in (distant.key.id, distant.key.secret, "GetAuthorizationToken",
                          "registryIds", "token-2-of-", "X-Amz"):
                assert clear.encode() not in tunnel.inside
            [request] = distant.requests(TOKEN)[1:]
            assert "GetAuthorizationToken" in request.headers["X-Amz-Target"]

    def test_that_reads_what_is_sent_is_not_believed(self, user, distant, certificate):
        with FakeAWS(certificate=certificate) as reader, Tunnel(reader.port) as tunnel:
            told = user.refusal(HTTPS_PROXY=tunnel.url)
            assert told.startswith(f"{DISTANT}:443 could not prove who it is: "), told
            assert tunnel.connections == 1 and reader.counts() == {}

    def test_is_passed_by_on_this_machine(self, user, fake_aws):
        with Tunnel(fake_aws.port) as tunnel:
            proxies = dict.fromkeys(self.VARIABLES, tunnel.url)
            assert user.token(**proxies)
            container = {
                **dict.fromkeys(fake_aws.key.environment),
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}
            assert user.token(**container, **proxies).startswith("token-2-of-ASIA")
            assert fake_aws.counts() == {TOKEN: 2, "container:GetCredentials": 1}
            assert tunnel.connections == 0
            # It is one that is used, where there is use for it.
            user.refusal(AWS_ENDPOINT_URL=f"https://{DISTANT}", **proxies)
            assert tunnel.connections == 1

    @pytest.mark.parametrize("settings", [
        {"AWS_EC2_METADATA_DISABLED": "false"},
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "{path}"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23{path}"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]{path}"},
    ])
    def test_is_passed_by_at_the_metadata_services(
            self, user, fake_aws, metadata_network, settings):
        """In their network there is nothing at the proxy's address."""
        user.home.configure("[aws]\n\tmetadata = always\n")
        run = user.home.run
        user.home.run = lambda *argv, **options: run(*metadata_network.within, *argv, **options)
        environment = {
            **dict.fromkeys(fake_aws.key.environment), **dict.fromkeys(
                self.VARIABLES, "http://127.0.0.1:9"),
            "AWS_ENDPOINT_URL": "http://169.254.170.2",
            **{name: value.format(path=fake_aws.container_path)
               for name, value in settings.items()}}
        assert user.token(**environment).startswith("token-1-of-ASIA")
        told = user.refusal(**{**environment, "AWS_ENDPOINT_URL": f"https://{DISTANT}"})
        assert "127.0.0.1 port 9" in told, told

    def test_that_is_named_wrongly_keeps_its_password(self, user, distant):
        user.secrets.append("password-of-the-proxy")
        for url in ("http://name:password-of-the-proxy@127.0.0.1:9",
                    "http://name:password-of-the-proxy@nowhere.invalid:9",
                    "x://name:password-of-the-proxy@127.0.0.1:9"):
            told = user.refusal(HTTPS_PROXY=url)
            assert DISTANT in told, told


class _Dated:
    """A certificate for a name and this machine that ends at a time."""

    def __init__(self, folder, ends, name="localhost"):
        self.certificate, self.key = folder / "dated.pem", folder / "dated.key"
        request, settings = folder / "dated.csr", folder / "ca.conf"
        (folder / "index").touch()
        (folder / "serial").write_text("01\n")
        (folder / "issued").mkdir()
        settings.write_text(
            f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/index\nserial={folder}/serial\n"
            f"new_certs_dir={folder}/issued\ndefault_md=sha256\npolicy=any\nx509_extensions=names\n"
            f"[any]\ncommonName=supplied\n[names]\nsubjectAltName=DNS:{name},IP:127.0.0.1\n"
            "basicConstraints=critical,CA:TRUE\n[req]\ndistinguished_name=any\n")
        prepare([
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", f"/CN={name}", "-config", str(settings), "-keyout", str(self.key),
            "-out", str(request)])
        prepare([
            "openssl", "ca", "-batch", "-notext", "-selfsign", "-config", str(settings),
            "-keyfile", str(self.key), "-in", str(request), "-startdate", "20000101000000Z",
            "-enddate", ends, "-out", str(self.certificate)])
