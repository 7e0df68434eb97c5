"""Asking registries in a review: who may be asked, from which files, and for how long."""

from __future__ import annotations

import socket
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from dockwright.config import Config
from dockwright.config.online import OnlineSettings
from dockwright.config.registries import Registry
from dockwright.dockerfile import parse
from dockwright.errors import ConfigError, GitError
from dockwright.evidence.probing import probing
from dockwright.facts.online import Base, Online
from dockwright.finding import Severity
from dockwright.git import Git
from dockwright.image import Reference
from dockwright.online.asking import Asker
from dockwright.online.places import Places, RevisionTree, config_of
from dockwright.online.session import Review, asking
from dockwright.options import Options
from dockwright.project import MemoryTree, Project
from dockwright.review import applied, review, told
from dockwright.source import Source
from dockwright.update.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dockwright.image import ImageUse

TODAY = date(2026, 11, 23)
TREE = MemoryTree(
    [
        Source("Dockerfile", "FROM python:3.12\nCOPY --from=ghcr.io/acme/tool:1 /a /a\n"),
        Source("compose.yaml", "services:\n  a:\n    image: quay.io/acme/app:1\n"),
    ]
)
OWN = Config(online=OnlineSettings(registries=("reg.example.com", "*.example.org")))


@pytest.mark.parametrize(
    ("registry", "allowed"),
    [
        ("docker.io", True),
        ("ghcr.io", True),
        ("quay.io", True),
        ("reg.example.com", True),
        ("a.example.org", True),
        ("example.org", False),
        ("a.example.org.evil.test", False),
        ("evil.test", False),
    ],
)
def test_who_may_be_asked(registry: str, allowed: bool) -> None:  # noqa: FBT001 - a parameter
    assert (Places(OWN, TREE).allowed({registry}) == {registry}) is allowed


def test_a_registry_whose_reach_is_configured_may_be_asked() -> None:
    config = Config(registries={"reg.test": Registry()})
    assert Places(config, MemoryTree()).allowed({"reg.test", "docker.io"}) == {"reg.test"}


def test_the_files_of_a_commit(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM a\r\n# \xff\n")
    (tmp_path / "big").write_bytes(b"x" * (1 << 20) + b"x")
    (tmp_path / "link").symlink_to("Dockerfile")
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "a"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "Dockerfile").write_text("FROM other\n")
    tree = RevisionTree(Git(str(tmp_path), {}), "main")
    assert tree.paths() == ["Dockerfile", "big"]
    found = tree.read("Dockerfile")
    assert found is not None
    assert found.encode() == b"FROM a\r\n# \xff\n"
    assert (tree.read("big"), tree.read("link"), tree.read("none"), tree.read("../x")) == (None, None, None, None)
    with pytest.raises(GitError):
        RevisionTree(Git(str(tmp_path), {}), "--help")


@pytest.fixture
def silent_host() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_registry_that_never_answers_is_not_waited_for(silent_host: str) -> None:
    config = Config(registries={"docker.io": Registry(mirror=f"http://{silent_host}")})
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with connect(config, {}) as client, probing(client, config, {}, now=now) as prober:
        ask = Asker(
            client, probers=(prober, prober), places=Places(config, TREE), config=config, today=TODAY, seconds=0.3
        )
        uses = parse(Source("Dockerfile", "FROM python:3.12\n")).images
        assert ask(uses).bases == {}
        assert ask.notes == ["Registries took too long to answer, so not everything about base images is known."]
        assert ask(uses).bases == {}, "there is no time left"


def answering(**bases: Base) -> Online:
    return Online({Reference.parse(name): base for name, base in bases.items()})


def test_rules_are_on_where_registries_are_asked_and_can_be_set() -> None:
    asked: list[ImageUse] = []

    def ask(uses: Sequence[ImageUse]) -> Online:
        asked.extend(uses)
        return answering(debian=Base(made=date(2025, 1, 1), has_packages=True))

    source = Source("Dockerfile", "FROM debian\n# dockwright ignore=base-not-rebuilt\nFROM debian\n")
    project = Project(MemoryTree([source]), TODAY)
    found = review([source], project=project, config=Config(), online=ask)
    mine = [each for each in found.findings if each.rule == "base-not-rebuilt"]
    assert [(each.span.first.line, each.severity) for each in mine] == [(1, Severity.NOTICE)]
    assert len(asked) == 2
    assert "base-not-rebuilt" in {rule.id for rule in told(found, applied(None))}
    without = review([source], project=project, config=Config())
    assert [each for each in without.findings if each.rule == "base-not-rebuilt"] == []


def test_a_bug_in_asking_hides_nothing_else() -> None:
    def ask(_: Sequence[ImageUse]) -> Online:
        raise ZeroDivisionError

    source = Source("Dockerfile", "FROM debian\nRUNN x\n")
    found = review([source], project=Project(MemoryTree([source]), TODAY), config=Config(), online=ask)
    assert "syntax" in {each.rule for each in found.findings}
    assert len(found.broken_rules) == 1


# --- whether anything is asked --------------------------------------------------------------------------------------

SWITCHED_ON = "online: true\n"


@pytest.mark.parametrize(
    ("before", "options", "fork", "self_hosted", "said"),
    [
        (None, Options(online=True), False, True, None),
        (SWITCHED_ON, Options(), False, True, None),
        (SWITCHED_ON, Options(), True, False, None),
        (SWITCHED_ON, Options(online=False), False, False, ""),
        (SWITCHED_ON, Options(), True, True, "for a fork's pull request on a runner of your own"),
        ("online: {enabled: true, forks-on-self-hosted: true}\n", Options(), True, True, None),
        ("online: false\n", Options(), False, False, "`online` is not switched on in the configuration of the base"),
        ("online: {registries: [a.test]}\n", Options(online=True), False, False, None),
        ("online: 3\n", Options(), False, False, "the base branch could not be read"),
        (SWITCHED_ON, Options(config="no.yml"), False, False, "`online` is not switched on"),
    ],
)
def test_whether_anything_is_asked(
    before: str | None,
    options: Options,
    fork: bool,  # noqa: FBT001 - a parameter
    self_hosted: bool,  # noqa: FBT001 - a parameter
    said: str | None,
) -> None:
    config = Config(online=OnlineSettings(enabled=True))
    base = None if before is None else MemoryTree([Source("dockwright.yml", before)])
    there = None if base is None else lambda: base
    of = Review(options, config, TREE, there, TODAY, {}, fork=fork, self_hosted=self_hosted)
    notes: list[str] = []
    with asking(of, notes) as asker:
        assert (asker is not None) is (said is None)
    assert notes == [] if not said else said in notes[0]


def test_what_the_configuration_may_say() -> None:
    text = "online:\n  enabled: true\n  registries: [ghcr.io, '*.example.org']\n  max-base-age: 30\n"
    found = config_of(MemoryTree([Source("dockwright.yml", text)]), None).online
    assert found == OnlineSettings(enabled=True, registries=("ghcr.io", "*.example.org"), max_base_age=30)
    with pytest.raises(ConfigError, match="max-age"):
        config_of(MemoryTree([Source("dockwright.yml", "online:\n  max-age: 30\n")]), None)
