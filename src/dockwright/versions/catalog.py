"""A repository's tags, indexed so that one tag's updates are found without looking at all the others."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.versions.decide import decide
from dockwright.versions.family import Family
from dockwright.versions.parts import read_tail
from dockwright.versions.series import CODENAME, scheme_of
from dockwright.versions.tag import Tag, read_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from dockwright.versions.decide import Decision
    from dockwright.versions.policy import TagPolicy

_POSTGRESQL_SHORTENED = 10  # since this version two numbers are a release, before three were
_BUILDS = re.compile(r"_%|-@|-[A-Za-z0-9]*\.?%+")
_MAJOR = re.compile(r"\d{1,9}(?=\.|$)", re.ASCII)
_NO_VERSION = re.compile(r"(?:latest|lts|stable|mainline|current)-")


class Catalog:
    """The tags of one repository.

    Reading a tag costs microseconds and there may be a million, so only those are read that end as the asked one does.
    """

    def __init__(self, name: str, tags: Iterable[str], *, pushed: Mapping[str, date] = MappingProxyType({})) -> None:
        """Sort the tags by their ends; `name` is `Reference.name`, `pushed` the days of tags' last pushes, if known."""
        self.name = name
        self.scheme = scheme_of(name)
        self.pushed = pushed
        self._unread: dict[str, list[str]] = {}  # tags that begin with a number, by what follows the first `-`
        self._others: list[str] = []
        for text in tags:
            head, _, tail = text.partition("-")
            if head[:1].isdecimal() and not tail[:1].isdecimal():
                self._unread.setdefault(tail, []).append(text)
            else:
                self._others.append(text)
        self._ends: dict[str, list[str]] | None = None
        self._shapes: dict[str, set[Tag]] = {}
        self._families: dict[str, Family] = {}
        self._precise: dict[int, int] | None = None
        self._built: dict[str, Family | None] = {}

    def __contains__(self, tag: str) -> bool:
        """Tell whether the repository has a tag."""
        head, _, tail = tag.partition("-")
        if head[:1].isdecimal() and not tail[:1].isdecimal():
            return tag in self._unread.get(tail, ())
        return tag in self._others

    def __bool__(self) -> bool:
        """Tell whether there are any tags."""
        return bool(self._unread or self._others)

    def decide(self, tag: str, policy: TagPolicy, *, today: date) -> Decision:
        """Return what a tag may move to, best first for each type of update, and what else there is to say."""
        return decide(self, self.read(tag), policy, today=today)

    def read(self, text: str) -> Tag:
        """Read a tag as this image means it: a codename is the version of a system's image.

        PostgreSQL 9.6.24 is written as precisely as PostgreSQL 10.23, and 9.6 as 10.
        """
        tag = read_tag(text)
        if self.scheme.product == "postgresql" and tag.release and tag.release[0] < _POSTGRESQL_SHORTENED:
            return replace(tag, precision=tag.precision[1:])
        if not tag.release and tag.system and self._is_of_system(tag.shape):
            return replace(tag, release=tag.system, system=(), precision=CODENAME)
        return tag

    def family(self, shape: str) -> Family:
        """Return the tags of a shape."""
        if shape not in self._families:
            self._read_like(shape)
            self._families[shape] = Family(shape, self._shapes.get(shape, ()), self.scheme, self._fullest())
        return self._families[shape]

    def built(self, shape: str) -> Family | None:
        """Return the largest family that counts builds, or names their day, where a shape does not."""
        if shape not in self._built:
            tail = shape.partition("-")[2]
            for end in list(self._tails()):
                if end != tail and _BUILDS.sub("", f"-{end}") == (f"-{tail}" if tail else ""):
                    self._read_like(f"#-{end}")
            found = [self.family(s) for s in sorted(self._shapes) if s != shape and _BUILDS.sub("", s) == shape]
            self._built[shape] = max(found, key=lambda family: len(family.tags), default=None)
        return self._built[shape]

    def versioned(self, shape: str) -> Family:
        """Return the tags that are as those of a shape without a version, but have one (`8.3.1-fpm-alpine3.22`)."""
        return self.family("#-" + _NO_VERSION.sub("", shape))

    def _is_of_system(self, shape: str) -> bool:
        """Tell whether a tag without a version is a system's own: `bookworm-slim`; anywhere `bookworm-20240904`."""
        if self.scheme.is_system:
            return shape.startswith(("<", "debian-<", "ubuntu-<"))
        return shape.startswith("<") and "@" in shape

    def _fullest(self) -> dict[int, int]:
        """Return how many numbers the most precise versions have, by major version."""
        if self._precise is None:
            self._tails()
            found = {release for tags in self._shapes.values() for tag in tags if (release := tag.release)}
            counts = {release[0]: 0 for release in found}
            heads = {text.partition("-")[0] for texts in self._unread.values() for text in texts}
            sizes = [(release[0], len(release)) for release in found]
            sizes += [(int(match[0]), head.count(".") + 1) for head in heads if (match := _MAJOR.match(head))]
            for major, size in sizes:
                counts[major] = max(size, counts.get(major, 0))
            self._precise = counts
        return self._precise

    def _read_like(self, shape: str) -> None:
        """Read the tags that end as a shape does."""
        tails = self._tails()
        for tail in tails.pop(shape.partition("-")[2], ()):
            for text in self._unread[tail]:
                self._add(text)

    def _tails(self) -> dict[str, list[str]]:
        """Return the ends of unread tags by their shapes."""
        if self._ends is None:
            self._ends = {}
            for tail in self._unread:
                self._ends.setdefault(read_tail(tail).shape if tail else "", []).append(tail)
            for text in self._others:
                self._add(text)
        return self._ends

    def _add(self, text: str) -> None:
        tag = self.read(text)
        self._shapes.setdefault(tag.shape, set()).add(tag)
