"""AWS on loopback: moto behind our proxy, our fake, and botocore as the client to measure by."""

import base64
import re

import pytest

from Support.aws_fake import FakeAWS
from Support.aws_moto import REGION, Moto
from Support.aws_proxy import AWSProxy
from Support.aws_reference import Reference
from Support.loopback import Elsewhere
from Support.metadata_network import MetadataNetwork
from Support.scripted_prefix import scripted_prefix
from Support.stand_ins import stand_in_python


@pytest.fixture(scope="session")
def aws_python():
    """The Python that has moto and botocore, which Debian does not have as they must be."""
    return stand_in_python()


@pytest.fixture(scope="session")
def reference(aws_python, tmp_path_factory):
    with Reference(aws_python, tmp_path_factory.mktemp("reference")) as client:
        yield client


@pytest.fixture(scope="session")
def moto(aws_python, tmp_path_factory):
    with Moto(aws_python, tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture
def aws_proxy(moto):
    """What stands for AWS where signatures, policies and roles matter."""
    with AWSProxy(moto) as server:
        yield server


@pytest.fixture
def fake_aws():
    """What stands for AWS where it goes wrong, and for what moto lacks."""
    with FakeAWS() as server:
        yield server


@pytest.fixture
def metadata_network(fake_aws):
    """A network in which the metadata addresses lead to the fake, and nowhere else."""
    with MetadataNetwork(fake_aws) as network:
        yield network


@pytest.fixture
def elsewhere():
    with Elsewhere() as server:
        yield server


@pytest.fixture
def aws_home(home, moto, aws_proxy):
    """A home whose AWS is the proxy, and whose access key is the builder's."""
    home.env.update(aws_proxy.environment(moto.builder.environment))
    return home


@pytest.fixture
def aws_token(reference):
    """Asks for a registry token with botocore: (the password, when it ends), or the error; None if
    what it got was fine with botocore, but there was no token in it."""

    def ask(environment, *, service="ecr", region=REGION, **options):
        answer = reference.call(
            service, "GetAuthorizationToken", environment=environment, region=region, **options)
        if not answer["ok"]:
            # Of XML where JSON is spoken, botocore makes a message.
            found = re.search("<Code>(.*)</Code>", answer["text"])
            return found[1] if found else answer["error"]
        if "authorizationData" not in answer["value"]:
            return None
        data = answer["value"]["authorizationData"]
        data = data[0] if service == "ecr" else data
        name, password = base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
        assert name == "AWS"
        return password, data["expiresAt"]

    return ask


@pytest.fixture
def aws_settings(tmp_path):
    """Writes AWS's configuration file; returns an environment that uses its profile `it`."""

    def write(text):
        (tmp_path / ".aws").mkdir(exist_ok=True)
        (tmp_path / ".aws/config").write_text(text)
        return {"HOME": str(tmp_path), "AWS_PROFILE": "it"}

    return write


@pytest.fixture(scope="session")
def counting(prefix, tmp_path_factory):
    """The same programs, but keyfob-mint adds a line to the file $MINT_STARTS when it starts."""
    return scripted_prefix(
        prefix, tmp_path_factory.mktemp("counting"), "keyfob-mint",
        'echo >>"$MINT_STARTS"', 'exec "$0.real"')
