from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import ConfigError
from dockwright.registry import Credential, Credentials

if TYPE_CHECKING:
    from pathlib import Path

HUB = "https://index.docker.io/v1/"


def auth(user: str, password: str = "secret") -> dict[str, str]:  # noqa: S107 - the secret of nobody
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


AUTHS = {
    HUB: auth("hub"),
    "ghcr.io": auth("ghcr"),
    "registry.example.com:5000": auth("port"),
    "https://old.example.com/v1/": auth("old"),
    "https://scheme.example.com": auth("scheme"),
    "colon.example.com": auth("colon", "a:b:c"),
    "fields.example.com": {"username": "fields", "password": "secret"},
    "azure.example.com": {**auth("00000000-0000"), "identitytoken": "identity"},
    "empty.example.com": {},
    "null.example.com": None,
    "broken.example.com": {"auth": "%%%"},
    "quay.io/team": auth("folder"),
}
FOUND = {
    "docker.io": Credential("hub", "secret"),
    "ghcr.io": Credential("ghcr", "secret"),
    "registry.example.com:5000": Credential("port", "secret"),
    "old.example.com": Credential("old", "secret"),
    "scheme.example.com": Credential("scheme", "secret"),
    "colon.example.com": Credential("colon", "a:b:c"),
    "fields.example.com": Credential("fields", "secret"),
    "azure.example.com": Credential("00000000-0000", identity_token="identity"),
}
NOBODY = (
    "registry.example.com", "registry.example.com:5001", "ghcr.io:443", "xghcr.io", "ghcr.io.evil.example", "ghcr.i",
    "sub.ghcr.io", "empty.example.com", "null.example.com", "broken.example.com", "quay.io", "docker.io.evil.example",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"auths": AUTHS, "HttpHeaders": {"x": "y"}}))
    return tmp_path


@pytest.mark.parametrize("host", FOUND)
def test_what_docker_login_keeps(folder: Path, host: str) -> None:
    assert Credentials(docker_config=str(folder)).for_host(host) == FOUND[host]


@pytest.mark.parametrize("host", NOBODY)
def test_other_hosts_are_shown_nothing(folder: Path, host: str) -> None:
    assert Credentials(docker_config=str(folder)).for_host(host) is None


def test_what_is_given_comes_first(folder: Path) -> None:
    credentials = Credentials({"GHCR.io": Credential("given", "x")}, docker_config=str(folder))
    assert credentials.for_host("ghcr.io") == Credential("given", "x")
    assert credentials.for_host("docker.io") == Credential("hub", "secret")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"auths": 1}', "[" * 100_000, "\udcff"])
def test_a_broken_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError, match=r"config.json` is no configuration of docker$"):
        Credentials(docker_config=str(tmp_path)).for_host("ghcr.io")


def test_no_file_is_nobody(tmp_path: Path) -> None:
    assert Credentials(docker_config=str(tmp_path)).for_host("ghcr.io") is None


def test_a_secret_is_not_in_a_traceback() -> None:
    assert repr(Credential("bob", "secret", "token")) == "Credential('bob', ...)"


# --- helpers ---------------------------------------------------------------------------------------------------------

HELPER = """#!/bin/sh
read -r host
echo "$1 $host" >> "{log}"
case "$host" in
  ghcr.io) echo '{{"ServerURL":"ghcr.io","Username":"helped","Secret":"secret"}}' ;;
  azure.example.com) echo '{{"ServerURL":"x","Username":"<token>","Secret":"identity"}}' ;;
  nonsense.example.com) echo nonsense ;;
  https://index.docker.io/v1/) echo '{{"Username":"hub","Secret":"secret"}}' ;;
  *) echo "credentials not found in native keychain"; exit 1 ;;
esac
"""


@pytest.fixture
def helped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    helper = tmp_path / "docker-credential-test"
    helper.write_text(HELPER.format(log=tmp_path / "log"))
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


ANSWERS = {
    "ghcr.io": Credential("helped", "secret"),
    "docker.io": Credential("hub", "secret"),
    "azure.example.com": Credential("", identity_token="identity"),
    "nonsense.example.com": None,
    "unknown.example.com": None,
}


@pytest.mark.parametrize("host", ANSWERS)
def test_a_store(helped: Path, host: str) -> None:
    (helped / "config.json").write_text(json.dumps({"credsStore": "test", "auths": {"ghcr.io": {}}}))
    credentials = Credentials(docker_config=str(helped))
    assert credentials.for_host(host) == credentials.for_host(host) == ANSWERS[host]
    assert (helped / "log").read_text() == f"get {HUB if host == 'docker.io' else host}\n"


def test_a_helper_is_for_its_host(helped: Path) -> None:
    (helped / "config.json").write_text(
        json.dumps({"credHelpers": {"ghcr.io": "test"}, "auths": {"quay.io": auth("q")}})
    )
    credentials = Credentials(docker_config=str(helped))
    assert credentials.for_host("quay.io") == Credential("q", "secret")
    assert credentials.for_host("azure.example.com") is None
    assert credentials.for_host("ghcr.io") == Credential("helped", "secret")
    assert (helped / "log").read_text() == "get ghcr.io\n"


@pytest.mark.parametrize("name", ["../test", "test; touch x", "-test", "", "missing", "a/b", "x" * 100])
def test_helpers_that_are_not_run(helped: Path, name: str) -> None:
    (helped / "config.json").write_text(json.dumps({"credHelpers": {"ghcr.io": name}}))
    assert Credentials(docker_config=str(helped)).for_host("ghcr.io") is None
    assert not (helped / "log").exists()
