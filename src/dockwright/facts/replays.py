"""Whether a build really takes layers from an earlier one: an import is nothing without an export that it can read.

GitHub keeps the caches of `type=gha` and of actions/cache apart by ref: a run reads those of its own ref and of the
default branch, so a tag's run finds nothing that another tag's run has left ("Restrictions for accessing a cache",
docs.github.com). What a registry holds is read by everybody; an image is a cache only with inline metadata.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.caches import image_name, scope_of, situations
from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Build, Cache, Run
    from dockwright.project import Tree

_KEPT_FOR_EVERYBODY = frozenset({"s3", "azblob", "buildah", "stages"})
_KEEPING_BUILDERS = frozenset({"cloud", "depot", "remote"})


def replays(tree: Tree, build: Build, run: Run) -> Truth:
    """Tell whether a run uses layers of earlier builds, by an import that finds some or by a builder that has them.

    A self-hosted runner is not taken for such a builder: it may be a new machine each time, too.
    """
    found = build.builder.keeps_layers if build.builder.driver in _KEEPING_BUILDERS else Truth.FALSE
    for cache in run.settings.cache_from:
        found |= _finds(_exports(tree), build, run, cache)
    return found & ~run.settings.no_cache.state


class _Exports:
    """The exports of a repository, by backend; equal ones once."""

    def __init__(self) -> None:
        self._by_backend: dict[str | None, dict[object, tuple[Situation, Cache]]] = {}

    def add(self, situation: Situation, cache: Cache) -> None:
        """Take an export of a build on an event."""
        event = situation.event
        when = None if event is None else (event.name, event.is_tag)
        tags = tuple(tag.value.shown for tag in situation.settings.tags) if cache.backend == "inline" else ()
        key = (cache.value.shown, when, situation.condition, tags, situation.settings.dockerfile.path)
        self._by_backend.setdefault(cache.backend, {}).setdefault(key, (situation, cache))

    def of(self, *backends: str | None) -> Iterator[tuple[Situation, Cache]]:
        """Yield the exports to some backends."""
        for backend in backends:
            yield from self._by_backend.get(backend, {}).values()


@lru_cache(maxsize=1)
def _exports(tree: Tree) -> _Exports:
    found = _Exports()
    for build in builds(tree):
        for situation in situations(build) if build.runs else ():
            for cache in situation.settings.cache_to:
                found.add(situation, cache)
    return found


def _finds(exports: _Exports, build: Build, run: Run, cache: Cache) -> Truth:
    """Tell whether an import finds anything that a build of the repository has exported."""
    match cache.backend:
        case None:
            return Truth.UNKNOWN
        case "kaniko":
            return Truth.FALSE  # which forgets its layers after two weeks
        case "gha" | "local":
            return _any(
                _readable(run, each) & _same_scope(cache, other) & _same_image(run, each)
                for each, other in exports.of(cache.backend, None)
            )
        case "registry":
            if build.builder.driver == "legacy":
                return Truth.TRUE
            found = _any(
                _same_ref(cache, each, other) & _same_image(run, each)
                for each, other in exports.of("registry", "inline", None)
            )
            return found & (Truth.UNKNOWN if cache.value.unknown else Truth.TRUE)
        case backend:
            return Truth.TRUE if backend in _KEPT_FOR_EVERYBODY else Truth.UNKNOWN


def _any(truths: Iterator[Truth]) -> Truth:
    found = Truth.FALSE
    for each in truths:
        found |= each
        if found.certain:
            break
    return found


def _same_image(run: Run, export: Situation) -> Truth:
    """Tell whether an export is of the Dockerfile that is built: those of others may share no layer with it."""
    return Truth.TRUE if export.settings.dockerfile.path == run.settings.dockerfile.path else Truth.UNKNOWN


def _readable(run: Run, export: Situation) -> Truth:
    """Tell whether GitHub lets a run read the cache that another has left; one started by hand is left out of it."""
    event = export.event
    if event is None or event.name.startswith("pull_request"):
        return Truth.FALSE
    by_hand = event.name == "workflow_dispatch" and event.name != run.event.name
    return Truth.FALSE if event.is_tag or by_hand else export.condition


def _same_scope(cache: Cache, other: Cache) -> Truth:
    if cache.backend != "gha":
        return Truth.TRUE if other.backend == cache.backend else Truth.UNKNOWN
    if other.backend is None:
        return Truth.UNKNOWN
    one, two = scope_of(cache), scope_of(other)
    if one is not None and two is not None:
        return Truth.of(one == two)
    shown = (cache.scope.shown if cache.scope else "", other.scope.shown if other.scope else "")
    return Truth.TRUE if shown[0] == shown[1] else Truth.UNKNOWN


def _same_ref(cache: Cache, export: Situation, other: Cache) -> Truth:
    """Tell whether an export is what an import names."""
    if other.backend is None or cache.ref is None:
        return Truth.UNKNOWN
    wanted = image_name(cache.ref.shown)
    if other.backend == "inline":
        names = {image_name(tag.value.shown) for tag in export.settings.tags}
        same = wanted in names or not export.settings.tags_known
        return (Truth.TRUE if wanted in names else Truth.UNKNOWN) & export.condition if same else _maybe(cache, other)
    if other.ref is None:
        return Truth.UNKNOWN
    return export.condition if image_name(other.ref.shown) == wanted else _maybe(cache, other)


def _maybe(cache: Cache, other: Cache) -> Truth:
    """Tell whether two names that are written differently may be the same."""
    known = cache.ref is not None and cache.ref.text is not None and other.value.text is not None
    return Truth.FALSE if known else Truth.UNKNOWN
