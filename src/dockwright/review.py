"""Reviewing: sources in, findings out.

Problems as checks yield them become findings here: with the severity that is configured, a fingerprint, without what a
comment ignores, and, if asked, only on changed lines. A problem that rules find in the repository as a whole is shown
where the author can act on it in this review: in its own file, or, if that is not under review, where a cause of it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dockwright.config import Setting
from dockwright.dockerfile import parse
from dockwright.facts.builds import build_files
from dockwright.finding import Finding, Related, Result, Severity
from dockwright.options import FailOn
from dockwright.rule_names import RuleNames
from dockwright.rules import all_rules, rules_of_dockerfiles
from dockwright.source import encode
from dockwright.suppress import comments_of, suppress, suppressions, unknown, unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dockwright.config import Config
    from dockwright.diff import Lines
    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem, Unreadable
    from dockwright.project import Project
    from dockwright.rules import Rule
    from dockwright.source import Source, Span

    ChangedLines = Mapping[str, Lines]
    Within = Callable[[str], bool]

_FINGERPRINT = 32  # hexadecimal digits: 128 bits
UNUSED = "unused-suppression"
UNKNOWN = "unknown-suppression"


def rule_names(rules: Iterable[Rule] | None = None) -> RuleNames:
    """Return what the rules (all, unless given) may be called; they are loaded when a name first matters."""
    return RuleNames(lambda: {rule.id: rule.aliases for rule in (all_rules() if rules is None else rules)})


def applied(within: Within | None) -> tuple[Rule, ...]:
    """Return the rules that a review applies: those of whole repositories only where it is of more than Dockerfiles."""
    return rules_of_dockerfiles() if within is None else all_rules()


def review(
    sources: Iterable[Source],
    *,
    project: Project,
    config: Config,
    changed_lines: ChangedLines | None = None,
    rules: Iterable[Rule] | None = None,
    unreadable: Iterable[Unreadable] = (),
    within: Within | None = None,
) -> Result:
    """Review Dockerfiles, and the files that say how they are built.

    Args:
        sources: the files; those that the configuration ignores are left out.
        project: their surroundings.
        config: what the user set.
        changed_lines: the changed lines by path; findings elsewhere are left out, unless a changed line causes them.
            None is a review of everything.
        rules: the rules to apply; unless given those that `applied` returns.
        unreadable: files that could not be read, for the result.
        within: tells of any file of the repository whether it is under review too; with None only `sources` are, and
            the rules of whole repositories do not run.
    """
    chosen = None if rules is None else tuple(rules)
    reviewer = _Reviewer(applied(within) if chosen is None else chosen, rule_names(chosen), project, config)
    findings: list[Finding] = []
    files: list[str] = []
    for source in sources:
        if not config.ignores(source.path):
            files.append(source.path)
            findings += reviewer.guarded(source)
    if changed_lines is not None:
        findings = [finding for finding in findings if _changed(finding, changed_lines)]
    if within is not None:
        scope = _Scope(frozenset(files), within, changed_lines)
        findings += reviewer.whole(scope)
        others = [path for path in build_files(project.tree) if path not in scope.sources and scope.holds(path)]
        findings += [each for path in others for each in reviewer.comments(path) if scope.shows(each.span)]
        files += others
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


class _Scope(Struct, frozen=True):
    """What is under review: Dockerfiles, other files, and which of their lines."""

    sources: frozenset[str]
    within: Within
    changed_lines: ChangedLines | None

    def holds(self, path: str) -> bool:
        """Tell whether a file is under review, at least in part."""
        if self.changed_lines is not None and path not in self.changed_lines:
            return False
        return path in self.sources or self.within(path)

    def shows(self, span: Span) -> bool:
        """Tell whether a place is under review."""
        lines = None if self.changed_lines is None else self.changed_lines.get(span.source.path)
        return self.holds(span.source.path) and (lines is None or lines.touch(span.lines))


class _Reviewer:
    """One run: what stays the same from file to file."""

    def __init__(self, rules: tuple[Rule, ...], names: RuleNames, project: Project, config: Config) -> None:
        self.rules = rules
        self.names = names
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
        of_files = {rule.id for rule in self.rules if rule.check is not None}
        judged = frozenset[str]() if dockerfile.errors else (active.keys() & of_files) - silent
        about = {
            UNKNOWN: unknown(comments, self.names),
            UNUSED: unused(comments, used, self.names, judged=judged),
        }
        of_comments = _findings([(active[rule], each) for rule in about if rule in active for each in about[rule]])
        return tuple(sorted((*kept, *suppress(of_comments, comments, self.names)[0]), key=_place))

    def whole(self, scope: _Scope) -> list[Finding]:
        """Return what rules find in the repository as a whole, where this review shows it."""
        problems: dict[str, list[tuple[_Active, Problem]]] = {}
        for rule in self.rules:
            for active, problem in self._project_problems(rule):
                problems.setdefault(problem.span.source.path, []).append((active, problem))
        found = [each for path in sorted(problems) for each in self._heeded(_findings(problems[path]))]
        placed = [each for finding in found if (each := _placed(finding, scope)) is not None]
        return self._heeded(placed)

    def comments(self, path: str) -> tuple[Finding, ...]:
        """Return what is wrong with the ignore comments of a file that is no Dockerfile."""
        source = self.project.tree.read(path)
        rule = next((each for each in self.rules if each.id == UNKNOWN), None)
        active = None if rule is None or self.config.ignores(path) else self._active(rule, path)
        if active is None or source is None:
            return ()
        return _findings([(active, each) for each in unknown(comments_of(source), self.names)])

    def _project_problems(self, rule: Rule) -> Iterator[tuple[_Active, Problem]]:
        if rule.check_project is None or not self._maybe_active(rule):
            return
        try:
            for problem in rule.check_project(self.project):
                path = problem.span.source.path
                active = None if self.config.ignores(path) else self._active(rule, path)
                if active is not None:
                    yield active, problem
        except Exception as error:  # noqa: BLE001 - as for the rules of single files
            self.broken.append(_describe(f"`{rule.id}`", "the repository", error))

    def _maybe_active(self, rule: Rule) -> bool:
        """Tell whether a rule may apply to some file: asked before it costs anything."""
        return self._active(rule, "") is not None or any(rule.id in each.rules for each in self.config.overrides)

    def _heeded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Leave out what comments in the findings' own files ignore."""
        kept: list[Finding] = []
        for source, some in _by_source(findings).items():
            kept += suppress(some, comments_of(source), self.names)[0]
        return kept

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
            problem.related,
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


def _by_source(findings: Iterable[Finding]) -> dict[Source, list[Finding]]:
    found: dict[Source, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.span.source, []).append(finding)
    return found


def _placed(finding: Finding, scope: _Scope) -> Finding | None:
    """Return a finding where the review shows it; None if it has nothing to do with what is under review."""
    if scope.shows(finding.span):
        return finding
    cause = next((span for span in finding.causes if scope.shows(span)), None)
    if cause is None:
        return None
    if scope.holds(finding.span.source.path):
        return finding
    related = (Related(finding.span, "this is where it is"), *(each for each in finding.related if each.span != cause))
    return structs.replace(finding, span=cause, related=related)
