"""`curl` does not follow the redirect that it will get

## Why

`curl` stops at a redirect unless it is told to follow (`-L`), and it calls that a success: in place of the file there
is an empty one, or a page with the new address, and what fails is something later. GitHub answers every download of a
release, of an archive and of a raw file with a redirect, SourceForge every download.
([curl(1), `--location`](https://curl.se/docs/manpage.html#-L)).

Only addresses are told that are known to be redirects.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN curl -fsS -o /usr/local/bin/yq https://github.com/mikefarah/yq/releases/download/v4.47.1/yq_linux_amd64
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN curl -fsSL -o /usr/local/bin/yq https://github.com/mikefarah/yq/releases/download/v4.47.1/yq_linux_amd64
```

## Fix

Adds `-L`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command

_MESSAGE = (
    "This address answers with a redirect, which `curl` does not follow by itself, so that an empty file or none is "
    "what comes. Add `-L`."
)
_REDIRECTS = (
    r"(?:https?://)?(?:www\.)?github\.com/[^/\s]+/[^/\s]+/(?:releases/(?:latest/)?download|archive|raw|zipball|tarball)/"
    r"|https?://(?:www\.)?sourceforge\.net/projects/[^\s]+/download(?![^\s])"
    r"|http://(?:www\.)?github\.com/"
)
_PARTS = ("/releases/", "/archive/", "/raw/", "ball/", "/download", "http://github.com/", "http://www.github.com/")
"""One of these is in each such address."""
_WITH_VALUE = "AbcCdDeEFhHKmoPQrtTuUvwxXyYz"
"""Short options of curl that take what follows them as their value."""
_NEVER_FETCHES = frozenset(("-I", "--head", "-w", "--write-out", "-K", "--config"))
_FOLLOWS = frozenset(("--location", "--location-trusted", "--follow"))


@rule(Severity.WARNING, instructions=("RUN",), words=("github.com/", "sourceforge.net/"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each such `curl`."""
    if "curlrc" in dockerfile.source.text:
        return
    for run in dockerfile.instructions("RUN"):
        text = run.span.text
        if "curl" in text and any(part in text for part in _PARTS):
            yield from _of_run(dockerfile, run)


def _of_run(dockerfile: Dockerfile, run: Instruction) -> Iterator[Problem]:
    for command in commands_of(dockerfile, run):
        texts = [word.text for word in command.arguments] if command.name == "curl" else []
        if any(re.match(_REDIRECTS, text) for text in texts) and not any(map(_is_enough, texts)):
            yield Problem(command.words[0].span, _MESSAGE, _fix(command))


def _is_enough(text: str) -> bool:
    # A word that begins with a variable may stand for options (`curl $CURL_OPTIONS`).
    return text in _FOLLOWS or text in _NEVER_FETCHES or text.startswith("$") or _has_short(text)


def _has_short(text: str) -> bool:
    """Tell whether a word of short options has one that follows redirects, or only asks where they lead."""
    if not text.startswith("-") or text.startswith("--"):
        return False
    for letter in text[1:]:
        if letter in "LIwK":
            return True
        if letter in _WITH_VALUE:
            return False
    return False


def _fix(command: Command) -> Fix | None:
    name = next((word for word in command.words if word.text.rpartition("/")[2] == "curl"), None)
    if name is None:
        return None
    end = name.span.end
    return Fix("Add `-L`", (Edit(name.span.source.span(end, end), " -L"),), Applicability.SAFE)
