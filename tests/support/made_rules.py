"""Rules for tests of the engine, and a review with them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from dockwright.config import Config
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.fix import Fixed, fix
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import Rule
from dockwright.source import Edit, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Result
    from dockwright.review import ChangedLines

    Check = Callable[[Dockerfile, Project], Iterator[Problem]]

PROJECT = Project(tree=MemoryTree(), today=date(2026, 11, 23))


def made(
    identifier: str,
    check: Check,
    *,
    severity: Severity = Severity.WARNING,
    enabled: bool = True,
    aliases: tuple[str, ...] = (),
) -> Rule:
    """Make a rule."""
    return Rule(identifier, f"{identifier}\n", severity, enabled, aliases, "0.1.0", check)


def each_match(pattern: str, *, at_most: Severity | None = None, cause: str | None = None) -> Check:
    """Check for a pattern in the text; `cause` is a pattern of the place that brings it about."""

    def check(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
        source = dockerfile.source
        causes = [source.span(*match.span()) for match in re.finditer(cause, source.text)] if cause else []
        for match in re.finditer(pattern, source.text):
            yield Problem(source.span(*match.span()), f"Found `{match[0]}`", causes=tuple(causes), at_most=at_most)

    return check


def replacing(pattern: str, text: str, *, applicability: Applicability = Applicability.SAFE) -> Check:
    """Check for a pattern, with the fix to write something else."""

    def check(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
        source = dockerfile.source
        for match in re.finditer(pattern, source.text):
            span = source.span(*match.span())
            written = Fix("Write something else", (Edit(span, match.expand(text)),), applicability)
            yield Problem(span, f"Found `{match[0]}`", written)

    return check


def reviewed(
    text: str,
    *rules: Rule,
    config: Config | None = None,
    changed_lines: ChangedLines | None = None,
    path: str = "Dockerfile",
) -> Result:
    """Review one file."""
    return review(
        [Source(path, text)], project=PROJECT, config=config or Config(), changed_lines=changed_lines, rules=rules
    )


def fixed(text: str, *rules: Rule, unsafe: bool = False, changed_lines: ChangedLines | None = None) -> Fixed:
    """Fix one file."""
    sources = [Source("Dockerfile", text)]
    return fix(sources, unsafe=unsafe, project=PROJECT, config=Config(), changed_lines=changed_lines, rules=rules)
