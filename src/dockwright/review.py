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
from dockwright.options import FailOn, Profile
from dockwright.rule_names import RuleNames
from dockwright.rules import Rule, all_rules, rules_of_dockerfiles, rules_of_files, rules_online
from dockwright.source import encode
from dockwright.suppress import comments_of, suppress, suppressions, unknown, unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dockwright.config import Config
    from dockwright.diff import Lines
    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Online
    from dockwright.finding import Problem, Unreadable
    from dockwright.image import ImageUse
    from dockwright.project import Project
    from dockwright.shellcheck import Found, ShellCheck
    from dockwright.source import Source, Span
    from dockwright.suppress import Suppression

    ChangedLines = Mapping[str, Lines]
    AskOnline = Callable[[Sequence[ImageUse]], Online]
    Within = Callable[[str], bool]

_FINGERPRINT = 32  # hexadecimal digits: 128 bits
UNUSED = "unused-suppression"
UNKNOWN = "unknown-suppression"
SHELLCHECK = "shellcheck"
"""The name of all of ShellCheck's codes together; each is a rule `shellcheck:SC2086`."""
_TOGETHER = 100  # Dockerfiles whose scripts one process of ShellCheck reads


def rule_names(rules: Iterable[Rule] | None = None) -> RuleNames:
    """Return what the rules (all, unless given) may be called; they are loaded when a name first matters."""
    return RuleNames(
        lambda: {SHELLCHECK: ()} | {rule.id: rule.aliases for rule in (all_rules() if rules is None else rules)}
    )


def applied(within: Within | None) -> tuple[Rule, ...]:
    """Return the rules that a review applies: those of whole repositories only where it is of more than Dockerfiles."""
    return rules_of_dockerfiles() if within is None else rules_of_files()


def told(result: Result, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules for a report: those that were applied, and those online and of ShellCheck's with findings."""
    named = {each.rule for each in result.findings} - {each.id for each in rules}
    if named:
        rules = (*rules, *(each for each in rules_online() if each.id in named))
    codes = sorted({each.rule for each in result.findings if each.rule.startswith(f"{SHELLCHECK}:")})
    return rules if not codes else (*rules, *(rule_of_code(code) for code in codes))


def rule_of_code(name: str) -> Rule:
    """Return the rule that one of ShellCheck's codes is (`shellcheck:SC2086`)."""
    from dockwright.shellcheck import code_of

    code = code_of(name)
    assert code is not None, "only codes are called so"  # noqa: S101
    return Rule(code.id, code.page, code.severity, code.enabled, code.aliases, code.since, None)


def review(  # noqa: PLR0913 - one for each thing that a review is of, or asks
    sources: Iterable[Source],
    *,
    project: Project,
    config: Config,
    changed_lines: ChangedLines | None = None,
    rules: Iterable[Rule] | None = None,
    unreadable: Iterable[Unreadable] = (),
    within: Within | None = None,
    shellcheck: ShellCheck | None = None,
    online: AskOnline | None = None,
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
        shellcheck: what reads the scripts as well; it has notes where that went wrong.
        online: what asks registries about base images; without it no online rule runs.
    """
    chosen = None if rules is None else tuple(rules)
    reviewer = _Reviewer(applied(within) if chosen is None else chosen, rule_names(chosen), project, config)
    findings: list[Finding] = []
    files: list[str] = []
    asked: list[Source] = []
    for some in _batches(sources, 1 if shellcheck is None else _TOGETHER):
        wanted = [source for source in some if not config.ignores(source.path)]
        if shellcheck is not None:
            reviewer.ask(shellcheck, wanted)
        for source in wanted:
            files.append(source.path)
            findings += reviewer.guarded(source)
        asked += wanted if online is not None else ()
    if online is not None:
        running = rules_online() if chosen is None else chosen
        findings += reviewer.online(online, asked, changed_lines, running)
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


def _batches(sources: Iterable[Source], size: int) -> Iterator[list[Source]]:
    batch: list[Source] = []
    for source in sources:
        batch.append(source)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class _Active(Struct, frozen=True):
    """A rule that applies to a file, with its severity there; None if only some of what it finds is told."""

    rule: Rule
    severity: Severity | None


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
        self._parsed: dict[Source, Dockerfile] = {}
        self._said: Mapping[Source, tuple[Found, ...]] = {}
        self._everywhere: Mapping[str, _Active] | None = None

    def ask(self, shellcheck: ShellCheck, sources: Iterable[Source]) -> None:
        """Ask ShellCheck about some files, which are reviewed next."""
        self._parsed, self._said = {}, {}
        try:
            self._parsed = {source: parse(source) for source in sources}
            self._said = shellcheck.check(self._parsed.values())
        except Exception as error:  # noqa: BLE001 - as below; which file it was shows in the review of each
            self.broken.append(_describe("asking ShellCheck", "some files", error))

    def guarded(self, source: Source) -> tuple[Finding, ...]:
        """Return all findings of a file; a bug of ours is noted with the file, and the other files go on."""
        try:
            return self.file(source)
        except Exception as error:  # noqa: BLE001 - a bug that one file brings out must not hide the others
            self.broken.append(_describe("the engine", source.path, error))
            return ()

    def file(self, source: Source) -> tuple[Finding, ...]:
        """Return all findings of a file."""
        dockerfile = self._parsed.pop(source, None) or parse(source)
        active = self._applied(source.path)
        silent: set[str] = set()
        concerned = [each for each in active.values() if each.rule.concerns(dockerfile)]
        problems = [each for rule in concerned for each in self._problems(rule, dockerfile, silent)]
        found = _findings([*problems, *self._of_shellcheck(source)])
        comments = suppressions(dockerfile)
        if not comments:
            return found
        kept, used = suppress(found, comments, self.names)
        of_files = {rule.id for rule in self.rules if rule.check is not None}
        whole = {name for name, each in active.items() if self._is_whole(each.rule, source.path)}
        judged = frozenset[str]() if dockerfile.errors else (whole & of_files) - silent
        if source in self._said:
            judged |= {each for each in self._codes(comments) if self._of_code(each, source.path) is not None}
        about = {
            UNKNOWN: unknown(comments, self.names),
            UNUSED: unused(comments, used, self.names, judged=judged),
        }
        of_comments = _findings([(active[rule], each) for rule in about if rule in active for each in about[rule]])
        return tuple(sorted((*kept, *suppress(of_comments, comments, self.names)[0]), key=_place))

    def _applied(self, path: str) -> Mapping[str, _Active]:
        """Return the rules that apply to a file, by their ids: to every file the same, if nothing is overridden."""
        if self._everywhere is not None:
            return self._everywhere
        found = {rule.id: here for rule in self.rules if (here := self._active(rule, path)) is not None}
        if not self.config.overrides:
            self._everywhere = found
        return found

    def _of_shellcheck(self, source: Source) -> Iterator[tuple[_Active, Problem]]:
        for each in self._said.get(source, ()):
            active = self._of_code(each.code, source.path)
            if active is not None:
                yield active, each.problem

    def _of_code(self, code: str, path: str) -> _Active | None:
        return self._active(rule_of_code(code), path)

    def _codes(self, comments: Iterable[Suppression]) -> set[str]:
        """Return the codes of ShellCheck that comments name."""
        named = (rule for each in comments for name in each.names for rule in each.rules(name, self.names))
        return {rule for rule in named if rule.startswith(f"{SHELLCHECK}:")}

    def whole(self, scope: _Scope) -> list[Finding]:
        """Return what rules find in the repository as a whole, where this review shows it."""
        problems: dict[str, list[tuple[_Active, Problem]]] = {}
        for rule in self.rules:
            for active, problem in self._project_problems(rule):
                problems.setdefault(problem.span.source.path, []).append((active, problem))
        found = [each for path in sorted(problems) for each in self._heeded(_findings(problems[path]))]
        placed = [each for finding in found if (each := _placed(finding, scope)) is not None]
        return self._heeded(placed)

    def online(
        self, ask: AskOnline, sources: Iterable[Source], changed: ChangedLines | None, rules: Iterable[Rule]
    ) -> list[Finding]:
        """Return what online rules find; only what names a base image on a changed line is asked about."""
        running = [rule for rule in rules if rule.check_online is not None]
        try:
            parsed = [parse(source) for source in sources]
            asked = [use for each in parsed for use in each.images if changed is None or _names_changed(use, changed)]
            known = ask(asked) if running and asked else None
        except Exception as error:  # noqa: BLE001 - as below
            self.broken.append(_describe("asking registries", "some files", error))
            return []
        found: list[Finding] = []
        for dockerfile in parsed if known is not None else ():
            assert known is not None  # noqa: S101 - as just asked
            found += _findings([each for rule in running for each in self._online_problems(rule, dockerfile, known)])
        return self._heeded(found if changed is None else [each for each in found if _changed(each, changed)])

    def _online_problems(self, rule: Rule, dockerfile: Dockerfile, known: Online) -> Iterator[tuple[_Active, Problem]]:
        active = self._active(rule, dockerfile.source.path)
        if active is None or rule.check_online is None:
            return
        try:
            for problem in rule.check_online(dockerfile, self.project, known):
                yield active, problem
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not hide what the others find
            self.broken.append(_describe(f"`{rule.id}`", dockerfile.source.path, error))

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
                active = None if active is None else self._about(active, problem, path)
                if active is not None:
                    yield active, problem
        except Exception as error:  # noqa: BLE001 - as for the rules of single files
            self.broken.append(_describe(f"`{rule.id}`", "the repository", error))

    def _maybe_active(self, rule: Rule) -> bool:
        """Tell whether a rule may apply to some file: asked before it costs anything."""
        names = (rule.id, *rule.aliases)
        return self._active(rule, "") is not None or any(
            name in each.rules for each in self.config.overrides for name in names
        )

    def _heeded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Leave out what comments in the findings' own files ignore."""
        kept: list[Finding] = []
        for source, some in _by_source(findings).items():
            kept += suppress(some, comments_of(source), self.names)[0]
        return kept

    def _active(self, rule: Rule, path: str) -> _Active | None:
        """Return a rule as it applies to a file; None if nothing that it finds is told."""
        severity = self._severity(rule, rule.aliases, path)
        if severity is not None or any(self._severity(rule, (alias,), path) is not None for alias in rule.aliases):
            return _Active(rule, severity)
        return None

    def _about(self, active: _Active, problem: Problem, path: str) -> _Active | None:
        """Return a rule with the severity of one of its problems; None if that is not told."""
        if problem.aliases is not None:
            active = _Active(active.rule, self._severity(active.rule, problem.aliases, path))
        return None if active.severity is None else active

    def _is_whole(self, rule: Rule, path: str) -> bool:
        """Tell whether everything that a rule finds is told."""
        combined = (rule.aliases, *((alias,) for alias in rule.aliases))
        return all(self._severity(rule, aliases, path) is not None for aliases in combined)

    def _severity(self, rule: Rule, aliases: tuple[str, ...], path: str) -> Severity | None:
        """Return how severe it is what a rule finds that has these names elsewhere; None if it is not told."""
        match self.config.setting(rule.id, path, aliases):
            case Setting.OFF:
                return None
            case None:
                return self._in_profile(rule, aliases)
            case Setting.ON:
                return self._in_profile(rule, aliases) or rule.severity
            case setting:
                return Severity[setting.name]

    def _in_profile(self, rule: Rule, aliases: tuple[str, ...]) -> Severity | None:
        if rule.check_online is not None:
            return rule.severity  # they are switched on together, and run nowhere else
        if self.config.profile is Profile.DEFAULT:
            return rule.severity if rule.enabled else None
        from dockwright.config.profiles import severity_in

        return severity_in(self.config.profile, rule.id, aliases, declared=rule.severity, enabled=rule.enabled)

    def _problems(self, active: _Active, dockerfile: Dockerfile, silent: set[str]) -> Iterator[tuple[_Active, Problem]]:
        """Run a rule; one that raises is noted, and the others go on."""
        if active.rule.check is None:
            return
        try:
            for problem in active.rule.check(dockerfile, self.project):
                here = self._about(active, problem, dockerfile.source.path)
                if here is not None:
                    yield here, problem
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
        rule, severity = active.rule, active.severity
        key = (problem.span, rule.id, problem.message)
        if key in made or severity is None:
            continue
        text = _identity(rule, problem.span)
        seen[text] = seen.get(text, 0) + 1
        made[key] = Finding(
            rule.id,
            rule.aliases if problem.aliases is None else problem.aliases,
            severity if problem.at_most is None else min(severity, problem.at_most),
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


def _names_changed(use: ImageUse, changed: ChangedLines) -> bool:
    """Tell whether an image is named on a changed line, or by an `ARG` on one."""
    spans = (use.span, *(() if use.traced is None else (span for span in use.traced.spans if span is not None)))
    return any((lines := changed.get(span.source.path)) is not None and lines.touch(span.lines) for span in spans)


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
