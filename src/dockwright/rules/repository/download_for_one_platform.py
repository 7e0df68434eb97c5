"""A download for one platform in an image that is built for several

## Why

The build is for several platforms, and a `RUN` or `ADD` fetches a file whose name says that it is for one of them
(`tool-linux-amd64`). In the images for the others it does not start (`exec format error`), or only in emulation; the
build itself often ends well. `ARG TARGETARCH` gives the architecture that is being built, `amd64` or `arm64`, to be put
into the address ([Docker: platform arguments](https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope)).

Nothing is said where the same command asks for its architecture (`TARGETARCH`, `uname -m`, `dpkg
--print-architecture`) or names another one, about keys, checksums and packages for any platform, and in stages that run
on the machine that builds (`FROM --platform=$BUILDPLATFORM`).

## Bad

```dockerfile
FROM debian:trixie-slim
ADD https://example.com/releases/tool-linux-amd64 /usr/local/bin/tool
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ghcr.io/acme/app:latest
```

## Good

```dockerfile
FROM debian:trixie-slim
ARG TARGETARCH
ADD https://example.com/releases/tool-linux-${TARGETARCH} /usr/local/bin/tool
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ghcr.io/acme/app:latest
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import dockerfile_at
from dockwright.facts.platforms import architecture, many_platforms
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.platforms import ManyPlatforms
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_ADDRESS = r"https?://[^\s\"'|;&<>()]{1,500}"
_ARCHITECTURE = r"(?<![a-z0-9])(amd64|x86_64|x86-64|x64|arm64|aarch64)(?![a-z0-9])"
_ASKS = (
    r"TARGETARCH|TARGETPLATFORM|\buname\b|--print-architecture|--print-arch\b|\b(?:dpkg_)?arch\b|\bgo env\b|\bcase\b"
)
_FOR_ANY = (
    r"(?i)(?:\.gpg|\.asc|\.key|\.sig|\.list|\.sha\d*|\.md5|sums?|\.jar|/repomd\.xml|pubkey[^/]*|/)$|noarch|manylinux"
)
_LONGEST = 20_000


@rule_of_project(Severity.WARNING, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield each address of a file for one architecture, in an image that is built for others as well."""
    said: set[Span] = set()
    for many in many_platforms(project.tree):
        for instruction, text, name in _downloads(project.tree, many):
            span = _place(instruction, text)
            if span not in said:
                said.add(span)
                yield _problem(span, name, many)


def _downloads(tree: Tree, many: ManyPlatforms) -> Iterator[tuple[Instruction, str, str]]:
    """Yield the instructions that fetch for one architecture, with the address and the word that says so."""
    settings = many.build.settings
    dockerfile = dockerfile_at(tree, settings.dockerfile.path or "")
    stage = None if dockerfile is None else dockerfile.target(settings.target.text if settings.target else None)
    if dockerfile is None or stage is None:
        return
    needed = dockerfile.needed(stage)
    for each in dockerfile.stages:
        if each.index in needed and not _has_platform(dockerfile, each):
            for instruction in dockerfile.instructions("RUN", "ADD", stage=each):
                found = _one_architecture(instruction.span.text[:_LONGEST])
                if found is not None:
                    yield instruction, *found


def _has_platform(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether a stage is for a platform of its own."""
    return any(each.start.flag("platform") is not None for each in dockerfile.lineage(stage))


def _one_architecture(text: str) -> tuple[str, str] | None:
    """Return an address in a command that is for one architecture, and that architecture as it is called there."""
    if "://" not in text or re.search(_ASKS, text):
        return None
    named = [match[1].lower() for match in re.finditer(_ARCHITECTURE, text, re.IGNORECASE)]
    if len({architecture(name) for name in named}) != 1:
        return None
    for match in re.finditer(_ADDRESS, text):
        name = re.search(_ARCHITECTURE, match[0], re.IGNORECASE)
        if name is not None and not re.search(_FOR_ANY, match[0].partition("?")[0].rstrip(".,")):
            return match[0], name[1]
    return None


def _place(instruction: Instruction, text: str) -> Span:
    start = instruction.span.start + instruction.span.text.index(text)
    return instruction.span.source.span(start, start + len(text))


def _problem(span: Span, name: str, many: ManyPlatforms) -> Problem:
    others = ", ".join(f"`{each}`" for each in sorted(many.architectures - {architecture(name)}))
    message = (
        f"This file is for `{name}`, but the image is built for {others}, too, and gets the same file there: it does "
        f"not start, or only in emulation. Put the architecture in with `ARG TARGETARCH`."
    )
    return Problem(span, message, None, (many.span,), None, (Related(many.span, "the platforms"),))
