"""The section of an update's pull request on what changes in the image: GitHub's Markdown, within bounds.

It says in this order how much changes, what of it is for security, what that fixes, and what else there is. Platforms
of which the same is to be said share a part. It is the same text for the same facts: the one line with a date begins
with `AS_OF`, so that whoever compares texts can leave it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from dockwright.bump import AS_OF
from dockwright.escape import inert, markdown, markdown_code, markdown_message, well_formed
from dockwright.evidence.security import Security
from dockwright.evidence.unknown import Unknown
from dockwright.report import plural
from dockwright.report.comparisons import (
    clipped,
    origin,
    packages,
    remarks,
    setting,
    settings,
    size,
    source_cells,
    sources,
)
from dockwright.report.comparisons.security import cells, publisher, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.evidence.changes import SourceChange
    from dockwright.evidence.comparison import Comparison, PlatformComparison
    from dockwright.image import Platform

LONGEST: Final = 30_000
"""Characters of a section; of a pull request's body GitHub takes twice as many."""

_TABLE: Final = 8_000  # characters of one table
_SETTINGS: Final = 3_000  # characters of one list
_MOST_NAMED: Final = 12
_SHOWN: Final = 25  # rows of security updates that are not folded


def render(comparison: Comparison) -> str:
    """Render a comparison, without a line end at its end."""
    blocks = [[markdown_message(remark)] for remark in remarks(replace(comparison, left_out=()))]
    room = LONGEST
    for index, (platforms, lines) in enumerate(_grouped(comparison.platforms)):
        block = [f"On {_names(platforms)}: {lines[0]}", *lines[1:]]
        if index:
            block = [
                f"<details><summary>On {_names(platforms)} it is otherwise</summary>",
                "",
                *lines,
                "",
                "</details>",
            ]
        if (length := sum(len(line) + 1 for line in block)) > room:
            block = [f"{_names(platforms)} differs as well."]
        room -= length
        blocks.append(block)
    blocks += [lines for lines in (_sizes(comparison), _left_out(comparison), _as_of(comparison)) if lines]
    return "\n\n".join(["\n".join(_safe(block)) for block in blocks])


def _safe(lines: Iterable[str]) -> Iterator[str]:
    return (well_formed(inert(line)) for line in lines)


def _names(platforms: Sequence[Platform]) -> str:
    return ", ".join([f"<code>{markdown(clipped(str(platform)))}</code>" for platform in platforms])


def _grouped(platforms: Iterable[PlatformComparison]) -> list[tuple[list[Platform], list[str]]]:
    """Put together the platforms of which the same is to be said, in their order."""
    groups: dict[tuple[str, ...], list[Platform]] = {}
    for platform in platforms:
        groups.setdefault(tuple(_block(platform)), []).append(platform.platform)
    return [(some, list(lines)) for lines, some in groups.items()]


def _block(platform: PlatformComparison) -> Iterator[str]:
    said = [markdown_message(each) for each in (packages(platform), *sentences(platform))]
    if isinstance(platform.security, Security) and platform.security.updates:
        said[1] = f"**{said[1]}**"
    yield " ".join(said)
    if platform.origin is not None:
        url = platform.origin.compare_url  # made of two commits and a name of GitHub's, so nothing in it needs escaping
        yield from ("", markdown_message(origin(platform.origin)) + (f" [What changed]({url})" if url else ""))
    secure, others = _parted(platform)
    yield from _table(platform, secure, _head(platform), folded=len(secure) > _SHOWN, title="security update")
    title = "other source package" if secure else "source package"
    yield from _table(platform, others, _OTHERS, folded=True, title=title)
    yield from _settings(platform)


def _parted(platform: PlatformComparison) -> tuple[list[SourceChange], list[SourceChange]]:
    """Return the changes that are security updates, and the others; what changes together is listed once."""
    changed = sources(platform)
    found = platform.security
    secure = {each.source for each in found.updates} if isinstance(found, Security) else set()
    return [each for each in changed if each.source in secure], [each for each in changed if each.source not in secure]


_SECURE: Final = "| source (packages) | old → new | {} | fixes |\n|---|---|---|---|"
_OTHERS: Final = "| change | source (packages) | old → new |\n|---|---|---|"


def _head(platform: PlatformComparison) -> str:
    """Return the head of the table of security updates: a changelog has no severity, but Debian's urgency."""
    found = platform.security
    known = [each.fixes for each in found.updates if each.fixes is not None] if isinstance(found, Security) else []
    return _SECURE.format("urgency" if any(each.basis == "changelog" for each in known) else "severity")


def _table(
    platform: PlatformComparison, changed: Sequence[SourceChange], head: str, *, folded: bool, title: str
) -> Iterator[str]:
    if not changed:
        return
    yield ""
    if folded:
        yield from (f"<details><summary>{plural(len(changed), title)}</summary>", "")
    yield from head.split("\n")
    room, shown = _TABLE, 0
    for change in changed:
        row = f"| {' | '.join(_row(platform, change, secure=head != _OTHERS))} |"
        room -= len(row)
        if room < 0:
            break
        yield row
        shown += 1
    if shown < len(changed):
        yield from ("", f"{plural(len(changed) - shown, 'more source package')} did not fit in here.")
    if folded:
        yield from ("", "</details>")


def _row(platform: PlatformComparison, change: SourceChange, *, secure: bool) -> list[str]:
    """Return the cells of a row; a code span in a table could not hold a bar."""
    type_, source, old, new, names = source_cells(change)
    name = f"<code>{markdown(source)}</code>" + (f" ({markdown(names)})" if names != source else "")
    moved = f"{markdown(old)} → {markdown(new)}"
    if not secure:
        return [type_, name, moved]
    severity, fixed = cells(platform, change.source)
    return [name, moved, markdown(severity), markdown(fixed)]


def _settings(platform: PlatformComparison) -> Iterator[str]:
    sentence, changed = settings(platform)
    if sentence and platform.settings != platform.packages:  # or the reason has been told
        yield from ("", markdown_message(sentence))
    if changed:
        yield ""
    room = _SETTINGS
    for place, change in enumerate(changed):
        text = markdown(setting(change))
        room -= len(text)
        if room < 0:
            yield f"- {len(changed) - place:,} more"
            return
        yield f"- **{text}**" if change.may_break else f"- {text}"


def _sizes(comparison: Comparison) -> list[str]:
    known = [each for each in comparison.platforms if not each.same]
    said = [f"{_names([each.platform])} {size(each)}" for each in known if not isinstance(each.new, Unknown)]
    return [f"Size: {', '.join(said)}."] if said else []


def _left_out(comparison: Comparison) -> list[str]:
    if not comparison.left_out or not comparison.platforms:
        return []
    return [f"Not compared: {_names(comparison.left_out[:_MOST_NAMED])}."]


def _as_of(comparison: Comparison) -> list[str]:
    """Say who says so, and when: of all platforms, as of the earliest."""
    found = [each.security for each in comparison.platforms if isinstance(each.security, Security)]
    if not found:
        return []
    checked = dict.fromkeys(name for each in found for name in each.checked)
    where = ", ".join(markdown_code(clipped(name)) for name in list(checked)[:4])
    day = min(each.as_of for each in found)
    who = markdown(publisher(found[0].system))
    return [f"{AS_OF}{day}, by what {who} has published ({where}): its word, not proof that a CVE is fixed.</sub>"]
