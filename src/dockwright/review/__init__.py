"""Reviewing: sources in, findings out.

Problems as checks yield them become findings here: with the severity that is configured, a fingerprint, without what a
comment ignores, and, if asked, only on changed lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files
from dockwright.finding import Result, Severity
from dockwright.options import FailOn
from dockwright.review.findings import place
from dockwright.review.names import SHELLCHECK, applied, rule_names, rule_of_code, told
from dockwright.review.reviewer import Reviewer
from dockwright.review.scope import Scope, is_changed
from dockwright.rules import rules_online

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.config import Config
    from dockwright.finding import Finding, Unreadable
    from dockwright.project import Project
    from dockwright.review.reviewer import AskOnline as AskOnline
    from dockwright.review.scope import ChangedLines as ChangedLines
    from dockwright.review.scope import Within as Within
    from dockwright.rules import Rule
    from dockwright.shellcheck import ShellCheck
    from dockwright.source import Source

__all__ = [
    "SHELLCHECK",
    "applied",
    "fails",
    "review",
    "rule_names",
    "rule_of_code",
    "told",
]

_TOGETHER = 100  # Dockerfiles whose scripts one process of ShellCheck reads


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
    reviewer = Reviewer(applied(within) if chosen is None else chosen, rule_names(chosen), project, config)
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
        findings = [finding for finding in findings if is_changed(finding, changed_lines)]
    if within is not None:
        scope = Scope(frozenset(files), within, changed_lines)
        findings += reviewer.whole(scope)
        others = [path for path in build_files(project.tree) if path not in scope.sources and scope.holds(path)]
        findings += [each for path in others for each in reviewer.comments(path) if scope.shows(each.span)]
        files += others
    findings.sort(key=place)
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
