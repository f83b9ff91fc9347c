"""A user whose set-up is well, and the servers that they use: each test breaks one thing."""

import pytest

from patient import Patient
from scripted_registry import ScriptedRegistry
from signing_registry import SigningRegistry
from Support import ALICE
from Support.loopback import Elsewhere


@pytest.fixture(scope="session")
def signing_registry(tmp_path_factory, certificate):
    folder = tmp_path_factory.mktemp("signing-registry")
    with SigningRegistry(folder, certificate, dict([ALICE])) as server:
        yield server


@pytest.fixture
def scripted_registry(certificate):
    with ScriptedRegistry(ALICE, certificate=certificate) as server:
        yield server


@pytest.fixture
def elsewhere(certificate):
    """A server that no login may come to."""
    with Elsewhere(certificate=certificate) as server:
        yield server


@pytest.fixture
def patient(home, certificate):
    """A user whom git and docker ask Keyfob for, and nothing stored yet."""
    home.env.update(certificate.environment())
    patient = Patient(home)
    patient.does("setup", "git")
    patient.does("setup", "docker")
    yield patient
    patient.check_secrecy()
