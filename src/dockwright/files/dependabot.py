"""Dependabot's configuration: which folders' Dockerfiles it keeps up to date.

The format is GitHub's ("Dependabot options reference"). What it reads in a Dockerfile is in dependabot-core, under
`docker/lib/dependabot/docker/file_parser.rb`: a `FROM` with an image written out; nothing that comes from an `ARG`, and
neither `COPY --from` nor `RUN --mount`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._yaml import YamlMapping, YamlText, read_documents
from dockwright.pattern import matches

if TYPE_CHECKING:
    from dockwright.source import Source, Span

PATHS = (".github/dependabot.yml", ".github/dependabot.yaml")
"""Where GitHub looks for it."""

_DOCKERFILE = r"(?i:docker|container)file"


class DockerUpdates(Struct, frozen=True):
    """An entry for `docker`.

    Attributes:
        directories: the folders that it covers, as written (`/`, `/services/*`).
        span: where it says that it is for `docker`.
        key: where `directory` or `directories` is written.
        values: where the folders are.
        limited: whether it leaves out some versions (`ignore`, `allow`).
    """

    directories: tuple[str, ...]
    span: Span | None = None
    key: Span | None = None
    values: tuple[Span, ...] = ()
    limited: bool = False

    def cover(self, dockerfile: str) -> bool:
        """Tell whether a Dockerfile is one that the entry keeps up to date."""
        name = dockerfile.rpartition("/")[2]
        if not re.search(_DOCKERFILE, name):
            return False
        return any(matches(f"/{directory}/{name}", dockerfile) for directory in self.directories)


def read_docker_updates(source: Source) -> tuple[DockerUpdates, ...]:
    """Return the entries for `docker` that open pull requests; none if the file is broken."""
    found: list[DockerUpdates] = []
    for document in read_documents(source)[:1]:
        for update in document.list("updates").mappings:
            ecosystem, limit = update.text("package-ecosystem"), update.text("open-pull-requests-limit")
            if ecosystem and ecosystem.text == "docker" and not (limit and limit.text == "0"):
                folders = _directories(update)
                key = update.keys.get("directories") or update.keys.get("directory")
                names = tuple(folder.text for folder in folders)
                limited = not {"ignore", "allow"}.isdisjoint(update.values)
                places = tuple(folder.span for folder in folders)
                found.append(DockerUpdates(names, ecosystem.span, key, places, limited))
    return tuple(found)


def _directories(update: YamlMapping) -> tuple[YamlText, ...]:
    several = [item for item in update.list("directories").items if isinstance(item, YamlText)]
    one = update.text("directory")
    return (*several, *([one] if one else ()))
