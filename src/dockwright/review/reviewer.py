"""The engine: runs the rules, heeds ignore comments, and notes what of ours breaks, so that the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.review.activation import Activation, Active
from dockwright.review.findings import by_source, findings_of, place
from dockwright.review.names import SHELLCHECK, rule_of_code
from dockwright.review.scope import is_changed, names_changed, placed
from dockwright.suppress import comments_of, suppress, suppressions, unknown, unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dockwright.config import Config
    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Online
    from dockwright.finding import Finding, Problem
    from dockwright.image import ImageUse
    from dockwright.project import Project
    from dockwright.review.scope import ChangedLines, Scope
    from dockwright.rule_names import RuleNames
    from dockwright.rules import Rule
    from dockwright.shellcheck import Found, ShellCheck
    from dockwright.source import Source
    from dockwright.suppress import Suppression

    AskOnline = Callable[[Sequence[ImageUse]], Online]

_UNUSED = "unused-suppression"
_UNKNOWN = "unknown-suppression"


class Reviewer:
    """One run: what stays the same from file to file."""

    def __init__(self, rules: tuple[Rule, ...], names: RuleNames, project: Project, config: Config) -> None:
        """Take what the run is of."""
        self.rules = rules
        self.names = names
        self.project = project
        self.config = config
        self.activation = Activation(rules, config)
        self.broken: list[str] = []
        self._parsed: dict[Source, Dockerfile] = {}
        self._said: Mapping[Source, tuple[Found, ...]] = {}

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
        active = self.activation.applied(source.path)
        silent: set[str] = set()
        problems: list[tuple[Active, Problem]] = []
        for each in self.activation.concerned(dockerfile, active):
            self._run(each, dockerfile, problems, silent)
        found = findings_of([*problems, *self._of_shellcheck(source)])
        comments = suppressions(dockerfile)
        if not comments:
            return found
        kept, used = suppress(found, comments, self.names)
        of_files = {rule.id for rule in self.rules if rule.check is not None}
        whole = {name for name, each in active.items() if self.activation.is_whole(each.rule, source.path)}
        judged = frozenset[str]() if dockerfile.errors else (whole & of_files) - silent
        if source in self._said:
            judged |= {each for each in self._codes(comments) if self._of_code(each, source.path) is not None}
        about = {
            _UNKNOWN: unknown(comments, self.names),
            _UNUSED: unused(comments, used, self.names, judged=judged),
        }
        of_comments = findings_of([(active[rule], each) for rule in about if rule in active for each in about[rule]])
        return tuple(sorted((*kept, *suppress(of_comments, comments, self.names)[0]), key=place))

    def _of_shellcheck(self, source: Source) -> Iterator[tuple[Active, Problem]]:
        for each in self._said.get(source, ()):
            active = self._of_code(each.code, source.path)
            if active is not None:
                yield active, each.problem

    def _of_code(self, code: str, path: str) -> Active | None:
        return self.activation.active(rule_of_code(code), path)

    def _codes(self, comments: Iterable[Suppression]) -> set[str]:
        """Return the codes of ShellCheck that comments name."""
        named = (rule for each in comments for name in each.names for rule in each.rules(name, self.names))
        return {rule for rule in named if rule.startswith(f"{SHELLCHECK}:")}

    def whole(self, scope: Scope) -> list[Finding]:
        """Return what rules find in the repository as a whole, where this review shows it."""
        problems: dict[str, list[tuple[Active, Problem]]] = {}
        for rule in self.rules:
            for active, problem in self._project_problems(rule):
                problems.setdefault(problem.span.source.path, []).append((active, problem))
        found = [each for path in sorted(problems) for each in self._heeded(findings_of(problems[path]))]
        shown = [each for finding in found if (each := placed(finding, scope)) is not None]
        return self._heeded(shown)

    def online(
        self, ask: AskOnline, sources: Iterable[Source], changed: ChangedLines | None, rules: Iterable[Rule]
    ) -> list[Finding]:
        """Return what online rules find; only what names a base image on a changed line is asked about."""
        running = [rule for rule in rules if rule.check_online is not None]
        try:
            parsed = [parse(source) for source in sources]
            asked = [use for each in parsed for use in each.images if changed is None or names_changed(use, changed)]
            known = ask(asked) if running and asked else None
        except Exception as error:  # noqa: BLE001 - as below
            self.broken.append(_describe("asking registries", "some files", error))
            return []
        found: list[Finding] = []
        for dockerfile in parsed if known is not None else ():
            assert known is not None  # noqa: S101 - as just asked
            found += findings_of([each for rule in running for each in self._online_problems(rule, dockerfile, known)])
        return self._heeded(found if changed is None else [each for each in found if is_changed(each, changed)])

    def _online_problems(self, rule: Rule, dockerfile: Dockerfile, known: Online) -> Iterator[tuple[Active, Problem]]:
        active = self.activation.active(rule, dockerfile.source.path)
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
        rule = next((each for each in self.rules if each.id == _UNKNOWN), None)
        active = None if rule is None or self.config.ignores(path) else self.activation.active(rule, path)
        if active is None or source is None:
            return ()
        return findings_of([(active, each) for each in unknown(comments_of(source), self.names)])

    def _project_problems(self, rule: Rule) -> Iterator[tuple[Active, Problem]]:
        if rule.check_project is None or not self.activation.maybe_active(rule):
            return
        try:
            for problem in rule.check_project(self.project):
                path = problem.span.source.path
                active = None if self.config.ignores(path) else self.activation.active(rule, path)
                active = None if active is None else self.activation.about(active, problem, path)
                if active is not None:
                    yield active, problem
        except Exception as error:  # noqa: BLE001 - as for the rules of single files
            self.broken.append(_describe(f"`{rule.id}`", "the repository", error))

    def _heeded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Leave out what comments in the findings' own files ignore."""
        kept: list[Finding] = []
        for source, some in by_source(findings).items():
            kept += suppress(some, comments_of(source), self.names)[0]
        return kept

    def _run(
        self, active: Active, dockerfile: Dockerfile, problems: list[tuple[Active, Problem]], silent: set[str]
    ) -> None:
        """Run a rule; one that raises is noted, and the others go on."""
        if active.rule.check is None:
            return
        try:
            for problem in active.rule.check(dockerfile, self.project):
                here = self.activation.about(active, problem, dockerfile.source.path)
                if here is not None:
                    problems.append((here, problem))
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
