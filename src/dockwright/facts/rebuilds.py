"""How published images come to be: which builds publish a Dockerfile's image, on which events, on which schedules."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds, dockerfile_at, repository
from dockwright.facts.replayed_packages import replayed_packages
from dockwright.facts.replays import replays
from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.replayed_packages import Replayed
    from dockwright.files.build import Build, Run
    from dockwright.files.workflow.model import Workflow
    from dockwright.project import Tree
    from dockwright.source import Span

# Text, not compiled patterns: few reviews need them.
_LOCAL_REGISTRY = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|kind-registry|registry\.local|ttl\.sh)(?::\d+)?/.*"
_STARTS_OTHERS = (
    r"gh workflow run|/dispatches\b|repository-dispatch|workflow-dispatch|trigger-workflow|createWorkflowDispatch"
    r"|createDispatchEvent|gh release create|git push\b|git-auto-commit-action|create-release|action-gh-release"
    r"|semantic-release|release-please|add-and-commit|github-push-action|create-pull-request"
)
"""What a scheduled workflow mentions if it may start others: by a dispatch, a commit, a tag or a release."""
_REVIEWS = frozenset({"pull_request", "pull_request_target", "merge_group", "pull_request_review", "issue_comment"})


class Publishing(Struct, frozen=True):
    """A run that publishes the image of a Dockerfile.

    Attributes:
        build: the build.
        run: the run.
        published: whether it does.
        replays: whether it then uses layers of earlier builds.
    """

    build: Build
    run: Run
    published: Truth
    replays: Truth

    @property
    def scheduled(self) -> bool:
        """Whether a schedule starts it."""
        return self.run.event.name == "schedule"

    @property
    def is_release(self) -> bool:
        """Whether a tag is what it is about."""
        return self.run.event.is_tag

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to start it."""
        return self.run.event.name in {"workflow_dispatch", "workflow_call"}

    @property
    def place(self) -> Span:
        """Where its cache is asked for: the first import, else the build, as where that is in another file."""
        for cache in self.run.settings.cache_from:
            if cache.value.span is not None and cache.value.span.source is self.build.step.source:
                return cache.value.span
        return self.build.step


class Image(Struct, frozen=True):
    """A Dockerfile whose image is published.

    Attributes:
        path: the Dockerfile.
        publishing: the runs that publish it or may, without those of pull requests.
        scheduled: the runs of schedules that reach a build of it, published or not.
    """

    path: str
    publishing: tuple[Publishing, ...]
    scheduled: tuple[Publishing, ...]

    @property
    def refreshed(self) -> Truth:
        """Whether a schedule, or something outside, publishes it without the layers of earlier builds."""
        found = Truth.FALSE
        for each in self.publishing:
            if each.scheduled:
                found |= each.published & ~each.replays
            elif each.run.event.name == "repository_dispatch":
                found |= each.published
        return found


@lru_cache(maxsize=1)
def published_images(tree: Tree) -> Mapping[str, Image]:
    """Return the Dockerfiles of the repository whose images its workflows publish, by path."""
    publishing: dict[str, list[Publishing]] = {}
    scheduled: dict[str, list[Publishing]] = {}
    for build in builds(tree):
        path = build.settings.dockerfile.path
        if path is None or not build.runs or dockerfile_at(tree, path) is None:
            continue
        for run in build.runs:
            if run.event.name in _REVIEWS or not run.condition.possible:
                continue
            published = _published(run)
            used = replays(tree, build, run) if published.possible else Truth.FALSE
            each = Publishing(build, run, published, used)
            if published.possible:
                publishing.setdefault(path, []).append(each)
            if each.scheduled:
                scheduled.setdefault(path, []).append(each)
    return {path: Image(path, tuple(every), tuple(scheduled.get(path, ()))) for path, every in publishing.items()}


def _published(run: Run) -> Truth:
    """Tell whether a run pushes to a registry that others see."""
    names = [tag.name or "" for tag in run.settings.tags]
    local = bool(names) and run.settings.tags_known and all(re.fullmatch(_LOCAL_REGISTRY, f"{name}/") for name in names)
    return Truth.FALSE if local else run.published


@lru_cache(maxsize=1)
def scheduled_otherwise(tree: Tree) -> bool:
    """Tell whether a schedule may publish images by ways that are not seen.

    So it is where one starts other workflows, commits or makes releases, and where one publishes an image of which it
    is not known what it is built from.
    """
    for workflow in repository(tree).workflows:
        if workflow.trigger("schedule") is not None and re.search(_STARTS_OTHERS, workflow.source.text):
            return True
    return any(
        build.settings.dockerfile.path is None
        and any((run.published & ~run.settings.imports_cache).possible for run in build.on("schedule"))
        for build in builds(tree)
    )


def workflow_of(tree: Tree, build: Build) -> Workflow | None:
    """Return the workflow whose events start a build."""
    return next((each for each in repository(tree).workflows if each.source.path == build.workflow), None)


def target_of(dockerfile: Dockerfile, run: Run) -> Stage | None:
    """Return the stage that a run publishes; None if it is not known."""
    named = run.settings.target
    if named is None:
        return None if run.settings.is_open("target") else dockerfile.target()
    return None if named.text is None else dockerfile.target(named.text)


def stale_packages(tree: Tree, each: Publishing) -> Sequence[Replayed]:
    """Return the installations that a run takes from an earlier build, if it takes layers at all."""
    path = each.build.settings.dockerfile.path
    dockerfile = dockerfile_at(tree, path) if path is not None else None
    stage = target_of(dockerfile, each.run) if dockerfile is not None else None
    if dockerfile is None or stage is None or not each.replays.possible:
        return ()
    return replayed_packages(dockerfile, stage, each.run.settings, same_commit=each.scheduled)
