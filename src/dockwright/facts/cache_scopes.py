"""Builds that export to the same scope of GitHub's cache, and what they take from each other.

An export writes the index of its scope anew: what another build has exported under it is not found any more, though its
layers are still stored (BuildKit, cache/remotecache/gha). Caches of branches and of pull requests are apart; those of
tags are read by nobody else, and left out here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.caches import exporting, scope_of, situations
from dockwright.facts.expensive_steps import expensive
from dockwright.files.build import Tool
from dockwright.files.value import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.caches import Situation
    from dockwright.files.build import Build, Cache
    from dockwright.files.event import Event
    from dockwright.files.value import Value
    from dockwright.project import Tree
    from dockwright.source import Span

_PULL_REQUESTS = frozenset(("pull_request", "pull_request_target"))
_BY_HAND = frozenset(("workflow_dispatch", "repository_dispatch", "workflow_call"))
_MOST_BUILDS = 60
"""Builds of one scope that are compared with each other."""


class Export(Struct, frozen=True):
    """A build that exports to a scope, with what makes it another build than others.

    Attributes:
        situation: the build on one event.
        cache: the export.
        span: where it is written.
        dockerfile: the path of its Dockerfile.
        target: the stage that is built.
        platforms: for which platforms.
        arguments: the build arguments that the Dockerfile declares, with what is known of them.
    """

    situation: Situation
    cache: Cache
    span: Span
    dockerfile: str
    context: str
    target: Stage
    platforms: frozenset[str]
    arguments: frozenset[tuple[str, str]]

    @property
    def build(self) -> Build:
        """The build."""
        return self.situation.build


class Clash(Struct, frozen=True):
    """Exports to one scope of which at least one loses steps to another.

    Attributes:
        scope: its name; `buildkit` is the default.
        exports: those that lose or overwrite something, each build once, in the order of the files.
        certain: whether it is sure that they run.
        ordered: whether they run one after the other in a job, so that the last always wins.
    """

    scope: str
    exports: tuple[Export, ...]
    certain: bool
    ordered: bool


def clashes(tree: Tree) -> Iterator[Clash]:
    """Yield the scopes in which builds overwrite each other's caches."""
    by_scope: dict[str, list[Export]] = defaultdict(list)
    for situation, cache in exporting(builds(tree), "gha"):
        scope = scope_of(cache)
        if scope is not None and situation.event is not None and situation.build.tool is not Tool.GITHUB_BUILDER:
            export = _export(tree, situation, cache)
            if export is not None and not situation.only_for_a_tag:
                by_scope[scope].append(export)
    for scope, exports in by_scope.items():
        if len({_key(each) for each in exports}) > 1 and _is_imported(tree, scope):
            yield from _clash(tree, scope, exports)


def _key(export: Export) -> tuple[object, ...]:
    """Return what tells builds apart; a build on several events is one."""
    build = export.build
    return (build.step, build.name, build.job, tuple(sorted(build.leg.items())))


def _is_imported(tree: Tree, scope: str) -> bool:
    return any(
        cache.backend == "gha" and scope_of(cache) in {scope, None}
        for build in builds(tree)
        for situation in situations(build)
        for cache in situation.settings.cache_from
    )


def _clash(tree: Tree, scope: str, exports: Sequence[Export]) -> Iterator[Clash]:
    found: dict[tuple[object, ...], Export] = {}
    certain = False
    ordered = True
    for one, other in _pairs(exports):
        steps = _same_job(one.build, other.build)
        if _loses(tree, one, other) or (not steps and _loses(tree, other, one)):
            found.setdefault(_key(one), one)
            found.setdefault(_key(other), other)
            ordered = ordered and steps
            certain = certain or _run_by_themselves(one.situation, other.situation)
    if found:
        inside = sorted(found.values(), key=lambda each: (each.span.source.path, each.span.start))
        yield Clash(scope, tuple(inside), certain, ordered)


def _pairs(exports: Sequence[Export]) -> Iterator[tuple[Export, Export]]:
    """Yield different builds that export for the same ref, in their order."""
    few = exports[: _MOST_BUILDS * 4]
    for index, one in enumerate(few):
        for other in few[index + 1 :]:
            if _key(one) != _key(other) and _same_ref(one.situation.event, other.situation.event):
                yield one, other


def _run_by_themselves(*both: Situation) -> bool:
    """Tell whether both run for sure, without anybody who starts them by hand."""
    return all(each.condition.certain and each.event is not None and each.event.name not in _BY_HAND for each in both)


def _same_ref(one: Event | None, other: Event | None) -> bool:
    if one is None or other is None or (one.name in _PULL_REQUESTS) != (other.name in _PULL_REQUESTS):
        return False
    if one.name in _PULL_REQUESTS:
        return one.base is None or other.base is None or one.base == other.base
    if one.ref is not None and other.ref is not None:
        return one.ref == other.ref
    return one.ref not in other.never and other.ref not in one.never


def _same_job(one: Build, other: Build) -> bool:
    """Tell whether two builds are steps of the same job, so that the first is always done before the other."""
    same = (one.workflow, one.job, one.leg) == (other.workflow, other.job, other.leg)
    return same and one.step != other.step


def _loses(tree: Tree, one: Export, other: Export) -> bool:
    """Tell whether steps of the first take time, and are not in the cache that the second leaves."""
    dockerfile = dockerfile_at(tree, one.dockerfile)
    if dockerfile is None:
        return False
    needed = dockerfile.needed(one.target)
    same = (one.dockerfile, one.context, one.arguments) == (other.dockerfile, other.context, other.arguments)
    if same and one.platforms <= other.platforms:
        needed -= dockerfile.needed(other.target)
    return any(_takes_time(dockerfile, dockerfile.stages[index]) for index in needed)


def _takes_time(dockerfile: Dockerfile, stage: Stage) -> bool:
    return any(expensive(dockerfile, stage, run) for run in dockerfile.instructions("RUN", stage=stage))


def _export(tree: Tree, situation: Situation, cache: Cache) -> Export | None:
    """Return an export, if it is known what is built."""
    settings, span = situation.settings, cache.value.span
    path, context, platforms = settings.dockerfile.path, settings.context.path, _platforms(situation)
    dockerfile = dockerfile_at(tree, path) if path is not None else None
    if path is None or context is None or dockerfile is None or span is None or platforms is None:
        return None
    named = settings.target
    if named is not None and named.text is None:
        return None
    target = dockerfile.target(None if named is None else named.text)
    if target is None or settings.open & {"target", "file", "build-args", "platforms"}:
        return None
    arguments = _arguments(dockerfile, situation)
    return Export(situation, cache, span, path, context, target, platforms, arguments)


def _platforms(situation: Situation) -> frozenset[str] | None:
    """Return the platforms that are built; None if they are not known."""
    written = situation.settings.platforms
    if written:
        texts = [each.text for each in written]
        return frozenset(text for text in texts if text) if None not in texts else None
    runner = situation.build.runner
    labels = [label.text for label in runner.labels] if runner is not None else []
    if len(labels) != 1 or labels[0] is None:
        return None
    return frozenset(("linux/arm64" if "arm" in labels[0] else "linux/amd64",))


def _arguments(dockerfile: Dockerfile, situation: Situation) -> frozenset[tuple[str, str]]:
    """Return the build arguments that a Dockerfile declares; what is not known of a value counts as the same."""
    declared = {pair.key.text for each in dockerfile.instructions("ARG") for pair in each.pairs}
    given = situation.settings.build_args
    return frozenset(
        (each.name.text, _known_text(each.value))
        for each in given
        if each.value is not None and each.name.text is not None and each.name.text in declared
    )


def _known_text(value: Value) -> str:
    return "" if HOLE in value.traced.text else value.traced.text
