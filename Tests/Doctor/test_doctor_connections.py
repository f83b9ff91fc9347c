"""Hosts that cannot be reached, or not as they should be."""

import time

import pytest

from scripted_registry import ScriptedRegistry
from Support import ALICE, Certificate
from Support.loopback import Elsewhere
from Support.processes import free_port, prepare


@pytest.fixture
def expired(tmp_path):
    """A certificate whose time is over, and who signed it."""
    folder = tmp_path / "expired"
    folder.mkdir()
    made = Certificate(folder)
    (folder / "index.txt").touch()
    (folder / "ca.conf").write_text(f"""\
[ca]
default_ca = here
[here]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost,IP:127.0.0.1
""")
    prepare(["openssl", "req", "-new", "-key", str(made.key), "-subj", "/CN=localhost",
             "-out", str(folder / "request.pem")])
    prepare(["openssl", "ca", "-batch", "-notext", "-selfsign", "-config", str(folder / "ca.conf"),
             "-keyfile", str(made.key), "-in", str(folder / "request.pem"),
             "-out", str(made.certificate), "-startdate", "20200101000000Z",
             "-enddate", "20210101000000Z"])
    return made


def test_certificates(patient, certificate, expired, tmp_path):
    with Elsewhere(certificate=certificate) as known, Elsewhere(certificate=expired) as old:
        patient.stores(f"registry:{known.host}", ALICE)
        patient.does("bind", "mine", f"registry:{old.host}")
        # It is no registry, but it is who it says.
        assert patient.asks(f"registry:{known.host}").of("connection", "good")
        bad = patient.asks(f"registry:{old.host}", SSL_CERT_FILE=expired.certificate)
        assert (bad.code, "certificate has expired" in bad.cause) == (1, True), bad
        assert bad.remedy.startswith("its owner has to renew the certificate")
        # Nobody knows who signed it.
        bad = patient.asks(f"registry:{known.host}", SSL_CERT_FILE=expired.certificate)
        assert (bad.code, "could not prove who it is" in bad.cause) == (1, True), bad
        assert f"/etc/docker/certs.d/{known.host}/ca.crt" in bad.remedy
        assert known.requests and all("Authorization" not in each.headers
                                      for each in old.requests)
        # What the remedy says for a git host.
        unknown = {"SSL_CERT_FILE": expired.certificate, "GIT_SSL_CAINFO": expired.certificate}
        bad = patient.asks(f"git:{known.host}", **unknown)
        assert f'`caBundle = FILE` under `[prompt "{known.host}"]`' in bad.remedy
        patient.home.configure(
            f'[prompt "{known.host}"]\n\tcaBundle = {certificate.certificate}\n')
        assert patient.asks(f"git:{known.host}", **unknown).of("connection", "good")
        patient.home.configure("")
        # Docker's own place for it, beside the system's.
        folder = patient.home.path / ".docker/certs.d" / known.host
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(certificate.certificate.read_bytes())
        assert patient.asks(
            f"registry:{known.host}", SSL_CERT_FILE=expired.certificate).of("connection", "good")


def test_certificates_of_a_token_server(patient, scripted_registry, tmp_path):
    folder = tmp_path / "tokens"
    folder.mkdir()
    other, address = Certificate(folder), f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    with ScriptedRegistry(ALICE, certificate=other) as tokens:
        scripted_registry.realm = tokens.realm
        bad = patient.asks(address)
        assert (bad.code, "could not prove who it is" in bad.cause) == (1, True), bad
        assert bad.of("token server", "bad") == [bad.cause]
        section = f'[prompt "{tokens.host}"]'
        assert f"`{section}`" in bad.remedy and "certs.d" not in bad.remedy
        assert tokens.requests == []
        patient.home.configure(f"{section}\n\tcaBundle = {other.certificate}\n")
        assert patient.asks(address).is_well
        assert tokens.logins


def test_hosts_that_cannot_be_reached(patient, registry):
    patient.stores(f"registry:{registry.host}", ALICE)
    port = free_port()
    for host, problem in [
        ("nowhere.invalid", "no address is known for nowhere.invalid:443"),
        (f"localhost:{port}", f"localhost:{port} cannot be reached"),
    ]:
        patient.does("bind", "mine", f"registry:{host}", f"git:{host}")
        for protocol in ("registry", "git"):
            bad = patient.asks(f"{protocol}:{host}")
            assert (bad.code, bad.state) == (1, "bad")
            assert bad.cause.startswith(problem), bad
    assert patient.asks(f"registry:{registry.host}").is_well


def test_plain_http(patient):
    with Elsewhere() as plain:
        patient.stores(f"git:https://{plain.host}", ALICE)
        bad = patient.asks(f"git:https://{plain.host}")
        assert bad.cause == f"{plain.host} speaks plain HTTP where HTTPS is wanted"
        assert plain.requests == []
    bad = patient.asks("git:http://git.example.com/app.git")
    assert bad.of("connection", "bad") == [
        "git.example.com:80 would be asked over plain HTTP, which anyone can read"]


def test_a_proxy_that_is_not_there(patient, certificate):
    port = free_port()
    patient.stores("registry:registry.example.com", ALICE)
    bad = patient.asks(
        "registry:registry.example.com", https_proxy=f"http://user:pr0xy-word@127.0.0.1:{port}")
    assert bad.cause.startswith("registry.example.com:443 cannot be reached"), bad
    assert "https_proxy" in bad.remedy
    assert "pr0xy-word" not in str(bad)


def test_a_clock_that_is_wrong(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    for seconds, way in [(3600, "behind"), (-3600, "ahead of")]:
        scripted_registry.time = time.time() + seconds
        found = patient.asks(address)
        assert (found.code, found.state) == (0, "doubtful")
        assert found.cause.startswith("this machine's clock is 3"), found
        assert found.cause.endswith(f" s {way} the host's"), found
    scripted_registry.time = time.time() + 60
    assert patient.asks(address).is_well
