"""One way in which an image is built: what a workflow's step, a Compose service or a bake target says about it.

How a rule asks (each `Build` is one step, for one leg of its matrix and one bake target or service):

- What is built: `build.settings.dockerfile.path`, `.context`, `.target`. None is unknown: stay silent.
- When: `build.runs`, one for each event that starts the workflow. `run.condition` says whether the step is reached by
  it: `Truth.TRUE`, `FALSE` or `UNKNOWN`. `run.settings` are the settings as they are on that event;
  `build.settings` are those that hold whatever the event. A build without runs is started by hand.
- *Is it built with an imported cache, and never rebuilt without on a schedule?*

      cached = [run for run in build.runs if run.published.certain and run.settings.imports_cache.certain]
      fresh = any(run.event.name == "schedule" and (run.published & ~run.settings.uses_old_layers).possible
                  for other in builds_of_that_dockerfile for run in other.runs)

- *Is anything lost in multi-stage builds?* `[cache for cache in run.settings.cache_to if cache.mode is CacheMode.MIN]`.
- Where to point: the `span` of the value (`cache.value.span`, `settings.no_cache.span`), else `build.step`. An edit
  needs `value.traced.exact`, for a text may come from a variable. `build.calls` lead there from other files.
- *Unknown never makes more than a notice*: ask `.certain` for what a warning says, `.possible` for its guards.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.value import HOLE, OFF, Toggle, Truth, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.event import Event
    from dockwright.source import Span


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


class ContextKind(Enum):
    """Where the build context comes from."""

    PATH = "path"
    GIT = "git"
    """The repository itself, fetched anew at the ref: what earlier steps changed in the workspace is not in it."""
    REMOTE = "remote"
    """Another repository, or an archive by URL."""
    STDIN = "stdin"
    UNKNOWN = "unknown"


class Context(Struct, frozen=True):
    """The build context.

    Attributes:
        kind: where it comes from.
        path: the folder, from the repository's top (`.` is the top); None if it is not in the repository or not known.
        value: what is written; None where it is the default.
    """

    kind: ContextKind
    path: str | None
    value: Value | None = None


class DockerfileName(Struct, frozen=True):
    """Which Dockerfile is built.

    Attributes:
        path: from the repository's top; None if it is not known, is remote, or is written in place.
        value: what is written; None where it is the default.
        inline: whether its text stands in the file itself (`dockerfile_inline`).
    """

    path: str | None
    value: Value | None = None
    inline: bool = False


class CacheMode(Enum):
    """Which layers a cache export holds: those of the final image only, or those of all stages."""

    MIN = "min"
    MAX = "max"
    UNKNOWN = "unknown"


class Cache(Struct, frozen=True):
    """An entry of `cache-from` or `cache-to`.

    Attributes:
        value: the whole entry; its span is where a fix belongs.
        backend: `gha`, `registry`, `local`, `inline`, `s3`, `azblob`; `kaniko`, `buildah` and `stages` (whoan's
            action) for those that keep layers of all stages in their own ways; None if it is not known.
        options: what follows, by its name in lower case (`mode`, `scope`, `ref`, `src`, `dest`, `reset`).
    """

    value: Value
    backend: str | None
    options: Mapping[str, Value]

    @property
    def mode(self) -> CacheMode:
        """The effective mode of an export; every backend of BuildKit that has modes defaults to `min`."""
        if self.backend in _OF_ALL_STAGES:
            return CacheMode.MAX
        if self.backend == "inline":
            return CacheMode.MIN
        mode = self.options.get("mode")
        if self.backend is None or (mode is not None and mode.text is None):
            return CacheMode.UNKNOWN
        if mode is None:
            # A hole among the options (`type=gha${{ ... }}`) may say it.
            return CacheMode.UNKNOWN if self.value.text is None and _ends_open(self.value) else CacheMode.MIN
        return CacheMode.MAX if (mode.text or "").lower() == "max" else CacheMode.MIN

    @property
    def scope(self) -> Value | None:
        """The scope of a `gha` cache; None where it is the default, `buildkit`."""
        return self.options.get("scope")

    @property
    def ref(self) -> Value | None:
        """The image that a `registry` cache is kept as."""
        return self.options.get("ref")


class Output(Struct, frozen=True):
    """An entry of `outputs`: `type=image,push=true`; `type` is None if it is not known."""

    value: Value
    type: str | None
    options: Mapping[str, Value]


class TagKind(Enum):
    """What a tag is made of; all but `WRITTEN` by docker/metadata-action, and known only roughly."""

    WRITTEN = "written"
    SCHEDULE = "schedule"
    BRANCH = "branch"
    GIT_TAG = "tag"
    PULL_REQUEST = "pr"
    SEMVER = "semver"
    PEP440 = "pep440"
    MATCH = "match"
    EDGE = "edge"
    RAW = "raw"
    SHA = "sha"
    LATEST = "latest"


class Tag(Struct, frozen=True):
    """A tag that is given to the image.

    Attributes:
        value: the whole name, `ghcr.io/me/app:1.2`; of metadata-action's, the line of its `tags:` that makes it.
        kind: what it is made of.
        tag: the part after the `:`, if it is known; `latest` where none is written.
        name: the part before it, as shown (unknown parts as written).
    """

    value: Value
    kind: TagKind
    tag: str | None
    name: str | None


class Argument(Struct, frozen=True):
    """A `NAME=value`: a build argument, label, annotation, named context; `value` is None if only a name is given."""

    name: Value
    value: Value | None


class Settings(Struct, frozen=True, kw_only=True):
    """How the image is built: on one event, or whatever the event.

    Attributes:
        cache_from: what is imported; see `imports_cache` for whether anything is.
        cache_to: what is exported.
        pushes: whether the build itself pushes, by `push`, `outputs` or a bake target's `output`.
        loads: whether the image is given to the local engine.
        tags_known: whether `tags` are all of them.
        open: the names of settings that are wholly unknown here, so that an empty tuple does not mean none.
    """

    dockerfile: DockerfileName
    context: Context
    target: Value | None = None
    platforms: tuple[Value, ...] = ()
    cache_from: tuple[Cache, ...] = ()
    cache_to: tuple[Cache, ...] = ()
    no_cache: Toggle = OFF
    no_cache_filters: tuple[Value, ...] = ()
    pull: Toggle = OFF
    pushes: Toggle = OFF
    loads: Toggle = OFF
    outputs: tuple[Output, ...] = ()
    tags: tuple[Tag, ...] = ()
    tags_known: bool = True
    build_args: tuple[Argument, ...] = ()
    build_contexts: tuple[Argument, ...] = ()
    secrets: tuple[Value, ...] = ()
    labels: tuple[Argument, ...] = ()
    annotations: tuple[Argument, ...] = ()
    provenance: Value | None = None
    sbom: Value | None = None
    open: frozenset[str] = frozenset()

    @property
    def imports_cache(self) -> Truth:
        """Whether layers of earlier builds are fetched; an entry that may turn out empty makes it unknown."""
        if any(not cache.value.unknown for cache in self.cache_from):
            return Truth.TRUE
        return Truth.UNKNOWN if self.cache_from or "cache-from" in self.open else Truth.FALSE

    @property
    def exports_cache(self) -> Truth:
        """Whether layers are kept for later builds."""
        if any(not cache.value.unknown for cache in self.cache_to):
            return Truth.TRUE
        return Truth.UNKNOWN if self.cache_to or "cache-to" in self.open else Truth.FALSE

    @property
    def replays_layers(self) -> Truth:
        """Whether imported layers are used: not with `no-cache`. For single stages see `no_cache_filters`."""
        return self.imports_cache & ~self.no_cache.state


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


_OF_ALL_STAGES = frozenset({"kaniko", "buildah", "stages"})
_OTHER_BUILDERS = frozenset(
    {Tool.BUILDAH_ACTION, Tool.KANIKO_ACTION, Tool.PODMAN_BUILD, Tool.BUILDAH_BUILD, Tool.KANIKO}
)


def _ends_open(value: Value) -> bool:
    """Whether a hole may hold further options: it stands where one begins, or where the last ends."""
    parts = value.traced.text.split(",")
    return any(part.startswith(HOLE) for part in parts) or ("=" in parts[-1] and parts[-1].endswith(HOLE))
