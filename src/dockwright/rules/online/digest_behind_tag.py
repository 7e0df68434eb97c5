"""The tag of a pinned base image has moved to another image since

## Why

A digest keeps the image that its tag had on one day. When the publisher rebuilds the tag, mostly to bring in the fixes
of the distribution beneath, the digest stays where it is, and so does everything that is built on it. Whoever writes
or copies a pin today had better take the image of today
([FAQ of the official images](https://github.com/docker-library/faq)).

This rule asks the registry, so it runs only where online rules are switched on. It looks at changed lines only: to
keep all digests moving is the job of an updater, such as `dockwright update`. It is silent where the platforms that
matter have the same image as before, about updates that the configuration does not want or holds back for some
days, and where [base-lacks-security-updates](base-lacks-security-updates.md) asks for the same digest.

## Bad

```dockerfile
FROM debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
```

```yaml online
debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:
  made: 2026-10-20
  rebuilt: 2026-11-10
  refresh: debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
```

## Good

```dockerfile
FROM debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
```

```yaml online
debian:trixie-slim@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb:
  made: 2026-11-10
```

## Fix

Writes the digest that the tag has today, of an image for the same platforms. Unsafe: another image is built on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.online import causes, move
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_online

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Base, Online
    from dockwright.image import Reference
    from dockwright.project import Project

_SHOWN = len("sha256:") + 12


@rule_online(Severity.NOTICE)
def check(dockerfile: Dockerfile, _project: Project, online: Online) -> Iterator[Problem]:
    """Yield each base image whose digest is not what its tag names today."""
    for use, reference, base in online.known(dockerfile):
        if base.refresh is not None and base.remedy is None and reference.digest is not None:
            fix = move(dockerfile, use, base.refresh, f"Pin the image that `{reference.tag}` is today")
            yield Problem(use.span, _message(reference, base), fix, causes(use))


def _message(reference: Reference, base: Base) -> str:
    new = "" if base.refresh is None else (base.refresh.digest or "")[:_SHOWN]
    when = f", built on {base.rebuilt}" if base.rebuilt is not None else ""
    old = f" The pinned one was built on {base.made}." if base.made is not None else ""
    name = type(reference)(reference.registry, reference.repository, reference.tag).familiar
    return (
        f"`{name}` is another image now (`{new}…`{when}) than the pinned one.{old} What was fixed since is missing in "
        f"everything that is built on this. Pin the image of today."
    )
