"""The engine: severities, order, fingerprints, ignore comments, changed lines, and rules that fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.config import Config, Override, Setting
from dockwright.diff import Lines
from dockwright.finding import Finding, Result, Severity
from dockwright.options import FailOn
from dockwright.review import fails, review, rule_names
from dockwright.rules import all_rules
from dockwright.source import Source
from tests.support.made_rules import PROJECT, each_match, made, reviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem
    from dockwright.project import Project
    from dockwright.rules import Rule

BAD = made("bad-word", each_match("BAD"), aliases=("hadolint:DL0001", "buildkit:BadWord"))
WORSE = made("worse-word", each_match("WRONG"), severity=Severity.ERROR)
OF_COMMENTS = tuple(rule for rule in all_rules() if not any((rule.check, rule.check_project, rule.check_online)))
EXAMPLE = "FROM a\nRUN BAD\nRUN WRONG\n"


def lines(result: Result) -> list[tuple[str, int]]:
    return [(finding.rule, finding.span.first.line) for finding in result.findings]


def broken(_dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
    yield from ()
    raise LookupError("no such thing")


class TestFindings:
    def test_everything_is_told(self) -> None:
        result = reviewed("FROM a\nRUN BAD\n", BAD, path="b/Dockerfile")
        (finding,) = result.findings
        assert finding == Finding(
            rule="bad-word",
            aliases=("hadolint:DL0001", "buildkit:BadWord"),
            severity=Severity.WARNING,
            message="Found `BAD`",
            span=finding.span,
            fix=None,
            causes=(),
            fingerprint="0e1f4b177ecf74a098108c775a6a85e1",
        )
        assert finding.span.text == "BAD"
        assert result.files == ("b/Dockerfile",)
        assert result.unreadable == ()
        assert result.broken_rules == ()

    def test_they_are_in_order_of_path_and_place(self) -> None:
        sources = [Source("b", "FROM a\nRUN WRONG BAD\n"), Source("a", "FROM a\nRUN BAD\nRUN WRONG\n")]
        result = review(sources, project=PROJECT, config=Config(), rules=(WORSE, BAD))
        assert [(each.span.source.path, each.rule) for each in result.findings] == [
            ("a", "bad-word"),
            ("a", "worse-word"),
            ("b", "worse-word"),
            ("b", "bad-word"),
        ]
        assert result.files == ("a", "b")

    def test_the_same_twice_is_said_once(self) -> None:
        def twice(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
            yield from each_match("BAD")(dockerfile, project)
            yield from each_match("BAD")(dockerfile, project)

        assert lines(reviewed(EXAMPLE, made("twice", twice))) == [("twice", 2)]

    def test_a_file_that_no_builder_accepts_hides_no_other(self) -> None:
        sources = [Source("a", "\x00\udcff"), Source("b", EXAMPLE)]
        result = review(sources, project=PROJECT, config=Config(), rules=(BAD,))
        assert [each.span.source.path for each in result.findings] == ["b"]
        assert result.files == ("a", "b")


class TestSeverity:
    @pytest.mark.parametrize(
        ("setting", "severity"),
        [
            (Setting.ON, Severity.WARNING),
            (Setting.NOTICE, Severity.NOTICE),
            (Setting.WARNING, Severity.WARNING),
            (Setting.ERROR, Severity.ERROR),
        ],
    )
    def test_it_is_what_is_configured(self, setting: Setting, severity: Severity) -> None:
        result = reviewed(EXAMPLE, BAD, config=Config(rules={"bad-word": setting}))
        assert [finding.severity for finding in result.findings] == [severity]

    def test_weak_evidence_is_a_ceiling_whatever_is_configured(self) -> None:
        weak = made("weak", each_match("BAD", at_most=Severity.NOTICE))
        strong = made("strong", each_match("BAD", at_most=Severity.ERROR))
        config = Config(rules={"weak": Setting.ERROR})
        result = reviewed(EXAMPLE, weak, strong, config=config)
        assert [(finding.rule, finding.severity) for finding in result.findings] == [
            ("strong", Severity.WARNING),
            ("weak", Severity.NOTICE),
        ]

    def test_off_and_on(self) -> None:
        quiet = made("quiet", each_match("WRONG"), enabled=False)
        assert lines(reviewed(EXAMPLE, BAD, quiet)) == [("bad-word", 2)]
        config = Config(rules={"bad-word": Setting.OFF, "quiet": Setting.ON})
        assert lines(reviewed(EXAMPLE, BAD, quiet, config=config)) == [("quiet", 3)]

    def test_overrides_are_for_their_paths(self) -> None:
        config = Config(overrides=(Override(("dev/",), {"bad-word": Setting.OFF}),))
        assert lines(reviewed(EXAMPLE, BAD, config=config, path="dev/Dockerfile")) == []
        assert lines(reviewed(EXAMPLE, BAD, config=config)) == [("bad-word", 2)]

    def test_ignored_files_are_not_reviewed(self) -> None:
        result = reviewed(EXAMPLE, BAD, config=Config(ignore_paths=("dev/",)), path="dev/Dockerfile")
        assert (result.findings, result.files) == ((), ())

    @pytest.mark.parametrize(
        ("fail_on", "failing"),
        [
            (FailOn.ERROR, [False, False, True]),
            (FailOn.WARNING, [False, True, True]),
            (FailOn.NOTICE, [True, True, True]),
            (FailOn.NEVER, [False, False, False]),
        ],
    )
    def test_what_fails_a_review(self, fail_on: FailOn, failing: list[bool]) -> None:
        results = [reviewed(EXAMPLE, made("bad-word", each_match("BAD"), severity=severity)) for severity in Severity]
        assert [fails(result, fail_on) for result in results] == failing
        assert not fails(reviewed("FROM a\n", BAD), fail_on)


class TestFingerprints:
    @staticmethod
    def of(text: str, path: str = "Dockerfile") -> list[str]:
        return [finding.fingerprint for finding in reviewed(text, BAD, path=path).findings]

    def test_they_do_not_move_with_lines_and_blanks(self) -> None:
        assert self.of("FROM a\nRUN BAD\n") == self.of("FROM a\n\n# More.\nRUN x\n  RUN   BAD  \r\n")

    def test_equal_lines_have_different_ones_that_stay(self) -> None:
        first, second = self.of("FROM a\nRUN BAD\nRUN BAD\n")
        assert first != second
        assert self.of("FROM a\nRUN BAD\n") == [first]
        assert self.of("FROM a\nRUN BAD BAD\n") != [first, second]

    def test_text_path_and_rule_make_them(self) -> None:
        (one,) = self.of("FROM a\nRUN BAD\n")
        assert re.fullmatch("[0-9a-f]{32}", one)
        other_rule = reviewed("FROM a\nRUN BAD\n", made("other", each_match("BAD"))).findings[0].fingerprint
        others = [*self.of("FROM a\nRUN BAD x\n"), *self.of("FROM a\nRUN BAD\n", "b/Dockerfile"), other_rule]
        assert len({one, *others}) == 4

    def test_any_bytes_are_fine(self) -> None:
        assert len(self.of("FROM a\nRUN BAD \udcff\n")) == 1


class TestIgnoreComments:
    @pytest.mark.parametrize(
        "comment",
        [
            "# dockwright ignore=bad-word",
            "# dockwright ignore=DL0001 a reason",
            "# dockwright file ignore=BadWord",
            "# hadolint ignore=DL0001",
            "# hadolint ignore=DL9999,dl0001",
            "# check=skip=BadWord",
            "# check=skip=all",
            "# dockwright stage ignore=bad-word",
        ],
    )
    def test_a_finding_is_left_out(self, comment: str) -> None:
        assert lines(reviewed(f"{comment}\nFROM a BAD\nRUN WRONG\n", BAD, WORSE)) == [("worse-word", 3)]

    def test_only_where_it_begins_on_a_covered_line(self) -> None:
        text = "FROM a\nRUN BAD \\\n  # dockwright ignore=bad-word\n  BAD \\\n  BAD\n"
        assert lines(reviewed(text, BAD)) == [("bad-word", 2), ("bad-word", 5)]

    def test_skipping_all_of_buildkit_leaves_our_own_rules(self) -> None:
        assert lines(reviewed("# check=skip=all\nFROM a\nRUN BAD WRONG\n", BAD, WORSE)) == [("worse-word", 3)]


class TestUnusedComments:
    TEXT = "FROM a\n# dockwright ignore=bad-word\nRUN fine\n"

    def told(self, text: str, *rules: Rule, config: Config | None = None, changed: Lines | None = None) -> list[str]:
        result = reviewed(
            text,
            *rules,
            *OF_COMMENTS,
            config=config,
            changed_lines=None if changed is None else {"Dockerfile": changed},
        )
        return [f"{finding.rule} {finding.span.text}" for finding in result.findings]

    def test_one_that_ignores_nothing_is_told(self) -> None:
        assert self.told(self.TEXT, BAD) == ["unused-suppression # dockwright ignore=bad-word"]

    def test_one_that_ignores_something_is_not(self) -> None:
        assert self.told(self.TEXT.replace("fine", "BAD"), BAD) == []

    def test_it_is_judged_before_lines_are_left_out(self) -> None:
        text = "FROM a\n# dockwright ignore=bad-word\nRUN BAD\n"
        assert self.told(text, BAD, changed=Lines((range(2, 3),))) == []

    @pytest.mark.parametrize(("line", "is_told"), [(1, False), (2, True), (3, True)])
    def test_it_is_told_when_it_or_what_it_covers_changed(self, line: int, is_told: bool) -> None:  # noqa: FBT001
        assert bool(self.told(self.TEXT, BAD, changed=Lines((range(line, line + 1),)))) is is_told

    def test_not_for_a_rule_that_is_off(self) -> None:
        assert self.told(self.TEXT, BAD, config=Config(rules={"bad-word": Setting.OFF})) == []
        assert self.told(self.TEXT, made("bad-word", each_match("BAD"), enabled=False)) == []

    def test_not_for_a_rule_that_broke(self) -> None:
        assert self.told(self.TEXT, made("bad-word", broken)) == []

    def test_not_in_a_file_with_errors(self) -> None:
        assert self.told(self.TEXT + "RUNN x\n", BAD) == []

    def test_not_if_the_rules_about_comments_are_off(self) -> None:
        off = {rule.id: Setting.OFF for rule in OF_COMMENTS}
        text = self.TEXT + "# dockwright ignore=nothing\nRUN x\n"
        assert self.told(text, BAD, config=Config(rules=off)) == []
        assert len(self.told(text, BAD)) == 2

    def test_they_can_be_ignored_themselves(self) -> None:
        text = "# dockwright file ignore=unused-suppression,unknown-suppression\n" + self.TEXT
        assert self.told(text + "# dockwright ignore=nothing\nRUN x\n", BAD) == []


class TestChangedLines:
    CAUSED = made("caused", each_match("BAD", cause="why"))

    @pytest.mark.parametrize(
        ("text", "changed", "found"),
        [
            ("FROM a\nRUN BAD\nRUN BAD\n", (range(3, 4),), [3]),
            ("FROM a\nRUN BAD\nRUN BAD\n", (range(1, 2),), []),
            ("FROM a\nRUN why\nRUN BAD\n", (range(2, 3),), [3]),
            ("FROM a\nRUN why\nRUN BAD\n", (), []),
            ("FROM a\nRUN x\nRUN BAD\n", (range(1, 1000),), [3]),
        ],
    )
    def test_a_place_or_a_cause_has_changed(self, text: str, changed: tuple[range, ...], found: list[int]) -> None:
        result = reviewed(text, self.CAUSED, changed_lines={"Dockerfile": Lines(changed)})
        assert [line for _, line in lines(result)] == found

    def test_a_file_that_did_not_change_has_no_findings(self) -> None:
        assert lines(reviewed(EXAMPLE, BAD, changed_lines={})) == []

    def test_fingerprints_are_those_of_the_whole_review(self) -> None:
        text = "FROM a\nRUN BAD\nRUN BAD\n"
        whole = reviewed(text, BAD).findings
        changed = reviewed(text, BAD, changed_lines={"Dockerfile": Lines((range(3, 4),))}).findings
        assert [finding.fingerprint for finding in changed] == [whole[1].fingerprint]


class TestBrokenRules:
    def test_the_others_go_on(self) -> None:
        result = reviewed(EXAMPLE, made("broken", broken), BAD)
        assert lines(result) == [("bad-word", 2)]
        assert len(result.broken_rules) == 1
        assert re.fullmatch(
            r"`broken` failed on `Dockerfile`: LookupError: no such thing \([\w.]*test_review, line \d+\)",
            result.broken_rules[0],
        )

    def test_what_it_found_before_stays(self) -> None:
        def half(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
            yield from each_match("BAD")(dockerfile, project)
            yield from broken(dockerfile, project)

        result = reviewed(EXAMPLE, made("half", half))
        assert lines(result) == [("half", 2)]
        assert len(result.broken_rules) == 1


def test_all_rules_have_names_of_their_own() -> None:
    rules = all_rules()
    assert [rule.id for rule in rules] == sorted({rule.id for rule in rules})
    names = rule_names()
    assert all(names.resolve(rule.id) == (rule.id,) for rule in rules)


@given(st.text(st.sampled_from("FROM RUN\\\n#ab<E$'\"{}=\r\udcff,"), max_size=80))
def test_no_text_breaks_a_rule(text: str) -> None:
    result = review([Source("Dockerfile", text)], project=PROJECT, config=Config())
    assert result.broken_rules == ()
