"""Gives builds that share a scope of GitHub's cache scopes of their own."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from dockwright.facts.caches import end_of_entry, in_flow, scope_of, situations
from dockwright.finding import Applicability, Fix
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.cache_scopes import Clash, Export
    from dockwright.files.build import Build, Cache, Tool

_NAME = r"[A-Za-z0-9][\w./-]{0,60}"
_KEY = r"[A-Za-z_][\w-]*"


def own_scopes(builds: Sequence[Build], clash: Clash) -> Fix | None:
    """Return the fix that makes each scope name its build; None where a use of the scope cannot be told apart."""
    scopes = _scopes(clash.exports)
    uses = list(_uses(builds, clash.scope))
    if scopes is None or any(build.step not in scopes for build, _ in uses):
        return None
    edits: dict[Span, Edit] = {}
    for build, cache in uses:
        edit = _with_scope(cache, build.tool, scopes[build.step])
        if edit is None or edits.setdefault(edit.span, edit).text != edit.text:
            return None
    return Fix("Give each build its own `scope`", tuple(edits.values()), Applicability.SAFE)


def _uses(builds: Sequence[Build], scope: str) -> Iterator[tuple[Build, Cache]]:
    """Yield every import and export of a scope, and those of scopes that are not known."""
    for build in builds:
        for situation in situations(build):
            for cache in (*situation.settings.cache_from, *situation.settings.cache_to):
                if cache.backend == "gha" and scope_of(cache) in {scope, None}:
                    yield build, cache


def _scopes(exports: Sequence[Export]) -> dict[Span, str] | None:
    """Return a scope for each step; None where there is no good one."""
    by_step: dict[Span, list[Export]] = {}
    for each in exports:
        by_step.setdefault(each.build.step, []).append(each)
    legs = {step: _of_legs(inside) for step, inside in by_step.items()}
    if any(scope is None for scope in legs.values()):
        return None
    if len(by_step) == 1:
        return {step: scope for step, scope in legs.items() if scope}
    for name in (_target, _folder):
        labels = {step: {name(each) for each in inside} for step, inside in by_step.items()}
        plain = {step: next(iter(found)) for step, found in labels.items() if len(found) == 1}
        good = len(plain) == len(by_step) == len(set(plain.values()))
        if good and all(re.fullmatch(_NAME, label) for label in plain.values()):
            return {step: "-".join(filter(None, (label, legs[step]))) for step, label in plain.items()}
    return None


def _of_legs(exports: Sequence[Export]) -> str | None:
    """Return what tells apart the builds of one step: empty for one build, None if nothing does."""
    if len({_made(each) for each in exports}) == 1:
        return ""
    return _of_matrix(exports)


def _made(export: Export) -> tuple[object, ...]:
    """Return what the cache depends on."""
    return (export.dockerfile, export.context, export.target.index, export.platforms, export.arguments)


def _target(export: Export) -> str:
    written = export.situation.settings.target
    return "" if written is None else written.text or ""


def _folder(export: Export) -> str:
    return export.dockerfile.rpartition("/")[0].rpartition("/")[2]


def _of_matrix(exports: Sequence[Export]) -> str | None:
    """Return a scope made of values of the matrix that tell the builds apart."""
    if any(each.build.calls or each.build.name is not None for each in exports):
        return None
    keys = [key for key in exports[0].build.leg if re.fullmatch(_KEY, key)]
    plain = sorted(keys, key=lambda key: any("/" in each.build.leg.get(key, "/") for each in exports))
    for number in (1, 2):
        for chosen in combinations(plain, number):
            if _tells_apart(exports, chosen):
                return "-".join(f"${{{{ matrix.{key} }}}}" for key in chosen)
    return None


def _tells_apart(exports: Sequence[Export], keys: Sequence[str]) -> bool:
    """Tell whether builds with equal values are the same in all that the cache depends on."""
    known: dict[tuple[str, ...], object] = {}
    for each in exports:
        values = tuple(each.build.leg.get(key, "") for key in keys)
        if not all(re.fullmatch(_NAME, value) for value in values) or known.setdefault(values, _made(each)) != _made(
            each
        ):
            return False
    return True


def _with_scope(cache: Cache, tool: Tool, scope: str) -> Edit | None:
    written = cache.scope
    if written is None:
        end = end_of_entry(cache, tool)
        return None if end is None else Edit(end, f",scope={scope}")
    place = written.traced.exact
    if place is None or in_flow(place):
        return None
    return Edit(Span(place.source, place.end, place.end), f"-{scope}")
