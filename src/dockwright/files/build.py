"""One way in which an image is built: what a workflow's step, a Compose service or a bake target says about it.

How a rule asks (each `Build` is one step, for one leg of its matrix and one bake target or service):

- What is built: `build.settings.dockerfile.path`, `.context`, `.target`. None is unknown: stay silent.
- When: `build.runs`, one for each event that starts the workflow. `run.condition` says whether the step is reached by
  it: `Truth.TRUE`, `FALSE` or `UNKNOWN`. `run.settings` are the settings as they are on that event;
  `build.settings` are those that hold whatever the event. A build without runs is started by hand (a Compose or bake
  file by itself). `run.published` includes later `docker push` commands of the job.
- *Is it built with an imported cache, and never rebuilt without on a schedule?*

      stale = [run for run in build.runs if run.published.certain and run.settings.replays_layers.certain]
      fresh = any((run.published & ~run.settings.replays_layers).possible
                  for other in builds_of_that_dockerfile for run in other.on("schedule"))

  Layers are also kept without any import where `build.builder.keeps_layers` is true (Depot, self-hosted runners).

- *Is anything lost in multi-stage builds?* `[cache for cache in run.settings.cache_to if cache.mode is CacheMode.MIN]`.
- Where to point: the `span` of the value (`cache.value.span`, `settings.no_cache.span`), else `build.step`. An edit
  needs `value.traced.exact`, for a text may come from a variable. `build.calls` lead there from other files.
- *Unknown never makes more than a notice*: ask `.certain` for what a warning says, `.possible` for its guards.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build_settings import (
    Argument,
    Cache,
    CacheMode,
    Context,
    ContextKind,
    DockerfileName,
    Output,
    Settings,
    Tag,
    TagKind,
)
from dockwright.files.value import Truth, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.event import Event
    from dockwright.source import Span


__all__ = [
    "Argument",
    "BrokenFile",
    "Build",
    "Builder",
    "Cache",
    "CacheMode",
    "Call",
    "Context",
    "ContextKind",
    "DockerfileName",
    "Output",
    "Run",
    "Runner",
    "Settings",
    "Tag",
    "TagKind",
    "Tool",
]


class Tool(Enum):
    """What builds: the value is how messages call it."""

    BUILD_PUSH_ACTION = "docker/build-push-action"
    BAKE_ACTION = "docker/bake-action"
    GITHUB_BUILDER = "docker/github-builder"
    DEPOT_ACTION = "depot/build-push-action"
    DEPOT_BAKE_ACTION = "depot/bake-action"
    BUILDAH_ACTION = "redhat-actions/buildah-build"
    KANIKO_ACTION = "kaniko action"
    OTHER_ACTION = "build action"
    DOCKER_BUILD = "docker build"
    BUILDX_BUILD = "docker buildx build"
    BUILDX_BAKE = "docker buildx bake"
    COMPOSE_BUILD = "docker compose build"
    PODMAN_BUILD = "podman build"
    BUILDAH_BUILD = "buildah build"
    KANIKO = "kaniko"
    IMG = "img build"
    DEPOT_BUILD = "depot build"
    COMPOSE_FILE = "compose file"
    """A Compose service by itself: what `docker compose build` makes on somebody's machine."""
    BAKE_FILE = "bake file"
    """A bake target by itself."""

    @property
    def buildkit(self) -> bool:
        """Whether BuildKit does the work, so that its cache backends and semantics hold."""
        return self not in _OTHER_BUILDERS


class Builder(Struct, frozen=True):
    """What the build runs on.

    Attributes:
        driver: buildx's driver: `docker` (no setup-buildx-action), `docker-container`, `kubernetes`, `remote`, `cloud`;
            None if it is not known, or no buildx is at work.
        setup: where setup-buildx-action is used in the job, if it is.
        keeps_layers: whether layers of earlier builds are still there without any cache import: a persistent builder
            (Depot, Blacksmith, Namespace), a self-hosted runner, layers restored by another action.
    """

    driver: str | None = None
    setup: Span | None = None
    keeps_layers: Truth = Truth.FALSE


class Runner(Struct, frozen=True):
    """The machine: its labels, and whether GitHub gives a new one for each job (`hosted`)."""

    labels: tuple[Value, ...]
    hosted: Truth


class Run(Struct, frozen=True):
    """The build on one event.

    Attributes:
        event: what starts the workflow.
        condition: whether the step is reached when it does and everything before succeeds.
        settings: as they are then.
        published: whether the image is pushed then, by the build itself or by a later `docker push`; includes
            `condition`.
    """

    event: Event
    condition: Truth
    settings: Settings
    published: Truth


class Call(Struct, frozen=True):
    """A place that leads into another file: a caller's `uses:`, or the command that starts a script or a target."""

    span: Span
    path: str


class Build(Struct, frozen=True):
    """One way in which an image is built.

    Attributes:
        tool: what builds.
        step: where a finding about the whole belongs: the value of `uses:`, the command, a service's or target's name.
        settings: what holds whatever the event.
        runs: one for each event that starts the workflow, in their order; none if it is started by hand.
        builder: what it runs on.
        runner: the job's machine; None outside workflows.
        workflow: the path of the workflow whose events count; None outside workflows.
        job: the job's id, with the caller's before it for a reusable workflow: `publish/build`.
        leg: the values of the matrix, by their names; empty without one. A leg that is not known is not there.
        calls: the places that lead to `step` from another file, the outermost first.
        name: the service or bake target, if it is one.
        checkout: where the job's last checkout before it stands; None if there is none.
        earlier: the `uses:` or `run:` of the steps before it in its job, for rules that look what they prepare.
        later: those after it.
    """

    tool: Tool
    step: Span
    settings: Settings
    runs: tuple[Run, ...] = ()
    builder: Builder = Builder()
    runner: Runner | None = None
    workflow: str | None = None
    job: str | None = None
    leg: Mapping[str, str] = {}
    calls: tuple[Call, ...] = ()
    name: str | None = None
    checkout: Span | None = None
    earlier: tuple[Value, ...] = ()
    later: tuple[Value, ...] = ()

    def on(self, name: str) -> tuple[Run, ...]:
        """Return the runs for events of a name (`schedule`) that may reach the build."""
        return tuple(run for run in self.runs if run.event.name == name and run.condition.possible)

    @property
    def published(self) -> Truth:
        """Whether the image is pushed on any event."""
        found = Truth.FALSE
        for run in self.runs:
            found |= run.published
        return found


class BrokenFile(Struct, frozen=True):
    """A file that says how images are built, and cannot be read: where, and why in plain words."""

    path: str
    span: Span
    message: str


_OTHER_BUILDERS = frozenset(
    {Tool.BUILDAH_ACTION, Tool.KANIKO_ACTION, Tool.PODMAN_BUILD, Tool.BUILDAH_BUILD, Tool.KANIKO}
)
