"""Images that nobody rebuilds any more, whatever their tag: `retired.tsv`, entered by hand, with sources."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

from msgspec import Struct

from dockwright.lifecycle.table import vendored
from dockwright.lifecycle.tag import official_name


class Retired(Struct, frozen=True, gc=False):
    """Why an image is a dead end.

    Attributes:
        repository: the canonical name; `/*` at its end stands for everything below.
        since: the day on which it stopped being rebuilt.
        reason: what happened, the rest of a sentence that begins with the image's name.
        instead: names of what took its place, as people write them; empty if nothing did.
        source: where that can be read.
    """

    repository: str
    since: date
    reason: str
    instead: tuple[str, ...]
    source: str


@lru_cache(maxsize=256)  # several rules ask for the same image
def retired(repository: str, tag: str = "latest") -> Retired | None:
    """Return why an image is no longer rebuilt; None if it is, or if nothing is known about it.

    A few images are retired but for some tags (`openjdk` still publishes early-access builds).
    """
    name = official_name(repository)
    canonical = repository if name is None else f"docker.io/library/{name}"
    for row, kept in _table():
        prefix = row.repository.removesuffix("*")
        if canonical == prefix or (prefix.endswith("/") and canonical.startswith(prefix)):
            return None if kept and re.search(kept, f"{canonical}:{tag}") else row
    return None


def names_of_retired() -> tuple[str, ...]:
    """Return the last word of each name that is retired, of namespaces their own: `centos`, `bitnami`."""
    return tuple(row.repository.removesuffix("/*").rpartition("/")[2] for row, _ in _table())


@cache
def _table() -> tuple[tuple[Retired, str], ...]:
    return tuple(_row(line) for line in vendored("retired.tsv").splitlines()[1:])


def _row(line: str) -> tuple[Retired, str]:
    repository, kept, since, reason, instead, source = line.split("\t")
    return Retired(repository, date.fromisoformat(since), reason, tuple(instead.split()), source), kept
