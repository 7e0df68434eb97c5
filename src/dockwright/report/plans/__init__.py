"""Reports of what `dockwright update` plans. A module in this folder is a format, named as on the command line.

Each has `render(planned, context) -> str` and `render_offers(offers, skipped) -> str`, pure functions that escape what
comes from outside, as the reports of reviews do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import UpdateType
from dockwright.report import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockwright.bump import Offered, Plan, Planned, Skipped, Update
    from dockwright.image import ImageUse, Reference

_SHORT_DIGEST = 12
_WAITS = "A pull request for it is opened on another day (`schedule`)."


class PlanContext(Struct, frozen=True):
    """What a report needs besides the plans.

    Attributes:
        color: whether a terminal report is coloured.
        written: how many files were changed accordingly; None if that was not asked for.
    """

    color: bool = False
    written: int | None = None


def render(name: str, planned: Planned, context: PlanContext) -> str:
    """Render plans in a format of this folder."""
    renderer: Callable[[Planned, PlanContext], str] = import_module(f"{__name__}.{name}").render
    return renderer(planned, context)


def render_offers(name: str, offered: Sequence[Offered], skipped: Sequence[Skipped]) -> str:
    """Render what registries offer in a format of this folder."""
    renderer: Callable[[Sequence[Offered], Sequence[Skipped]], str] = import_module(f"{__name__}.{name}").render_offers
    return renderer(offered, skipped)


# --- what several formats say ---------------------------------------------------------------------------------------


def repository(image: Reference) -> str:
    """Return an image's name without tag and digest, as people write it."""
    return type(image)(image.registry, image.repository).familiar


def version(image: Reference) -> str:
    """Return tag and digest, the digest shortened: `3.12-slim@sha256:0123456789ab`."""
    digest = (
        f"@{image.digest.partition(':')[0]}:{image.digest.partition(':')[2][:_SHORT_DIGEST]}" if image.digest else ""
    )
    return (image.tag or ("" if digest else "latest")) + digest


def shown(image: Reference) -> str:
    """Return an image's name as people write it, the digest shortened."""
    said = version(image) if image.tag or image.digest else ""
    return f"{repository(image)}{'' if not said or said.startswith('@') else ':'}{said}"


def places(uses: Iterable[ImageUse]) -> list[str]:
    """Return where an image is named: `path:line`, each once."""
    return list(dict.fromkeys(f"{use.span.source.path}:{use.span.first.line}" for use in uses))


def updates(planned: Planned) -> list[Update]:
    """Return all updates, by file and place, and of one place the nearest first."""
    found = [update for plan in planned.plans for update in plan.updates]
    order = list(UpdateType)
    return sorted(found, key=lambda each: (_first(each), order.index(each.type)))


def _first(update: Update) -> tuple[str, int]:
    span = update.uses[0].span
    return span.source.path, span.start


def sections(skipped: Iterable[Skipped]) -> list[tuple[str, list[Skipped]]]:
    """Return what did not move, under titles; what is all well, and of which there is nothing to know, is left out."""
    every = list(skipped)
    parts = (
        ("Not looked up", [each for each in every if each.failed]),
        ("Waits for its publisher", [each for each in every if each.lag]),
        ("Left alone", [each for each in every if not each.failed and not each.newest and not each.lag]),
        ("Nothing to do", [each for each in every if each.newest and each.notes and not each.lag]),
    )
    return [(title, some) for title, some in parts if some]


def summary(planned: Planned, context: PlanContext) -> str:
    """Return one sentence: how many updates there are, in how many pull requests, and what was left alone."""
    if not planned.images and not planned.skipped:
        return "No images are named."
    count = len(updates(planned))
    parts = ["Nothing to update"]
    if count:
        parts = [f"{plural(count, 'update')} in {plural(len(planned.plans), 'pull request')}"]
    if context.written is not None:
        parts.append(f"{plural(context.written, 'file')} changed")
    parts.append(f"{plural(planned.images, 'image')} in all")
    if failed := sum(each.failed for each in planned.skipped):
        parts.append(f"{failed} could not be looked up")
    if left := sum(not each.failed and not each.newest for each in planned.skipped):
        parts.append(f"{left} left alone")
    if lagging := sum(bool(each.lag) for each in planned.skipped):
        parts.append(f"{plural(lagging, 'image')} not rebuilt by {'its' if lagging == 1 else 'their'} publisher")
    return f"{'; '.join(parts)}."


def remarks(planned: Planned) -> dict[int, tuple[str, ...]]:
    """Return what there is to say below each update, by its `id`: sentences."""
    return {
        id(update): (*_brought(update), *update.notes, *(() if plan.opens else (_waits(plan),)))
        for plan in planned.plans
        for update in plan.updates
    }


def _brought(update: Update) -> Iterator[str]:
    """Say which security updates come, as far as anybody has looked."""
    brings = update.brings
    if brings is None:
        return
    if brings.sources:
        cves = sum(each.startswith("CVE-") for each in brings.identifiers)
        named = f", with {plural(cves, 'CVE')} that it names" if cves else ""
        yield f"Brings {plural(len(brings.sources), 'security update')} that its distribution has published{named}."
    elif brings.unknown:
        yield f"Whether it brings security updates is not known, because {brings.unknown}."


def _waits(plan: Plan) -> str:
    return f"{plan.waits[:1].upper()}{plan.waits[1:]}." if plan.waits else _WAITS


def offered_tags(offered: Offered) -> list[str]:
    """Return the best tag of each type that there is: `patch 3.12.11`, `major 4.0.0`."""
    return [f"{type_.value} {tags[0]}" for type_, tags in offered.candidates.items() if tags]
