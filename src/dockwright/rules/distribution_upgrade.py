"""`zypper dist-upgrade` in a build

## Why

`zypper dist-upgrade` also changes vendors, replaces packages by others and removes them, to get to whatever release the
repositories offer: what the image is then is no longer what its base image's tag says. `zypper update` stays within the
release. On Tumbleweed, which has no releases, `dist-upgrade` is the right command, and nothing is said.

## Bad

```dockerfile
FROM opensuse/leap:16.0
RUN zypper --non-interactive dist-upgrade
```

## Good

```dockerfile
FROM opensuse/leap:16.0
RUN zypper --non-interactive update
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import roots
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_MESSAGE = (
    "This may replace and remove packages, to reach another release than the base image's. `zypper update` stays "
    "within the release; another one is chosen by the base image's tag."
)


@rule(Severity.WARNING, aliases=("hadolint:DL3035",), instructions=("RUN",), words=("zypper",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each upgrade to another release."""
    for stage in dockerfile.stages:
        base = roots(dockerfile)[stage.index].base
        if base is not None and "tumbleweed" in base.text:
            continue
        for run in dockerfile.instructions("RUN", stage=stage, triggers=True):
            for step in steps_of(dockerfile, run) if "zypper" in run.span.text else ():
                if step.manager == "zypper" and step.verb in {"dist-upgrade", "dup"}:
                    verb = next(word for word in step.command.arguments if word.text == step.verb)
                    yield Problem(verb.span, _MESSAGE)
