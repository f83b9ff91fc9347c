"""Registry tokens that members' helpers mint from an access key of the machine's."""

import pytest

from Support.aws_fake import FakeAWS
from Support.aws_moto import ECR_HOST
from Support.ecr_user import TOKEN


@pytest.fixture
def aws():
    with FakeAWS() as server:
        yield server


@pytest.fixture
def keyed(machine, aws):
    machine.does(f"keyfob add aws --system --kind access-key --access-key-id {aws.key.id} "
                 f"--bind registry:{ECR_HOST} --stdin", aws.key.secret)
    return machine


def test_a_member_mints_with_the_machines_key(keyed, aws, ann, otto):
    # An AWS of no ambient credentials: whoever is no member has nothing to mint from.
    env = aws.environment({})
    answer = ann.docker_get(ECR_HOST, **env)
    assert answer == ("AWS", f"token-1-of-{aws.key.id}")
    # Kept in the member's own cache, sealed under the member's own key.
    assert ann.docker_get(ECR_HOST, **env) == answer and aws.count(TOKEN) == 1
    assert ".local/state/keyfob/tokens.keyfob" in ann.files()
    assert set(keyed.modes()) == {".", "credentials.keyfob", "credentials.keyfob.lock",
                                  "credentials.keyfob.previous", "key", "anchor", "events"}
    # docker stores what it has just used, which makes no login.
    ann.docker_store(ECR_HOST, answer, **env)
    assert ann.names() == []
    assert otto.docker("get", ECR_HOST, **env).code == 1 and aws.count(TOKEN) == 1


def test_a_new_key_ends_the_tokens_of_the_old(keyed, aws, ann):
    env = aws.environment({})
    assert ann.docker_get(ECR_HOST, **env).password == f"token-1-of-{aws.key.id}"
    other = aws.add_key()
    keyed.does(f"keyfob edit aws --system --access-key-id {other.id} --stdin", other.secret)
    assert ann.docker_get(ECR_HOST, **env).password == f"token-2-of-{other.id}"


def test_an_own_key_comes_before_the_machines(keyed, aws, ann):
    own = aws.add_key()
    assert ann.keyfob(f"add mine --kind access-key --access-key-id {own.id} "
                      f"--bind registry:{ECR_HOST} --stdin", own.secret).code == 0
    assert ann.docker_get(ECR_HOST, **aws.environment({})).password == f"token-1-of-{own.id}"


def test_the_machines_key_comes_before_the_environments(keyed, aws, ann, otto):
    ambient = aws.add_key()
    env = aws.environment(ambient.environment)
    assert ann.docker_get(ECR_HOST, **env).password.endswith(aws.key.id)
    assert otto.docker_get(ECR_HOST, **env).password.endswith(ambient.id)
    told = ann.keyfob(f"explain registry:{ECR_HOST}", **env).out.decode()
    assert "minted from the machine's access key aws" in told and aws.key.id in told
