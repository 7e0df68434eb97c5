"""The title of a proposal, and the message of its commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.bump import UpdateType
from dockwright.escape import terminal, well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.bump import Plan, Update
    from dockwright.image import Reference

_LONGEST = 200
_MOST_LINES = 100


def title_of(plan: Plan) -> str:
    """Return the title of a pull request and of its commit."""
    updates = plan.updates
    text = _single(updates[0]) if len(updates) == 1 else _several(updates)
    if said := security_of(plan):
        text = f"{text.removesuffix(' (digest)')}: {said}"
    return well_formed(terminal(plan.title_prefix + text))[:_LONGEST].strip()


def security_of(plan: Plan) -> str:
    """Return how many security updates a plan brings, counted by source package: `12 security updates (76 CVEs)`."""
    brings = plan.brings
    if brings is None or not brings.sources:
        return ""
    cves = sum(identifier.startswith("CVE-") for identifier in brings.identifiers)
    named = f" ({_counted(cves, 'CVE')})" if cves else ""
    return f"{_counted(len(brings.sources), 'security update')}{named}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _single(update: Update) -> str:
    current, new = update.current, update.new
    match update.type:
        case UpdateType.REFRESH:
            return f"Refresh {tagged(current)} (digest)"
        case UpdateType.PIN:
            return f"Pin {tagged(current)} to its digest"
        case UpdateType.PATCH | UpdateType.MINOR | UpdateType.MAJOR | UpdateType.REPLACEMENT:
            if current.name != new.name:
                return f"Replace {tagged(current)} with {tagged(new)}"
            return f"Update {bare(current)} {current.tag or ''} to {new.tag or ''}"


def _several(updates: Sequence[Update]) -> str:
    types = {update.type for update in updates}
    verb = {frozenset({UpdateType.REFRESH}): "Refresh", frozenset({UpdateType.PIN}): "Pin"}.get(
        frozenset(types), "Update"
    )
    images = list(dict.fromkeys(bare(update.current) for update in updates))
    if len(images) > 1:
        return f"{verb} {_listed(images)}"
    targets = {update.new.tag for update in updates}
    if verb == "Update" and len(targets) == 1 and {bare(update.new) for update in updates} == set(images):
        return f"{verb} {images[0]} to {updates[0].new.tag}"
    return f"{verb} {images[0]} ({len(updates)} {'tags' if verb == 'Update' else 'digests'})"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:  # noqa: PLR2004 - a title has room for about three names
        return f"{names[0]}, {names[1]} and {len(names) - 2} more images"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def message_of(plan: Plan, title: str) -> str:
    """Return a commit's message: only names of images, as a path could be read as a command there (`fixes #1`)."""
    lines = dict.fromkeys(f"- {each.current.familiar} -> {each.new.familiar}" for each in plan.updates[:_MOST_LINES])
    more = len(plan.updates) - _MOST_LINES
    return "\n".join([title, "", *map(terminal, lines), *([f"- {more} more"] if more > 0 else [])])


def bare(reference: Reference) -> str:
    """Return an image's name without tag and digest."""
    return type(reference)(reference.registry, reference.repository).familiar


def tagged(reference: Reference) -> str:
    """Return an image's name with its tag, without its digest."""
    return type(reference)(reference.registry, reference.repository, reference.tag).familiar
