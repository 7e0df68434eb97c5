"""A base image lacks security updates that its distribution has published

## Why

What is missing in the base is missing in every image that is built on it, and no scanner of the own code sees it. The
packages of the base are read out of its layers and compared with what its distribution has published for security by
now: these are updates that are there to be had, not guesses about vulnerabilities
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often)).

Where the digest of today, or a newer patch version, has more of them, that is the fix. Otherwise its publisher has not
rebuilt the image yet, and it is a notice: an upgrade in the Dockerfile brings them until then. Kernel headers are not
counted, as an image runs on its host's kernel.

This rule asks the registry and the distribution, so it runs only where online rules are switched on, and looks at
changed lines only. Where the answer is not certain, for an ended release for example, it is silent.

## Bad

```dockerfile
FROM debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
```

```yaml online
debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:
  made: 2026-10-20
  refresh: debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  lacks: {sources: [glibc, openssl], publisher: Debian, until: 2026-11-22}
  better: {sources: [], publisher: Debian, until: 2026-11-22}
```

## Good

```dockerfile
FROM debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
```

```yaml online
debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb:
  made: 2026-11-10
  lacks: {sources: [], publisher: Debian, until: 2026-11-22}
```

## Fix

Names the image of today, or the newest patch version, where that is known to lack fewer of them. Unsafe: another image
is built on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.online import causes, move
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_online

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Base, Lacks, Online
    from dockwright.image import Reference
    from dockwright.project import Project

_SHOWN = len("sha256:") + 12


@rule_online(Severity.WARNING)
def check(dockerfile: Dockerfile, _project: Project, online: Online) -> Iterator[Problem]:
    """Yield each base image that is known to lack security updates."""
    for use, reference, base in online.known(dockerfile):
        if base.lacks is None or not base.lacks.sources:
            continue
        new = base.remedy
        message = _message(reference, base, base.lacks, new)
        fix = None if new is None else move(dockerfile, use, new, f"Use {_shown(new)}")
        yield Problem(use.span, message, fix, causes(use), Severity.NOTICE if new is None else None)


def _message(reference: Reference, base: Base, lacks: Lacks, new: Reference | None) -> str:
    count = len(lacks.sources)
    packages = "1 source package" if count == 1 else f"{count} source packages"
    first = (
        f"`{_bare(reference)}` lacks the security updates of {packages} that {lacks.publisher} published up to "
        f"{lacks.until}: {lacks.named}. So does everything that is built on it."
    )
    if new is None:
        since = f" since {base.made}" if base.made is not None else ""
        return f"{first} Its publisher has not rebuilt it{since}; until then, upgrade the packages in the Dockerfile."
    left = 0 if base.better is None else len(base.better.sources)
    rest = "none" if not left else f"only those of {left}"
    return f"{first} {_shown(new)} lacks {rest}. Use that."


def _bare(reference: Reference) -> str:
    """Name an image without its digest, if it has a tag."""
    return reference.familiar.partition("@")[0]


def _shown(reference: Reference) -> str:
    digest = reference.digest
    return f"`{_bare(reference)}@{digest[:_SHOWN]}…`" if digest else f"`{_bare(reference)}`"
