"""The configuration file: what it means, and what every mistake in it is told as."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.config import Config, Override, Setting, load
from dockwright.config.policy import LabelKind, Policy
from dockwright.errors import ConfigError
from dockwright.options import FailOn, Profile
from dockwright.rule_names import RuleNames
from dockwright.source import Source

NAMES = RuleNames(
    lambda: {
        "floating-tag": ("hadolint:DL3006", "hadolint:DL3007"),
        "runs-as-root": ("hadolint:DL3002",),
        "shell-form": ("hadolint:DL3025", "buildkit:JSONArgsRecommended"),
        "syntax": (),
    }
)
OURS = "dockwright.yml"
BOTH = ("hadolint:DL3025", "buildkit:JSONArgsRecommended")
SCHEMA = Path(__file__).parent.parent / "schema" / "dockwright.schema.json"


def read(files: dict[str, str], path: str | None = None) -> Config:
    sources = {name: Source(name, text) for name, text in files.items()}
    return load(sources.get, NAMES, path=path)


def refused(text: str, path: str = OURS) -> str:
    with pytest.raises(ConfigError) as raised:
        read({path: text})
    return f"{raised.value}"


class TestWhere:
    def test_nothing_is_the_default(self) -> None:
        assert read({}) == Config(fail_on=FailOn.ERROR)

    @pytest.mark.parametrize("path", [".github/dockwright.yml", "dockwright.yml"])
    def test_either_place_is_read(self, path: str) -> None:
        assert read({path: "fail-on: warning"}) == Config(fail_on=FailOn.WARNING, path=path)

    def test_both_places_are_an_error(self) -> None:
        with pytest.raises(ConfigError) as raised:
            read({".github/dockwright.yml": "", "dockwright.yml": ""})
        assert str(raised.value) == (
            "`.github/dockwright.yml` and `dockwright.yml` are both there, and only one can count"
        )
        assert raised.value.help == "Merge them and delete one."

    def test_a_named_file_is_read_instead(self) -> None:
        files = {"dockwright.yml": "fail-on: never", "ci/strict.yml": "fail-on: notice"}
        assert read(files, "ci/strict.yml").fail_on is FailOn.NOTICE

    def test_a_named_file_has_to_be_there(self) -> None:
        with pytest.raises(ConfigError, match=r"^`ci/strict\.yml`: there is no such configuration file"):
            read({}, "ci/strict.yml")

    def test_ours_comes_before_that_of_hadolint(self) -> None:
        assert read({OURS: "fail-on: never", ".hadolint.yaml": "ignored: [DL3002]"}) == Config(
            fail_on=FailOn.NEVER, path=OURS
        )

    @pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null"])
    def test_an_empty_file_says_nothing(self, text: str) -> None:
        assert read({OURS: text}) == Config(path=OURS)


class TestMeaning:
    def test_everything_at_once(self) -> None:
        text = """
            rules:
              runs-as-root: error
              floating-tag: off
            overrides:
              - paths: [dev/**, "*.test.Dockerfile"]
                rules: {runs-as-root: notice}
            fail-on: warning
            ignore-paths:
              - third_party/
        """
        assert read({OURS: text}) == Config(
            rules={"runs-as-root": Setting.ERROR, "floating-tag": Setting.OFF},
            overrides=(Override(("dev/**", "*.test.Dockerfile"), {"runs-as-root": Setting.NOTICE}),),
            fail_on=FailOn.WARNING,
            ignore_paths=("third_party/",),
            path=OURS,
        )

    @pytest.mark.parametrize(
        ("written", "setting"),
        [
            ("off", Setting.OFF),
            ("'off'", Setting.OFF),
            ("false", Setting.OFF),
            ("on", Setting.ON),
            ("true", Setting.ON),
            ("notice", Setting.NOTICE),
            ("warning", Setting.WARNING),
            ("error", Setting.ERROR),
        ],
    )
    def test_settings(self, written: str, setting: Setting) -> None:
        assert read({OURS: f"rules: {{syntax: {written}}}"}).rules == {"syntax": setting}

    @pytest.mark.parametrize("name", ["hadolint:DL3025", "DL3025", "dl3025", "buildkit:JSONArgsRecommended"])
    def test_names_from_elsewhere(self, name: str) -> None:
        config = read({OURS: f"rules: {{'{name}': off}}"})
        assert config.setting("shell-form", "Dockerfile", BOTH) is Setting.OFF
        assert config.setting("floating-tag", "Dockerfile", ("hadolint:DL3006",)) is None

    def test_all_is_what_is_not_named_whatever_the_order(self) -> None:
        config = read({OURS: "rules: {syntax: error, DL3002: on, all: off}"})
        assert config.setting("floating-tag", "", ("hadolint:DL3006",)) is Setting.OFF
        assert config.setting("runs-as-root", "", ("hadolint:DL3002",)) is Setting.ON
        assert config.setting("shell-form", "", BOTH) is Setting.OFF
        assert config.setting("syntax", "") is Setting.ERROR

    def test_an_id_counts_before_an_alias_whatever_the_order(self) -> None:
        config = read({OURS: "rules: {floating-tag: error, DL3006: off}"})
        assert config.setting("floating-tag", "", ("hadolint:DL3006",)) is Setting.ERROR

    def test_an_alias_is_only_what_it_stands_for(self) -> None:
        config = read({OURS: "rules: {DL3006: off, DL3007: error}"})
        assert config.setting("floating-tag", "", ("hadolint:DL3006",)) is Setting.OFF
        assert config.setting("floating-tag", "", ("hadolint:DL3007",)) is Setting.ERROR
        assert config.setting("floating-tag", "") is None

    def test_of_several_aliases_off_counts_first_then_the_worst(self) -> None:
        worst = read({OURS: "rules: {DL3025: notice, JSONArgsRecommended: error}"})
        assert worst.setting("shell-form", "", BOTH) is Setting.ERROR
        off = read({OURS: "rules: {DL3025: off, JSONArgsRecommended: error}"})
        assert off.setting("shell-form", "", BOTH) is Setting.OFF

    def test_an_override_counts_before_the_rest_by_whatever_name(self) -> None:
        text = "{rules: {floating-tag: error}, overrides: [{paths: [dev/], rules: {DL3006: off}}]}"
        config = read({OURS: text})
        assert config.setting("floating-tag", "dev/Dockerfile", ("hadolint:DL3006",)) is Setting.OFF
        assert config.setting("floating-tag", "dev/Dockerfile", ("hadolint:DL3007",)) is Setting.ERROR

    @pytest.mark.parametrize("profile", list(Profile))
    def test_profiles(self, profile: Profile) -> None:
        assert read({OURS: f"profile: {profile.value}"}).profile is profile

    def test_what_is_asked_of_images(self) -> None:
        text = "{trusted-registries: [docker.io], label-schema: {vendor: text, url: url}, strict-labels: true}"
        assert read({OURS: text}).policy == Policy(
            trusted_registries=("docker.io",),
            label_schema={"vendor": LabelKind.TEXT, "url": LabelKind.URL},
            strict_labels=True,
        )

    def test_the_last_override_that_names_the_rule_counts(self) -> None:
        config = Config(
            rules={"syntax": Setting.NOTICE},
            overrides=(
                Override(("a/",), {"syntax": Setting.WARNING}),
                Override(("a/b/",), {"syntax": Setting.ERROR}),
                Override(("a/b/",), {"other": Setting.OFF}),
            ),
        )
        assert config.setting("syntax", "Dockerfile") is Setting.NOTICE
        assert config.setting("syntax", "a/Dockerfile") is Setting.WARNING
        assert config.setting("syntax", "a/b/Dockerfile") is Setting.ERROR
        assert config.setting("unnamed", "a/b/Dockerfile") is None

    def test_ignored_paths(self) -> None:
        config = Config(ignore_paths=("vendor/", "*.dev"))
        assert config.ignores("a/vendor/Dockerfile")
        assert config.ignores("Dockerfile.dev")
        assert not config.ignores("Dockerfile")


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("rule: {}", "1: unknown key `rule`; did you mean `rules`?"),
            ("fail-on: error\nignored: []", "2: unknown key `ignored`"),
            ("rules:\n  runs-as-rot: off", "2: no rule is called `runs-as-rot`; did you mean `runs-as-root`?"),
            ("rules:\n  DL9999: off", "2: no rule is called `DL9999`"),
            ("rules:\n  DL3026: off", "2: no rule is called `DL3026`; did you mean `DL3025`?"),
            (
                "rules:\n  syntax: warn",
                "2: `syntax` is set to `warn`; it may be off, on, notice, warning or error",
            ),
            (
                "rules:\n  syntax: [off]",
                "2: `syntax` is set to no plain text; it may be off, on, notice, warning or error",
            ),
            ("rules: [syntax]", "1: `rules`: expected a mapping, got a list"),
            ("fail-on: warn", "1: `fail-on` is `warn`; it may be error, warning, notice or never"),
            ("fail-on: [error]", "1: `fail-on`: expected text, got a list"),
            ("ignore-paths: vendor", "1: `ignore-paths`: expected a list, got text"),
            ("ignore-paths:\n  - a\n  - '!b'", "3: `ignore-paths`: expected text matching regex '^[^!]'"),
            ("overrides:\n  - paths: [a]\n    rule: {}", "3: unknown key `rule`; did you mean `rules`?"),
            ("overrides:\n  - paths: []\n    rules: {}", "2: `paths`: expected a list of length >= 1"),
            ("overrides:\n  - paths: [a]", "2: `overrides`: missing required field `rules`"),
            ("overrides:\n  - rules: {syntx: off}", "2: no rule is called `syntx`; did you mean `syntax`?"),
            ("- rules", "1: expected a mapping, got a list"),
            ("rules", "1: expected a mapping, got text"),
            ("rules: {}\nrules: {}", "2: `rules` is given twice; only one of them can count"),
            ("rules: {? [a] : off}", "1: a key must be plain text"),
            ("rules: &x {}\noverrides: *x", "2: anchors and aliases (`&`, `*`) are not supported here"),
            (
                "rules: !!python/name:os.system",
                "1: the tag `tag:yaml.org,2002:python/name:os.system` is not supported here",
            ),
            ("a: [1\n", "2: no valid YAML: expected ',' or ']', but got '<stream end>'"),
            ("a:\n\tb: 1\n", "2: no valid YAML: found character '\\t' that cannot start any token"),
            ("--- 1\n--- 2\n", "2: no valid YAML: but found another document"),
        ],
    )
    def test_the_line_is_named(self, text: str, message: str) -> None:
        assert refused(text) == f"{OURS}:{message}"

    def test_what_is_known_is_said(self) -> None:
        with pytest.raises(ConfigError) as raised:
            read({OURS: "x: 1"})
        assert raised.value.help == (
            "Known: profile, rules, overrides, fail-on, ignore-paths, updates, registries, trusted-registries, "
            "label-schema, strict-labels, shellcheck, online, mirrors, osv."
        )

    def test_no_yaml_at_all(self) -> None:
        assert refused("\x00") == f"{OURS}: no valid YAML: it has characters that YAML does not allow"
        assert refused("\udcff") == f"{OURS}: no valid YAML: it has characters that YAML does not allow"

    def test_bombs_are_refused(self) -> None:
        assert refused("[" * 50_000) == f"{OURS}: nested too deeply"
        assert refused(" " * 100_001) == f"{OURS}: longer than 100,000 characters"
        laughs = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]"
        assert refused(laughs) == f"{OURS}:1: anchors and aliases (`&`, `*`) are not supported here"

    @given(st.text(max_size=60))
    def test_no_text_does_anything_else(self, text: str) -> None:
        with suppress(ConfigError):
            assert read({OURS: text}).path == OURS


class TestHadolint:
    def test_what_has_a_counterpart_is_used(self) -> None:
        text = """
            ignored: [DL3002, DL3059, SC2086]
            override:
              error: [DL3007]
              style: [DL3025]
            failure-threshold: info
        """
        config = read({".hadolint.yaml": text})
        assert config == Config(
            rules={
                "hadolint:DL3007": Setting.ERROR,
                "hadolint:DL3025": Setting.NOTICE,
                "hadolint:DL3002": Setting.OFF,
                "shellcheck:SC2086": Setting.OFF,
            },
            fail_on=FailOn.NOTICE,
            path=".hadolint.yaml",
            notes=("`.hadolint.yaml` is read, for there is no `.github/dockwright.yml`; it sets 4 rules.",),
        )

    def test_what_has_none_is_told(self) -> None:
        config = read({".hadolint.yml": "disable-ignore-pragma: true\nignore: [DL3002]\nformat: tty"})
        assert config.rules == {}
        assert config.notes == (
            "`.hadolint.yml` is read, for there is no `.github/dockwright.yml`; it sets 0 rules.",
            "Nothing here corresponds to `disable-ignore-pragma`, `format` in `.hadolint.yml`.",
            "`ignore` in `.hadolint.yml` is no key of hadolint; did you mean `ignored`?",
        )

    def test_the_first_file_counts(self) -> None:
        files = {".hadolint.yml": "ignored: [DL3002]", ".hadolint.yaml": "ignored: [DL3025]"}
        assert read(files).rules == {"hadolint:DL3025": Setting.OFF}

    def test_registries_and_labels(self) -> None:
        text = """
            trustedRegistries: ["*.gcr.io"]
            label-schema: {vendor: text, made: RFC3339, x: unheard-of}
            strict-labels: true
        """
        config = read({".hadolint.yaml": text})
        assert config.policy == Policy(
            trusted_registries=("*.gcr.io",),
            label_schema={"vendor": LabelKind.TEXT, "made": LabelKind.RFC3339, "x": LabelKind.TEXT},
            strict_labels=True,
        )

    @pytest.mark.parametrize(
        ("text", "fail_on"),
        [
            ("failure-threshold: error", FailOn.ERROR),
            ("failure-threshold: warning", FailOn.WARNING),
            ("failure-threshold: style", FailOn.NOTICE),
            ("failure-threshold: none", FailOn.NEVER),
            ("failure-threshold: error\nno-fail: true", FailOn.NEVER),
            ("ignored:", FailOn.ERROR),
        ],
    )
    def test_thresholds(self, text: str, fail_on: FailOn) -> None:
        assert read({".hadolint.yaml": text}).fail_on is fail_on

    def test_a_wrong_type_is_an_error(self) -> None:
        assert (
            refused("ignored: DL3002", ".hadolint.yaml")
            == ".hadolint.yaml:1: `ignored`: expected a list or nothing, got text"
        )

    def test_an_empty_file_says_nothing(self) -> None:
        assert read({".hadolint.yaml": "---"}) == Config(path=".hadolint.yaml")


class TestSchema:
    @pytest.fixture
    def schema(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(SCHEMA.read_text())

    def test_it_is_a_schema(self, schema: Any) -> None:  # noqa: ANN401
        jsonschema.Draft202012Validator.check_schema(schema)

    @pytest.mark.parametrize(
        "value",
        [
            {},
            {"rules": {"syntax": "off", "all": "error", "hadolint:DL1000": True, "DL1000": "on"}},
            {"overrides": [{"paths": ["dev/"], "rules": {"syntax": "notice"}}]},
            {"fail-on": "never", "ignore-paths": ["a"]},
        ],
    )
    def test_what_is_read_is_valid(self, schema: Any, value: Any) -> None:  # noqa: ANN401
        jsonschema.validate(value, schema)

    @pytest.mark.parametrize(
        "value",
        [
            [],
            {"rule": {}},
            {"rules": {"syntaxx": "off"}},
            {"rules": {"syntax": "warn"}},
            {"overrides": [{"paths": [], "rules": {}}]},
            {"overrides": [{"paths": ["a"]}]},
            {"fail-on": "info"},
            {"ignore-paths": ["!a"]},
        ],
    )
    def test_what_is_refused_is_not(self, schema: Any, value: Any) -> None:  # noqa: ANN401
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(value, schema)
