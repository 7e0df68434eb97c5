"""How an image is built: the settings of a build, with the place of each."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.value import HOLE, OFF, Toggle, Truth, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        open: the settings of which more may be given than is known here, by the names of docker/build-push-action's
            inputs; `*` for all. See `is_open`.
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

    def is_open(self, name: str) -> bool:
        """Tell whether more may be given for a setting (`cache-from`) than is known: an empty tuple is not none."""
        return name in self.open or "*" in self.open

    @property
    def imports_cache(self) -> Truth:
        """Whether layers of earlier builds are fetched; an entry that may turn out empty makes it unknown."""
        if any(not cache.value.unknown for cache in self.cache_from):
            return Truth.TRUE
        return Truth.UNKNOWN if self.cache_from or self.is_open("cache-from") else Truth.FALSE

    @property
    def exports_cache(self) -> Truth:
        """Whether layers are kept for later builds."""
        if any(not cache.value.unknown for cache in self.cache_to):
            return Truth.TRUE
        return Truth.UNKNOWN if self.cache_to or self.is_open("cache-to") else Truth.FALSE

    @property
    def replays_layers(self) -> Truth:
        """Whether imported layers are used: not with `no-cache`. For single stages see `no_cache_filters`."""
        return self.imports_cache & ~self.no_cache.state


_OF_ALL_STAGES = frozenset({"kaniko", "buildah", "stages"})


def _ends_open(value: Value) -> bool:
    """Whether a hole may hold further options: it stands where one begins, or where the last ends."""
    parts = value.traced.text.split(",")
    return any(part.startswith(HOLE) for part in parts) or ("=" in parts[-1] and parts[-1].endswith(HOLE))
