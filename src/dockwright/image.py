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
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from dockwright.traced import Traced

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?", re.ASCII)
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}", re.ASCII)
_IDENTIFIER = re.compile(r"[a-f0-9]{64}", re.ASCII)
_LONGEST_REPOSITORY = 255

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
        if at and not _DIGEST.fullmatch(digest):
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
        return self.name + self._suffix

    @property
    def familiar(self) -> str:
        """The shortest name that means the same."""
        for short in (self.repository.removeprefix("library/"), self.repository):
            # `docker.io/a.b/c` stays whole: without its registry, `a.b` would be one.
            if _split_registry(short) == (self.registry, self.repository):
                return short + self._suffix
        return self.canonical

    @property
    def _suffix(self) -> str:
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


class ImageKind(Enum):
    """How a file names an image; the values are those of `dockwright images --format json`."""

    FROM = "from"
    COPY_FROM = "copy-from"
    MOUNT_FROM = "mount-from"
    SYNTAX = "syntax"
    ONBUILD_COPY_FROM = "onbuild-copy-from"
    ONBUILD_MOUNT_FROM = "onbuild-mount-from"


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
