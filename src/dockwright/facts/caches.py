"""Caches of layers that builds export and import: who does, where, and on what events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import CacheMode, Tool
from dockwright.files.value import HOLE, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.build import Build, Cache, Settings
    from dockwright.files.event import Event
    from dockwright.files.value import Value
    from dockwright.source import Span

# Patterns are kept as text: few repositories need them, and compiling them takes time at every start.
_ONE_VALUE = r"(?:github\.(?!event\.inputs)|matrix\.|runner\.|strategy\.|steps\.[\w-]+\.outputs\.(?!cache))[\w.*-]+"
"""Expressions that give a name or a number, never further options."""
_ENDS = frozenset(("", "\n", "\r", "\t", " ", '"', "'"))
_FLOW = r"^[ \t]*(?:-[ \t]+)*(?:[\w.\"'*-]+:[ \t]+)*[\[{]"
_CHANGING = frozenset(
    "github.sha github.run_id github.run_number github.run_attempt github.event.head_commit.id "
    "github.event.head_commit.timestamp github.event.repository.updated_at github.event.pull_request.head.sha".split()
)


class Situation(Struct, frozen=True):
    """A build on one event, or in itself where nothing says when it runs (`event` is None)."""

    build: Build
    event: Event | None
    condition: Truth
    settings: Settings
    published: Truth

    @property
    def only_for_a_tag(self) -> bool:
        """Whether it makes a release."""
        return self.event is not None and self.event.is_tag


def situations(build: Build) -> Sequence[Situation]:
    """Return how a build happens: once for each event that may reach it; in itself for a file without events."""
    if not build.runs:
        return (Situation(build, None, Truth.TRUE, build.settings, Truth.UNKNOWN),)
    return tuple(
        Situation(build, run.event, run.condition, run.settings, run.published)
        for run in build.runs
        if run.condition.possible
    )


def mode_of(cache: Cache) -> CacheMode:
    """Return the mode of an export, taking it that a branch's name or a matrix's value holds no further options."""
    if cache.mode is not CacheMode.UNKNOWN or cache.backend is None or "mode" in cache.options:
        return cache.mode
    last = cache.value.traced.text.rpartition(",")[2]
    plain = "=" in last and not last.startswith(HOLE)
    return CacheMode.MIN if plain and _all_one_value(cache.value) else CacheMode.UNKNOWN


def _all_one_value(value: Value) -> bool:
    return bool(value.references) and all(re.fullmatch(_ONE_VALUE, each) for each in value.references)


def volatile_arguments(settings: Settings) -> frozenset[str]:
    """Return the build arguments whose value is another one in each build."""
    return frozenset(
        each.name.text
        for each in settings.build_args
        if each.name.text is not None and each.value is not None and _changes(each.value)
    )


def _changes(value: Value) -> bool:
    return any(name in _CHANGING or name == "$(...)" for name in value.references)


def scope_of(cache: Cache) -> str | None:
    """Return the scope of a `gha` cache as one can compare it; None if it cannot be known."""
    if cache.scope is None:
        return "buildkit" if HOLE not in cache.value.traced.text else None
    return cache.scope.text


def image_name(text: str) -> str:
    """Write an image's name so that equal images have equal names: registry and tag are always there."""
    name = text.strip().removeprefix("docker.io/").removeprefix("index.docker.io/").removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def end_of_entry(cache: Cache, tool: Tool) -> Span | None:
    """Return the empty place behind an entry where a further option may be written; None if there is none such.

    The entry must be written in one piece, as `type=...`: an expression may also turn out to be empty.
    """
    place = cache.value.traced.exact or cache.value.span
    if tool is Tool.GITHUB_BUILDER or place is None or not place.text.startswith("type="):
        return None
    if "\n" in place.text or place.text.endswith(("'", '"', "\\")) or not _stands_here(cache.value, place):
        return None
    # An expression that is known to be empty leaves no piece, but its text may stand behind.
    alone = place.source.text[place.end : place.end + 1] in _ENDS
    return None if in_flow(place) or not alone else place.source.span(place.end, place.end)


def _stands_here(value: Value, place: Span) -> bool:
    """Tell whether every piece of a value is written within a place, in order."""
    end = place.start
    for _, _, span in value.traced.pieces():
        if span is None or span.source is not place.source or span.start < end or span.end > place.end:
            return False
        end = span.end
    return end in (place.end, place.end - 1) or place.text.endswith("}}")


def in_flow(place: Span) -> bool:
    """Tell whether a place in a YAML file may be inside `[...]` or `{...}`, where a comma would end a plain value."""
    if not place.source.path.endswith((".yml", ".yaml")):
        return False
    starts = place.source.line_starts
    before = place.source.text[starts[place.first.line - 1] : place.start]
    return re.search(_FLOW, before) is not None and before[-1:] not in {"'", '"'}


def exporting(builds: Sequence[Build], backend: str) -> Iterator[tuple[Situation, Cache]]:
    """Yield the exports to a backend, on each event."""
    for build in builds:
        for situation in situations(build):
            for cache in situation.settings.cache_to:
                if cache.backend == backend:
                    yield situation, cache
