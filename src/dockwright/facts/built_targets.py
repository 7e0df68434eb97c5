"""Which stages of a Dockerfile become images that somebody runs: what the builds of the repository publish.

A Dockerfile may hold a stage for developers, for tests and for production side by side, in any order; only `target`
says which one a build makes. The user's word counts first, then what workflows publish, then Compose and bake files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds_of
from dockwright.finding import Related

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.files.build import Settings
    from dockwright.image import ImageUse
    from dockwright.project import Project, Tree
    from dockwright.source import Span

MOST_STAGES = 200
"""Of a file with more stages it is not asked which of them are published."""

FOR_BUILDING = frozenset(
    {
        *("buildcache", "builder", "builders", "buildenv", "ci", "debug", "dev", "devel", "develop", "development"),
        *("e2e", "lint", "linter", "test", "testing", "tests", "toolchain"),
    }
)
"""Words in the path of a Dockerfile, or in the name of a stage, that say that no service runs in it."""

_WORDS = r"[/._-]+"


class Target(Struct, frozen=True):
    """A stage whose image is run; `named` is where a build asks for it, None where it is simply the last one."""

    stage: Stage
    named: Span | None = None

    @property
    def related(self) -> tuple[Related, ...]:
        """The place that chose the stage, for a finding about it; none where it is simply the last one."""
        return () if self.named is None else (Related(self.named, f"the stage `{self.stage.label}` is built here"),)


class _Known(Struct):
    """What has been found for a Dockerfile, and in which project."""

    project: Project
    targets: Sequence[Target] | None


def built_targets(dockerfile: Dockerfile, project: Project) -> Sequence[Target] | None:
    """Return the stages that the user names, or that workflows publish; None if that is not known of all."""
    known = dockerfile.cache.get(_Known)
    if not isinstance(known, _Known) or known.project is not project:
        known = dockerfile.cache[_Known] = _Known(project, _built(dockerfile, project))
    return known.targets


def run_targets(dockerfile: Dockerfile, project: Project) -> Sequence[Target]:
    """Return the stages whose images are run, as far as anything tells: the last one, where nothing does.

    Where no workflow publishes a stage, one that only Compose or a bake file with tags asks for counts besides the
    last, if no other is built with it; where the last is for developers by its name, it counts instead.
    """
    found = built_targets(dockerfile, project)
    last = dockerfile.target()
    if found is not None or last is None:
        return _serving(found or ())
    if len(dockerfile.stages) == 1:
        return (Target(last),)
    asked = [each for each in _asked(dockerfile, project.tree) if not names_building(each.stage)]
    if names_building(last):
        return _once(asked) or (Target(last),)
    needed = dockerfile.needed(last)
    return _once(
        [Target(last), *(each for each in asked if each.stage.index not in needed and _is_leaf(dockerfile, each))]
    )


def names_building(stage: Stage) -> bool:
    """Tell whether a stage makes an environment to build, test or develop in, by its name."""
    return stage.name is not None and not FOR_BUILDING.isdisjoint(re.split(_WORDS, stage.name))


def path_names_building(path: str) -> bool:
    """Tell the same of a Dockerfile, by its path."""
    words = re.split(_WORDS, path.lower())
    return not FOR_BUILDING.isdisjoint(words) or words[-2:] in (["dockerfile", "build"], ["build", "dockerfile"])


def side_stages(dockerfile: Dockerfile, project: Project) -> frozenset[int]:
    """Return the indexes of the stages of which no image is published: others only take files from them.

    Where it is not known what is published, a stage that no other needs may be what some build names as its target.
    """
    if len(dockerfile.stages) > MOST_STAGES:
        return frozenset()
    found = built_targets(dockerfile, project)
    published = set(_leaves(dockerfile)) if not found else {each.stage.index for each in found}
    shipped = {each.index for index in published for each in dockerfile.lineage(dockerfile.stages[index])}
    return frozenset(range(len(dockerfile.stages))) - shipped


def shipped_images(dockerfile: Dockerfile, project: Project) -> frozenset[int]:
    """Return the images that published ones stand on, each by the offset at which it is written (see `ships`)."""
    side = side_stages(dockerfile, project)
    images = [stage.image for stage in dockerfile.stages if stage.image is not None and stage.index not in side]
    return frozenset(image.span.start for image in images)


def ships(use: ImageUse, shipped: frozenset[int]) -> bool:
    """Tell whether an image is one of those that published ones stand on."""
    return use.span.start in shipped


def _leaves(dockerfile: Dockerfile) -> Iterator[int]:
    """Yield the stages that no other needs."""
    needed: set[int] = set()
    for stage in reversed(dockerfile.stages):
        if stage.index not in needed:
            yield stage.index
            needed |= dockerfile.needed(stage)


def _is_leaf(dockerfile: Dockerfile, target: Target) -> bool:
    return len(dockerfile.stages) <= MOST_STAGES and target.stage.index in _leaves(dockerfile)


def _built(dockerfile: Dockerfile, project: Project) -> Sequence[Target] | None:
    if project.target is not None:
        named = dockerfile.target(project.target)
        return () if named is None else (Target(named),)
    if len(dockerfile.stages) < 2:  # noqa: PLR2004 - there is nothing to choose from
        return None
    found: list[Target] = []
    for build in builds_of(project.tree, dockerfile.source.path):
        for run in build.runs:
            if run.published.possible:
                target = _target(dockerfile, run.settings)
                if target is None:
                    return None
                found.append(target)
    once = _once(found)
    return None if all(names_building(each.stage) for each in once) else once


def _asked(dockerfile: Dockerfile, tree: Tree) -> Iterator[Target]:
    """Yield the stages that Compose services and bake targets name."""
    builds = builds_of(tree, dockerfile.source.path)
    if not builds:
        return
    from dockwright.files.build import Tool  # for a Dockerfile alone it need not be loaded

    for build in builds:
        settings = build.settings
        if settings.target is not None and (
            build.tool is Tool.COMPOSE_FILE or (build.tool is Tool.BAKE_FILE and settings.tags)
        ):
            target = _target(dockerfile, settings)
            if target is not None:
                yield target


def _target(dockerfile: Dockerfile, settings: Settings) -> Target | None:
    """Return the stage that a build makes; None if that is not known."""
    if settings.is_open("target"):
        return None
    if settings.target is None or not settings.target.traced.text:
        stage, named = dockerfile.target(), None
    else:
        stage = None if settings.target.text is None else dockerfile.target(settings.target.text)
        named = settings.target.span
    return None if stage is None else Target(stage, named)


def _once(found: Sequence[Target]) -> Sequence[Target]:
    """Return each stage once, with the first place that names it."""
    first: dict[int, Target] = {}
    for each in found:
        first.setdefault(each.stage.index, each)
    return tuple(first.values())


def _serving(found: Sequence[Target]) -> Sequence[Target]:
    """Leave out the stages for building, unless there are no others: a cache is published, too, but not run."""
    return tuple(each for each in found if not names_building(each.stage)) or found
