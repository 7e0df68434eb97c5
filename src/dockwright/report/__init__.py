"""Reports. A module in this folder is a format, named as on the command line; there is no other list.

The folder `plans` has those of updates.
Each has `render(result, context) -> str`, a pure function that ends its last line. All text from outside goes through
`dockwright.escape`. Whatever the files say, no report but `github` holds anything that GitHub's runner would take for a
command, so each may be printed in a workflow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from dockwright.finding import Applicability, Severity
from dockwright.source import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockwright.evidence.enrichment import Enrichment
    from dockwright.finding import Fix, Result
    from dockwright.source import Edit, Span

_MOST_OSV = 10
_LONGEST_ID = 120


class DescribedRule(Protocol):
    """What a report tells of a rule; `dockwright.rules.Rule` is one."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def title(self) -> str:
        """One line that says what it finds."""

    @property
    def page(self) -> str:
        """Its documentation, Markdown, whose first line is the title."""

    @property
    def severity(self) -> Severity:
        """How bad its findings are."""

    @property
    def enabled(self) -> bool:
        """Whether it applies."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Names of the same check elsewhere."""

    @property
    def since(self) -> str:
        """The version that brought it."""

    @property
    def fixable(self) -> bool:
        """Whether it offers fixes."""

    @property
    def online(self) -> bool:
        """Whether it runs only where registries are asked."""


class Context(Struct, frozen=True):
    """What a report needs besides the result.

    Attributes:
        rules: the rules that were applied; each finding's is among them.
        color: whether a terminal report is coloured.
        pages: the URL of the folder that holds the rules' pages (`<id>.md`), without a slash at its end; None where it
            is not known, and then nothing is linked.
        elsewhere: the fingerprints of findings that are already shown where `github` would annotate them.
    """

    rules: tuple[DescribedRule, ...]
    color: bool = False
    pages: str | None = None
    elsewhere: frozenset[str] = frozenset()

    def by_id(self) -> Mapping[str, DescribedRule]:
        """Return the rules by their ids."""
        return {rule.id: rule for rule in self.rules}

    def page(self, rule: str) -> str | None:
        """Return the URL of a rule's page, if it is known."""
        return None if self.pages is None else f"{self.pages}/{rule}.md"


def names() -> tuple[str, ...]:
    """Return the formats that there are, without importing them."""
    from pkgutil import iter_modules

    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.ispkg))


def render(name: str, result: Result, context: Context) -> str:
    """Render a result in a format of this folder."""
    renderer: Callable[[Result, Context], str] = import_module(f"{__name__}.{name}").render
    return renderer(result, context)


# --- what several formats say ---------------------------------------------------------------------------------------


def plural(count: int, word: str) -> str:
    """Return a number with its noun: `1 file`, `2 files`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def headline(result: Result) -> str:
    """Return how many findings of each severity there are, worst first: `1 error, 2 warnings`, or `no findings`."""
    counted = [(result.count(severity), severity.label) for severity in reversed(Severity)]
    return ", ".join([plural(count, label) for count, label in counted if count]) or "no findings"


def scope(result: Result) -> str:
    """Return in how many files there are findings: ` in 2 of 3 files`."""
    concerned = len({finding.span.source.path for finding in result.findings} & set(result.files))
    share = f"{concerned} of " if 0 < concerned < len(result.files) else ""
    return f" in {share}{plural(len(result.files), 'file')}"


def remarks(result: Result) -> list[str]:
    """Return what can be fixed and what went wrong, in phrases."""
    parts = _fixable(result)
    if result.unreadable:
        parts.append(f"{plural(len(result.unreadable), 'file')} not reviewed")
    if result.broken_rules:
        parts.append(f"{plural(len(result.broken_rules), 'bug')} in Dockwright came up")
    return parts


def summary(result: Result) -> str:
    """Return one sentence: what was found in how many files, what can be fixed, what went wrong."""
    if not result.files and not result.unreadable and not result.findings:
        return "No Dockerfiles to review."
    found = f"{headline(result)}{scope(result)}"
    return f"{'; '.join([f'{found[0].upper()}{found[1:]}', *remarks(result)])}."


def _fixable(result: Result) -> list[str]:
    safe = count_fixes(result, Applicability.SAFE)
    unsafe = count_fixes(result, Applicability.UNSAFE)
    said = [f"{safe} fixable with `--fix`"] if safe else []
    return [*said, f"{unsafe} {'more ' if safe else 'fixable '}with `--fix --unsafe`"] if unsafe else said


def count_fixes(result: Result, applicability: Applicability) -> int:
    """Count the findings whose fix is safe, or unsafe."""
    return sum(finding.fix is not None and finding.fix.applicability is applicability for finding in result.findings)


def place(span: Span) -> str:
    """Return where a span starts: `path:line:column`."""
    first = span.first
    return f"{span.source.path}:{first.line}:{first.column}"


def osv_entries(told: Enrichment, words: tuple[str, str]) -> str:
    """Return one sentence on what osv.dev adds, with ids as code; `words` tell the packages before from those after."""
    old, new = words
    count = len(told.identifiers)
    if not count:
        return f"osv.dev lists nothing for the {old} packages that it does not list for the {new} ones, too."
    rest = [each for each in told.identifiers if each not in told.severe]
    ids = ", ".join(f"`{each[:_LONGEST_ID]}`" for each in (*told.severe, *rest)[:_MOST_OSV])
    more = f" and {count - _MOST_OSV:,} more" if count > _MOST_OSV else ""
    return (
        f"osv.dev lists {count:,} entr{'y' if count == 1 else 'ies'} for the {old} packages that it does not list for "
        f"the {new} ones, {_severe(told)}: {ids}{more}."
    )


def _severe(told: Enrichment) -> str:
    severe, unrated = len(told.severe), len(told.unrated)
    if unrated == len(told.identifiers):
        return "of unknown severity"
    known = f"{severe or 'none'} of them rated high or critical"
    return f"{known}, {unrated:,} of unknown severity" if unrated else known


# --- what formats for machines share --------------------------------------------------------------------------------


def edit_range(edit: Edit) -> tuple[Position, Position]:
    """Return where an edit's old text starts and ends, the end exclusive, as in the Language Server Protocol.

    Unlike a span's `last`, the place after a line end is the first column of the next line, even where the file ends.
    """
    return _exact(edit.span, edit.span.start), _exact(edit.span, edit.span.end)


def _exact(span: Span, offset: int) -> Position:
    source = span.source
    if offset == len(source.text) and source.text.endswith("\n"):
        return Position(len(source.line_starts) + 1, 1)
    return source.position(offset)


def portable(fix: Fix | None) -> Fix | None:
    """Return a fix if JSON can carry it: one that writes bytes that are no UTF-8 could only be applied wrongly."""
    if fix is None or all(edit.text.isascii() or _is_unicode(edit.text) for edit in fix.edits):
        return fix
    return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
