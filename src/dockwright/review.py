"""Reviewing: sources in, findings out.

Problems as checks yield them become findings here: with the severity that is configured, a fingerprint, without what a
comment ignores, and, if asked, only on changed lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import Setting
from dockwright.dockerfile import parse
from dockwright.finding import Finding, Result, Severity
from dockwright.options import FailOn
from dockwright.rule_names import RuleNames
from dockwright.rules import all_rules
from dockwright.source import encode
from dockwright.suppress import suppress, suppressions, unknown, unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.config import Config
    from dockwright.diff import Lines
    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem, Unreadable
    from dockwright.project import Project
    from dockwright.rules import Rule
    from dockwright.source import Source, Span

    ChangedLines = Mapping[str, Lines]

_FINGERPRINT = 32  # hexadecimal digits: 128 bits
UNUSED = "unused-suppression"
UNKNOWN = "unknown-suppression"


def rule_names(rules: Iterable[Rule] | None = None) -> RuleNames:
    """Return what the rules (all, unless given) may be called."""
    return RuleNames({rule.id: rule.aliases for rule in (all_rules() if rules is None else rules)})


def review(
    sources: Iterable[Source],
    *,
    project: Project,
    config: Config,
    changed_lines: ChangedLines | None = None,
    rules: Iterable[Rule] | None = None,
    unreadable: Iterable[Unreadable] = (),
) -> Result:
    """Review Dockerfiles.

    Args:
        sources: the files; those that the configuration ignores are left out.
        project: their surroundings.
        config: what the user set.
        changed_lines: the changed lines by path; findings elsewhere are left out, unless a changed line causes them.
            None is a review of everything.
        rules: the rules to apply; all of them unless given.
        unreadable: files that could not be read, for the result.
    """
    reviewer = _Reviewer(tuple(all_rules() if rules is None else rules), project, config)
    findings: list[Finding] = []
    files: list[str] = []
    for source in sources:
        if not config.ignores(source.path):
            files.append(source.path)
            findings += reviewer.guarded(source)
    if changed_lines is not None:
        findings = [finding for finding in findings if _changed(finding, changed_lines)]
    findings.sort(key=_place)
    return Result(tuple(findings), tuple(sorted(files)), tuple(unreadable), tuple(reviewer.broken))


def fails(result: Result, fail_on: FailOn) -> bool:
    """Tell whether a finding is severe enough to fail the review."""
    return fail_on is not FailOn.NEVER and any(
        finding.severity >= Severity[fail_on.name] for finding in result.findings
    )


class _Active(Struct, frozen=True):
    """A rule that applies to a file, with its severity there."""

    rule: Rule
    severity: Severity


class _Reviewer:
    """One run: what stays the same from file to file."""

    def __init__(self, rules: tuple[Rule, ...], project: Project, config: Config) -> None:
        self.rules = rules
        self.names = rule_names(rules)
        self.project = project
        self.config = config
        self.broken: list[str] = []

    def guarded(self, source: Source) -> tuple[Finding, ...]:
        """Return all findings of a file; a bug of ours is noted with the file, and the other files go on."""
        try:
            return self.file(source)
        except Exception as error:  # noqa: BLE001 - a bug that one file brings out must not hide the others
            self.broken.append(_describe("the engine", source.path, error))
            return ()

    def file(self, source: Source) -> tuple[Finding, ...]:
        """Return all findings of a file."""
        dockerfile = parse(source)
        active = {rule.id: here for rule in self.rules if (here := self._active(rule, source.path)) is not None}
        silent: set[str] = set()
        found = _findings([each for rule in active.values() for each in self._problems(rule, dockerfile, silent)])
        comments = suppressions(dockerfile)
        if not comments:
            return found
        kept, used = suppress(found, comments, self.names)
        judged = frozenset[str]() if dockerfile.errors else active.keys() - silent - {UNUSED, UNKNOWN}
        about = {
            UNKNOWN: unknown(comments, self.names),
            UNUSED: unused(comments, used, self.names, judged=judged),
        }
        of_comments = _findings([(active[rule], each) for rule in about if rule in active for each in about[rule]])
        return tuple(sorted((*kept, *suppress(of_comments, comments, self.names)[0]), key=_place))

    def _active(self, rule: Rule, path: str) -> _Active | None:
        match self.config.setting(rule.id, path):
            case Setting.OFF:
                return None
            case None:
                return _Active(rule, rule.severity) if rule.enabled else None
            case Setting.ON:
                return _Active(rule, rule.severity)
            case setting:
                return _Active(rule, Severity[setting.name])

    def _problems(self, active: _Active, dockerfile: Dockerfile, silent: set[str]) -> Iterator[tuple[_Active, Problem]]:
        """Run a rule; one that raises is noted, and the others go on."""
        if active.rule.check is None:
            return
        try:
            for problem in active.rule.check(dockerfile, self.project):
                yield active, problem
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not hide what the others find
            silent.add(active.rule.id)
            self.broken.append(_describe(f"`{active.rule.id}`", dockerfile.source.path, error))


def _describe(part: str, path: str, error: Exception) -> str:
    """Say which part of ours failed on which file, and where in our code."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__") if trace is not None else None
    place = f" ({module}, line {trace.tb_lineno})" if trace is not None else ""
    return f"{part} failed on `{path}`: {type(error).__name__}: {error}{place}"


def _findings(problems: list[tuple[_Active, Problem]]) -> tuple[Finding, ...]:
    """Make findings of one file's problems, in order of their places, each once."""
    made: dict[tuple[Span, str, str], Finding] = {}
    seen: dict[str, int] = {}
    for active, problem in sorted(problems, key=lambda each: (each[1].span.start, each[1].span.end, each[0].rule.id)):
        rule = active.rule
        key = (problem.span, rule.id, problem.message)
        if key in made:
            continue
        text = _identity(rule, problem.span)
        seen[text] = seen.get(text, 0) + 1
        made[key] = Finding(
            rule.id,
            rule.aliases,
            active.severity if problem.at_most is None else min(active.severity, problem.at_most),
            problem.message,
            problem.span,
            problem.fix,
            problem.causes,
            _digest(f"{text}\0{seen[text]}"),
        )
    return tuple(made.values())


def _identity(rule: Rule, span: Span) -> str:
    """Return what makes a finding the same one in another version of the file: never a line number."""
    lines = (span.source.line(number) for number in span.lines)
    text = " ".join(word for line in lines for word in line.split())
    return f"{rule.id}\0{span.source.path}\0{text}"


def _digest(text: str) -> str:
    from hashlib import sha256  # it loads OpenSSL, which a clean file need not wait for

    return sha256(encode(text)).hexdigest()[:_FINGERPRINT]


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.span.source.path, finding.span.start, finding.span.end, finding.rule


def _changed(finding: Finding, changed: ChangedLines) -> bool:
    return any(
        (lines := changed.get(span.source.path)) is not None and lines.touch(span.lines)
        for span in (finding.span, *finding.causes)
    )
