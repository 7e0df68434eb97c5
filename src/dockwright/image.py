"""Names of images, and the places in files that name them.

The grammar and the two forms of a name are those of the distribution project (github.com/distribution/reference):
*familiar* is what people write (`python:3.12`), *canonical* says everything (`docker.io/library/python:3.12`).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import InvalidReference
from dockwright.pieces import Pieces, Unsolved, parts_after, touched
from dockwright.scalar import quoted
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.traced import Traced

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?", re.ASCII)
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = r"(?a)sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"
_IDENTIFIER = re.compile(r"[a-f0-9]{64}", re.ASCII)
_LONGEST_REPOSITORY = 255

_CLASH = "the same characters stand in its name twice, and only one of them should change"

DOCKER_HUB = "docker.io"
"""The registry that a name without one means."""


class Reference(Struct, frozen=True, gc=False):
    """An image's name: `registry` and `repository` are always full (`docker.io`, `library/python`)."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read a name as people write it.

        Raises:
            InvalidReference: when the text is no name of an image.
        """
        name, at, digest = text.partition("@")
        if at and not re.fullmatch(_DIGEST, digest):
            raise InvalidReference(f"`{text}` has no valid digest after `@`")
        slash = name.rfind("/")
        colon = name.find(":", slash + 1)
        tag = name[colon + 1 :] if colon >= 0 else None
        if tag is not None and not _TAG.fullmatch(tag):
            raise InvalidReference(f"`{text}` has no valid tag after `:`")
        registry, repository = _split_registry(name if colon < 0 else name[:colon])
        # A host such as `my_registry.local` is none by the grammar, but then the whole is read as a path.
        path = repository if _DOMAIN.fullmatch(registry) else f"{registry}/{repository}"
        if not _PATH.fullmatch(path):
            raise InvalidReference(f"`{text}` is no image reference")
        if _IDENTIFIER.fullmatch(text) or len(path) > _LONGEST_REPOSITORY:
            raise InvalidReference(f"`{text}` cannot be an image's name")
        return cls(registry, repository, tag, digest or None)

    @property
    def name(self) -> str:
        """Registry and repository: `docker.io/library/python`."""
        return f"{self.registry}/{self.repository}"

    @property
    def canonical(self) -> str:
        """The whole name, without what was not written: no tag is added."""
        return self.name + self.suffix

    @property
    def familiar(self) -> str:
        """The shortest name that means the same."""
        for short in (self.repository.removeprefix("library/"), self.repository):
            # `docker.io/a.b/c` stays whole: without its registry, `a.b` would be one.
            if _split_registry(short) == (self.registry, self.repository):
                return short + self.suffix
        return self.canonical

    @property
    def suffix(self) -> str:
        """What follows the name: `:3.12`, `@sha256:...`, both or nothing."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{tag}@{self.digest}" if self.digest else tag


def _split_registry(name: str) -> tuple[str, str]:
    """Tell `host/path` from `path`: a host has a dot, a port or capitals, or is `localhost`."""
    first, slash, rest = name.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        registry, repository = DOCKER_HUB, name
    else:
        registry, repository = first, rest
    if registry == "index.docker.io":
        registry = DOCKER_HUB
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return registry, repository


def _spelled(written: str, old: Reference, new: Reference) -> str:
    """Return another image's name, without tag and digest, in the manner in which this one is written."""
    if new.name == old.name:
        return written
    short = old.repository.removeprefix("library/")
    registry = written.removesuffix(old.repository).removesuffix(short)
    full = written.endswith(old.repository)
    if new.registry == old.registry and (registry or (full and short != old.repository)):
        name = registry + (new.repository if full else new.repository.removeprefix("library/"))
        if _split_registry(name) == (new.registry, new.repository):
            return name
    return new.name if registry else Reference(new.registry, new.repository).familiar


class Platform(Struct, frozen=True, gc=False, order=True):
    """What an image runs on (OCI image-spec, "Image Index Property Descriptions"): `linux/arm64/v8`."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        """Write it as `docker build --platform` takes it."""
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    @property
    def normal(self) -> Platform:
        """The one way to write it: `linux/arm64/v8` is `linux/arm64`, and `linux/arm` is `linux/arm/v7`.

        Container runtimes compare platforms so (github.com/containerd/platforms, "Normalize").
        """
        architecture = _ARCHITECTURES.get(self.architecture, self.architecture)
        return Platform(self.os, architecture, _VARIANTS.get((architecture, self.variant), self.variant))


_ARCHITECTURES = {
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
}
_VARIANTS = {("arm64", "v8"): "", ("arm64", "8"): "", ("amd64", "v1"): "", ("arm", ""): "v7", ("arm", "7"): "v7"}


class ImageKind(Enum):
    """How a file names an image; the values are those of `dockwright images --format json`."""

    FROM = "from"
    COPY_FROM = "copy-from"
    MOUNT_FROM = "mount-from"
    SYNTAX = "syntax"
    ONBUILD_COPY_FROM = "onbuild-copy-from"
    ONBUILD_MOUNT_FROM = "onbuild-mount-from"
    COMPOSE = "compose"
    WORKFLOW_CONTAINER = "workflow-container"
    WORKFLOW_SERVICE = "workflow-service"
    DOCKER_ACTION = "docker-action"
    """`uses: docker://...` in a workflow or action, and `image: docker://...` in an action's metadata."""
    DEVCONTAINER = "devcontainer"
    BAKE = "bake"
    KUBERNETES = "kubernetes"
    HELM_VALUES = "helm-values"
    KUSTOMIZE = "kustomize"
    GITLAB_CI = "gitlab-ci"


IN_DOCKERFILES = frozenset(
    (
        ImageKind.FROM,
        ImageKind.COPY_FROM,
        ImageKind.MOUNT_FROM,
        ImageKind.SYNTAX,
        ImageKind.ONBUILD_COPY_FROM,
        ImageKind.ONBUILD_MOUNT_FROM,
    )
)
"""The kinds of use that only Dockerfiles have, also those inside other files."""


class ImageUse(Struct, frozen=True):
    """One place in a file that names an image.

    Attributes:
        kind: how it is named.
        word: what is written at the place, variables and all; its span is where a finding belongs.
        traced: the name with variables expanded, which remembers where each character was written; None if a part
            of it can't be known from the file.
        reference: the name, read; None if it can't be known or is no valid name.
        stage: the stage's name, or its number in decimal if it has none (what `--target` takes); None for `# syntax=`.
        platform: the value of `FROM --platform=`, expanded, if it is known.
    """

    kind: ImageKind
    word: Traced
    traced: Traced | None
    reference: Reference | None
    stage: str | None
    platform: str | None = None

    @property
    def span(self) -> Span:
        """Where it is written."""
        span = self.word.span
        assert span is not None, "a word of a file has a place"  # noqa: S101
        return span

    @property
    def tag_span(self) -> Span | None:
        """Where the tag's characters stand, through `ARG`s too; None if there is no tag or it is written in pieces."""
        if self.traced is None or self.reference is None or self.reference.tag is None:
            return None
        end = len(self.traced) if self.reference.digest is None else self.traced.text.index("@")
        return self.traced.slice(end - len(self.reference.tag), end).exact

    def edit_tag(self, tag: str) -> Edit | None:
        """Return the edit that writes another tag where the tag stands; None if it is written in pieces."""
        span = self.tag_span
        return None if span is None else Edit(span, tag)

    def edit(self, new: Reference) -> tuple[Edit, ...] | None:
        """Return the edits that make this place name another image, as `renamed` does; None if it can't be done."""
        try:
            return self.renamed(new)
        except Unsolved:
            return None

    def renamed(self, new: Reference) -> tuple[Edit, ...]:
        """Return the fewest edits that make this place name another image, where its characters stand.

        The name stays familiar or full, as it is written. A tag or a digest that is added goes behind what is there:
        into an `ARG` only if that has the whole name, so that nothing else comes to have a digest.
        Whoever applies the edits has to read the file again: characters of an `ARG` may serve others, too.

        Raises:
            Unsolved: when the name can't be known from the file, or a piece that would change cannot be edited, or
                more than one could.
        """
        if self.traced is None or self.reference is None:
            raise Unsolved("a part of its name is known only to the build")
        text = self.traced.text
        tag_end = text.find("@") if self.reference.digest is not None else len(text)
        name_end = tag_end if self.reference.tag is None else tag_end - len(self.reference.tag) - 1
        pieces = Pieces(self.traced)
        name = _spelled(text[:name_end], self.reference, new)
        edits = pieces.reworded(0, name_end, name, separators="/:-_.")
        edits += self._suffix(pieces, (name_end, tag_end), new.tag, ":-_.")
        edits += self._suffix(pieces, (tag_end, len(text)), new.digest, "@")
        settled = _settled(self.traced, edits, name + new.suffix)
        return settled if self.kind in IN_DOCKERFILES else quoted(self.traced, settled)

    def _suffix(self, pieces: Pieces, place: tuple[int, int], new: str | None, separators: str) -> list[Edit]:
        """Reword, remove or add a tag or digest; the first separator is what stands before it."""
        start, end = place
        if start == end:
            return [] if new is None else [self._added(pieces, start, separators[0] + new)]
        if new is None:
            return [pieces.removed(start, end)]
        return pieces.reworded(start + 1, end, new, separators=separators[1:])

    def _added(self, pieces: Pieces, at: int, text: str) -> Edit:
        """Add a text at an offset: in this very place if one of the characters beside it stands there."""
        assert self.traced is not None  # noqa: S101 - asked by `renamed`
        inside = at < len(self.traced)
        if self._holds(pieces.place(at - 1)):
            return pieces.inserted(at, text, behind=True)
        if (inside and self._holds(pieces.place(at))) or pieces.holder(0, at) is not None:
            return pieces.inserted(at, text, behind=not inside)
        if not any(map(self._holds, self.traced.spans)):
            raise Unsolved("its name and its tag are written apart, and nothing can be added where it is used")
        end = self.span.end - (self.word.text[-1] in "\"'")
        return Edit(Span(self.span.source, end, end), text)

    def _holds(self, place: Span | None) -> bool:
        """Tell whether a piece stands in this very place, not in an `ARG`."""
        here = self.span
        return place is not None and place.source is here.source and here.start <= place.start and place.end <= here.end


def _settled(traced: Traced, edits: Iterable[Edit], wanted: str) -> tuple[Edit, ...]:
    """Return the edits in order, each once; they must not want two things of the same characters.

    Raises:
        Unsolved: when they do (`FROM app-$V:$V`, where only the tag is to change).
    """
    settled: list[Edit] = []
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.span.source.path, each.span.start, each.span.end)):
        last = settled[-1] if settled else None
        if last is None or last.span.source is not edit.span.source or last.span.end < edit.span.start:
            settled.append(edit)
        elif edit.span.start < last.span.end:
            raise Unsolved(_CLASH)
        elif edit.span.start == edit.span.end:
            settled[-1] = Edit(last.span, last.text + edit.text)
        else:
            settled.append(edit)
    at_its_end = "".join(edit.text for edit in settled if not touched(traced, edit))
    parts = parts_after(traced, settled) or []
    if "".join(parts) + at_its_end != wanted:
        raise Unsolved(_CLASH)
    if "" in parts:
        raise Unsolved("a part of its name would be left empty where it is written")
    return tuple(settled)
