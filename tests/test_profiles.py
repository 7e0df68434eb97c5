"""Profiles: which checks are on, at which level; and names of other tools that mean exactly what they mean there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.config import Config, Setting
from dockwright.config.profiles import severity_in
from dockwright.finding import Problem, Severity
from dockwright.options import Profile
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import all_rules
from dockwright.source import Source
from tests.support.made_rules import PROJECT, made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

HADOLINT = [
    *("DL1000", "DL1001"),
    *(f"DL30{number:02}" for number in range(68) if number not in {5, 17, 31, 39}),
    *("DL4000", "DL4001", "DL4003", "DL4004", "DL4005", "DL4006"),
]
"""Every rule of hadolint 2.15.1, and its name for what it cannot parse."""

BUILDKIT = (
    "ConsistentInstructionCasing CopyIgnoredFile DuplicateStageName ExposeInvalidFormat ExposeProtoCasing FromAsCasing "
    "FromPlatformFlagConstDisallowed InvalidBaseImagePlatform InvalidDefaultArgInFrom InvalidDefinitionDescription "
    "JSONArgsRecommended LegacyKeyValueFormat MaintainerDeprecated MultipleInstructionsDisallowed NoEmptyContinuation "
    "RedundantTargetPlatform ReservedStageName SecretsUsedInArgOrEnv StageNameCasing UndefinedArgInFrom UndefinedVar "
    "WorkdirRelativePath"
).split()
"""Every check of BuildKit 0.32."""

ALIASES = {alias for rule in all_rules() for alias in rule.aliases}


def test_every_check_of_the_others_is_a_rule_here() -> None:
    assert [code for code in HADOLINT if f"hadolint:{code}" not in ALIASES] == []
    assert [name for name in BUILDKIT if f"buildkit:{name}" not in ALIASES] == []
    assert len(HADOLINT) == 72
    assert len(BUILDKIT) == 22


def test_no_rule_has_a_name_that_the_others_do_not_have() -> None:
    known = {f"hadolint:{code}" for code in HADOLINT} | {f"buildkit:{name}" for name in BUILDKIT}
    assert ALIASES - known == set()


def told(text: str, *, config: Config) -> list[tuple[str, str]]:
    """Review a file by all rules; what is told, and how severely."""
    source = Source("Dockerfile", text)
    project = Project(MemoryTree([source]), PROJECT.today)
    result = review([source], project=project, config=config, rules=all_rules())
    assert result.broken_rules == ()
    return [(finding.rule, finding.severity.label) for finding in result.findings]


EXAMPLE = """\
FROM debian:trixie-slim AS Base
MAINTAINER somebody
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
CMD curl example.org
"""


def test_the_default_is_what_each_rule_declares() -> None:
    assert told(EXAMPLE, config=Config()) == [
        ("upper-case-stage-name", "notice"),
        ("maintainer", "notice"),
        ("runs-as-root", "notice"),
        ("shell-form-command", "warning"),
    ]


def test_hadolint_is_its_rules_at_its_levels() -> None:
    assert told(EXAMPLE, config=Config(profile=Profile.HADOLINT)) == [
        ("maintainer", "error"),
        ("recommended-packages", "notice"),
        ("unpinned-package", "warning"),
        ("shell-form-command", "warning"),
    ]


def test_buildkit_is_its_checks_as_warnings() -> None:
    assert told(EXAMPLE, config=Config(profile=Profile.BUILDKIT)) == [
        ("upper-case-stage-name", "warning"),
        ("maintainer", "warning"),
        ("shell-form-command", "warning"),
    ]


def test_strict_is_every_rule() -> None:
    found = [rule for rule, _ in told(EXAMPLE, config=Config(profile=Profile.STRICT))]
    assert {"upper-case-stage-name", "maintainer", "recommended-packages", "unpinned-package"} <= set(found)
    assert "missing-healthcheck" in found


@pytest.mark.parametrize("profile", list(Profile))
def test_a_file_that_cannot_be_built_is_told_in_every_profile(profile: Profile) -> None:
    assert ("syntax", "error") in told("FROM a:1\nRUNN x\n", config=Config(profile=profile))


def test_what_is_said_of_a_rule_wins_over_the_profile() -> None:
    rules = {"maintainer": Setting.OFF, "hadolint:DL3008": Setting.ERROR, "upper-case-stage-name": Setting.ON}
    assert told(EXAMPLE, config=Config(profile=Profile.HADOLINT, rules=rules)) == [
        ("upper-case-stage-name", "notice"),
        ("recommended-packages", "notice"),
        ("unpinned-package", "error"),
        ("shell-form-command", "warning"),
    ]


@pytest.mark.parametrize(
    ("alias", "severity"),
    [
        ("hadolint:DL4000", Severity.ERROR),
        ("hadolint:DL3008", Severity.WARNING),
        ("hadolint:DL3059", Severity.NOTICE),
        ("hadolint:DL3048", Severity.NOTICE),
        ("hadolint:DL1001", None),
        ("hadolint:DL3057", None),
        ("buildkit:StageNameCasing", None),
    ],
)
def test_levels_of_hadolint(alias: str, severity: Severity | None) -> None:
    found = severity_in(Profile.HADOLINT, "some", (alias,), declared=Severity.ERROR, enabled=True)
    assert found is severity


def test_what_buildkit_calls_experimental_is_off() -> None:
    aliases = ("buildkit:InvalidDefinitionDescription",)
    assert severity_in(Profile.BUILDKIT, "some", aliases, declared=Severity.NOTICE, enabled=True) is None


PINS = """\
FROM python:3.14-slim
RUN pip install flask
RUN npm install yarn
"""


class TestOneOfSeveralNames:
    """A rule with several names elsewhere; each finding has only those that it is a case of."""

    def test_one_is_switched_on(self) -> None:
        config = Config(rules={"all": Setting.OFF, "hadolint:DL3016": Setting.WARNING})
        source = Source("Dockerfile", PINS)
        result = review([source], project=PROJECT, config=config, rules=all_rules())
        assert [(each.rule, each.aliases, each.span.first.line) for each in result.findings] == [
            ("unpinned-package", ("hadolint:DL3016",), 3)
        ]

    def test_a_comment_covers_its_own_only(self) -> None:
        text = PINS.replace("RUN", "# hadolint ignore=DL3013\nRUN")
        config = Config(rules={"all": Setting.OFF, "unpinned-package": Setting.ON})
        assert [rule for rule, _ in told(text, config=config)] == ["unpinned-package"]
        config = Config(rules={"all": Setting.OFF, "unpinned-package": Setting.ON})
        text = PINS.replace("RUN", "# dockwright ignore=unpinned-package\nRUN")
        assert told(text, config=config) == []

    def test_a_comment_about_one_that_is_off_is_not_called_unused(self) -> None:
        text = "# dockwright ignore=DL3007 known\nFROM debian:trixie-slim\n"
        assert told(text, config=Config(rules={"hadolint:DL3007": Setting.OFF})) == []
        assert told(text, config=Config()) == [("unused-suppression", "notice")]


def test_a_finding_that_the_other_tool_does_not_have_stays_when_its_name_is_off() -> None:
    def check(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
        yield Problem(dockerfile.body[0].span, "theirs, too", aliases=("hadolint:DL3006",))
        yield Problem(dockerfile.body[0].span, "ours alone", aliases=())

    rule = made("made", check, aliases=("hadolint:DL3006", "hadolint:DL3007"))
    source = Source("Dockerfile", "FROM debian:trixie-slim\n")
    off = Config(rules={"hadolint:DL3006": Setting.OFF})
    found = review([source], project=PROJECT, config=off, rules=[rule]).findings
    assert [finding.message for finding in found] == ["ours alone"]
