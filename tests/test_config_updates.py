"""What the configuration file says about updates and registries, and what mistakes in it are told as."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dockwright.bump import UpdateType
from dockwright.config import Config, load
from dockwright.config.registries import Registry
from dockwright.config.updates import Grouping, ImagePolicy, ImageRule, Schedule, Updates, Urgency, Variants, names
from dockwright.errors import ConfigError
from dockwright.image import Reference
from dockwright.rule_names import RuleNames
from dockwright.source import Source
from dockwright.versions import read_allowed

SCHEMA = Path(__file__).parent.parent / "schema" / "dockwright.schema.json"
REFRESH, PATCH, MINOR, MAJOR = UpdateType.REFRESH, UpdateType.PATCH, UpdateType.MINOR, UpdateType.MAJOR


def read(text: str) -> Config:
    return load({"dockwright.yml": Source("dockwright.yml", text)}.get, RuleNames(dict))


def refused(text: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as raised:
        read(text)
    return str(raised.value).removeprefix("dockwright.yml:"), raised.value.help


class TestMeaning:
    def test_nothing_is_the_default(self) -> None:
        policy = read("").updates.policy_of(Reference.parse("python:3.12"))
        assert policy == ImagePolicy()
        assert (policy.types, policy.pin, policy.variants) == (frozenset({REFRESH, PATCH}), False, Variants.DEAD_ONLY)
        assert read("").updates.limit == 10

    def test_the_defaults_of_the_file_are_those_of_the_policy(self) -> None:
        assert read("updates: {}").updates == Updates() == read("").updates

    def test_everything_at_once(self) -> None:
        text = """
            updates:
              types: [refresh, patch, minor]
              pin: true
              series: 3.10
              allowed: ">=3.9 <4"
              ignored: ["*-alpine*"]
              prereleases: true
              variants: newest
              platforms: [linux/amd64, linux/arm/v7]
              cooldown: {patch: 2, minor: 14}
              max-hold: 20
              routine-refresh: 3
              security: as-others
              security-label: vulnerability
              evidence: false
              group: image
              schedule: monthly
              labels: [dependencies]
              reviewers: [acme/platform]
              assignees: [ada]
              commit-message-prefix: "build(deps): "
              limit: 3
              ignore-paths: [examples/]
              images:
                - match: python
                  types: []
                - match: ["node:2*", ghcr.io/acme]
                  cooldown: 7
                  group-name: runtimes
            registries:
              docker.io: {mirror: "http://127.0.0.1:5000"}
              "registry.internal:5000": {allow-private: true}
        """
        config = read(text)
        assert config.updates == Updates(
            policy=ImagePolicy(
                types=frozenset({REFRESH, PATCH, MINOR}),
                pin=True,
                series="3.10",
                allowed=">=3.9 <4",
                ignored=("*-alpine*",),
                prereleases=True,
                variants=Variants.NEWEST,
                platforms=("linux/amd64", "linux/arm/v7"),
                cooldown={REFRESH: 0, PATCH: 2, MINOR: 14, MAJOR: 0},
                max_hold=20,
                routine_refresh=3,
                security=Urgency.AS_OTHERS,
                security_label="vulnerability",
                group=Grouping.IMAGE,
                schedule=Schedule.MONTHLY,
                labels=("dependencies",),
                reviewers=("acme/platform",),
                assignees=("ada",),
                commit_message_prefix="build(deps): ",
            ),
            rules=(
                ImageRule(("python",), {"types": frozenset()}),
                ImageRule(
                    ("node:2*", "ghcr.io/acme"),
                    {"cooldown": {REFRESH: 7, PATCH: 7, MINOR: 7, MAJOR: 7}, "group_name": "runtimes"},
                ),
            ),
            limit=3,
            ignore_paths=("examples/",),
            evidence=False,
        )
        assert config.registries == {
            "docker.io": Registry(mirror="http://127.0.0.1:5000"),
            "registry.internal:5000": Registry(allow_private=True),
        }

    def test_mirrors(self) -> None:
        assert read("").mirrors == {}
        assert read("mirrors: {debian: http://m.internal:8080/debian, osv: 'https://osv.example'}").mirrors == {
            "debian": "http://m.internal:8080/debian",
            "osv": "https://osv.example",
        }

    def test_the_last_rule_that_matches_and_names_the_key_counts(self) -> None:
        updates = read(
            """
            updates:
              labels: [all]
              images:
                - {match: "*", pin: true, labels: [every]}
                - {match: python, pin: false, types: [refresh]}
                - {match: "python:3.9*", types: []}
                - {match: node, pin: true}
            """
        ).updates
        policy = updates.policy_of(Reference.parse("python:3.9-slim"))
        assert (policy.types, policy.pin, policy.labels) == (frozenset(), False, ("every",))
        policy = updates.policy_of(Reference.parse("python:3.12"))
        assert (policy.types, policy.pin, policy.labels) == (frozenset({REFRESH}), False, ("every",))

    def test_a_number_is_a_number_and_a_series_is_text(self) -> None:
        config = read("updates: {limit: 5, cooldown: 1, images: [{match: node, series: 22}]}")
        assert config.updates.limit == 5
        assert config.updates.policy.cooldown == {REFRESH: 1, PATCH: 1, MINOR: 1, MAJOR: 1}
        assert config.updates.policy_of(Reference.parse("node:20")).series == "22"

    @pytest.mark.parametrize(
        ("pattern", "image", "expected"),
        [
            ("python", "python:3.12", True),
            ("python", "docker.io/library/python", True),
            ("docker.io/library/python", "python", True),
            ("python", "ghcr.io/acme/python", False),
            ("python", "acme/python", False),
            ("**/python", "ghcr.io/acme/python", True),
            ("python", "python3", False),
            ("pyth*", "python", True),
            ("ghcr.io/acme", "ghcr.io/acme/a/b:1", True),
            ("ghcr.io/acme/*-dev", "ghcr.io/acme/app-dev:1", True),
            ("ghcr.io/acme/*-dev", "ghcr.io/acme/app:1-dev", False),
            ("python:3.*", "python:3.12-slim", True),
            ("python:3.*", "python:2.7", False),
            ("python:3.*", "python", False),
            ("python:latest", "python", True),
            ("localhost:5000/app", "localhost:5000/app:1", True),
            ("localhost:5000/app:2", "localhost:5000/app:1", False),
            ("*", "ghcr.io/acme/app", True),
            ("docker.io", "node", True),
            ("docker.io", "ghcr.io/node/node", False),
        ],
    )
    def test_patterns(self, pattern: str, image: str, *, expected: bool) -> None:
        assert names(pattern, Reference.parse(image)) is expected

    @pytest.mark.parametrize(
        ("schedule", "day", "expected"),
        [
            (Schedule.ALWAYS, date(2026, 11, 23), True),
            (Schedule.MONDAY, date(2026, 11, 23), True),
            (Schedule.MONDAY, date(2026, 11, 24), False),
            (Schedule.SUNDAY, date(2026, 11, 22), True),
            (Schedule.MONTHLY, date(2026, 11, 7), True),
            (Schedule.MONTHLY, date(2026, 11, 8), False),
        ],
    )
    def test_schedules(self, schedule: Schedule, day: date, *, expected: bool) -> None:
        assert schedule.allows(day) is expected


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("updates:\n  typs: [patch]", "2: unknown key `typs`; did you mean `types`?"),
            ("updates: {types: [patches]}", "1: `types` is `patches`; it may be refresh, patch, minor or major"),
            ("updates: {types: patch}", "1: `types`: expected a list, got text"),
            ("updates: {pin: maybe}", "1: `pin`: expected true or false, got text"),
            ("updates:\n  group: serie", "2: `group` is `serie`; it may be series, image, type or all"),
            ("updates:\n  variants: dead", "2: `variants` is `dead`; it may be keep, dead-only or newest"),
            (
                "updates:\n  images:\n    - match: a\n      schedule: weekly",
                (
                    "4: `schedule` is `weekly`; it may be always, monday, tuesday, wednesday, thursday, friday,"
                    " saturday, sunday or monthly"
                ),
            ),
            ("updates: {images: [{pin: true}]}", "1: `images`: missing required field `match`"),
            ("updates: {images: [{match: []}]}", "1: `match`: expected a list of length >= 1"),
            ("updates:\n  images:\n  - match: a\n    pinn: true", "4: unknown key `pinn`; did you mean `pin`?"),
            ("updates:\n  images:\n  - match: a\n    limit: 3", "4: unknown key `limit`"),
            ("updates: {limit: many}", "1: `limit`: expected a number, got text"),
            ("updates: {limit: 0}", "1: `limit`: expected a number >= 1"),
            ("updates: {cooldown: {path: 3}}", "1: unknown key `path`; did you mean `patch`?"),
            ("updates: {cooldown: 400}", "1: `cooldown`: expected a number <= 365"),
            ("updates: {cooldown: [1]}", "1: `cooldown`: expected a number or a mapping, got a list"),
            ("updates: {platforms: [amd64]}", "1: `amd64` is no platform; write it as `linux/amd64`"),
            (
                "updates:\n  allowed: '>=3.12 ~4'",
                "2: `~4` in `allowed` is neither a comparison with a version nor a pattern of tags",
            ),
            ("registries: {docker: {}}", "1: `docker` is no host of a registry"),
            ("registries: {'ghcr.io/acme': {}}", "1: `ghcr.io/acme` is no host of a registry"),
            ("registries: {ghcr.io: {mirorr: x}}", "1: unknown key `mirorr`; did you mean `mirror`?"),
            (
                "registries:\n  ghcr.io:\n    mirror: mirror.example",
                "3: `mirror` is `mirror.example`; it must be a URL, such as `https://mirror.example`",
            ),
            ("registries: [docker.io]", "1: `registries`: expected a mapping, got a list"),
            (
                "mirrors:\n  debian: https://m.example\n  debian-securty: https://m.example",
                "3: there is no mirror called `debian-securty`; did you mean `debian-security`?",
            ),
            (
                "mirrors: {ubi: m.example}",
                "1: `ubi` is `m.example`; it must be a URL without a user, such as `https://mirror.example/ubi`",
            ),
            (
                "mirrors: {ubi: 'https://b@m.example'}",
                "1: `ubi` is `https://b@m.example`; it must be a URL without a user, such as `https://mirror.example/ubi`",
            ),
            (
                "mirrors: {ubi: {}}",
                "1: `ubi` must be a URL without a user, such as `https://mirror.example/ubi`",
            ),
            ("mirrors: https://m.example", "1: `mirrors`: expected a mapping, got text"),
        ],
    )
    def test_the_line_is_named(self, text: str, message: str) -> None:
        assert refused(text)[0] == message

    @pytest.mark.parametrize(
        "text",
        [">=3.12 <4", "> 3, !=3.13", "=1", "==v2.0", "3.12.*", "*-slim", ">=x", "^1", "~=2", "1 - 2", "=>3", "!1"],
    )
    def test_what_is_allowed_is_judged_as_the_policy_reads_it(self, text: str) -> None:
        try:
            read_allowed(text)
        except ValueError:
            assert "in `allowed` is neither" in refused(f"updates: {{allowed: '{text}'}}")[0]
        else:
            assert read(f"updates: {{allowed: '{text}'}}").updates.policy.allowed == text

    def test_what_helps_is_said(self) -> None:
        assert refused("registries: {hub: {}}")[1] == (
            "Name it as images do: `docker.io`, `ghcr.io`, `registry.example:5000`."
        )


class TestSchema:
    @pytest.fixture
    def schema(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(SCHEMA.read_text())

    @pytest.mark.parametrize(
        "value",
        [
            {"updates": {}},
            {"updates": {"types": [], "cooldown": 3, "series": 3.12, "group": "all", "limit": 1}},
            {"updates": {"images": [{"match": "python", "cooldown": {"patch": 1}}, {"match": ["a", "b"]}]}},
            {"registries": {"docker.io": {"mirror": "http://127.0.0.1:5000"}, "a.example": {"allow-private": True}}},
        ],
    )
    def test_what_is_read_is_valid(self, schema: Any, value: Any) -> None:  # noqa: ANN401
        jsonschema.validate(value, schema)
        read(json.dumps(value))

    @pytest.mark.parametrize(
        "value",
        [
            {"updates": {"types": ["pin"]}},
            {"updates": {"limit": 0}},
            {"updates": {"images": [{}]}},
            {"updates": {"images": [{"match": "!a"}]}},
            {"registries": {"docker.io": {"mirror": "ftp://x"}}},
        ],
    )
    def test_what_is_refused_is_not(self, schema: Any, value: Any) -> None:  # noqa: ANN401
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(value, schema)
        with pytest.raises(ConfigError):
            read(json.dumps(value))
