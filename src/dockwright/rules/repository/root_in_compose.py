"""A Compose service runs the image as root again

## Why

The Dockerfile ends with a `USER` other than root, so that whoever breaks into the service is not root, too. Compose's
`user: root` or `user: "0"` goes before it: the service runs as root wherever it is started by that file, and files that
it writes to volumes belong to root, so that it cannot even go back later without a change of their owners
([Compose: user](https://docs.docker.com/reference/compose-file/services/#user)).

Not said of files and services for development and tests, of images whose entrypoint gives up being root by itself, and
of services that only change the owner of files.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
COPY shop.py .
USER 10001
CMD ["python", "shop.py"]
```

```yaml file=compose.yaml
services:
  shop:
    build: .
    user: root
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
COPY shop.py .
USER 10001
CMD ["python", "shop.py"]
```

```yaml file=compose.yaml
services:
  shop:
    build: .
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.process import steps_down
from dockwright.facts.run_services import services_with_user
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.run_services import RunService
    from dockwright.files.compose import Service
    from dockwright.project import Project

_ROOT = r"(?:root|0+)(?::.*)?"
_REASONS = r"\.{1,2}/?|\$\{?PWD\}?.*|.*docker\.sock.*|/(?:dev|proc|sys|etc|var|run)(?:/.*)?|/"
_NEEDS_ROOT = r"\b(?:chown|chmod|gosu|su-exec|setpriv|su|sudo|runuser)\b"


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield the `user:` of each service that makes root of an image's other user."""
    for each in services_with_user(project.tree):
        user = each.service.user
        if user is None or not re.fullmatch(_ROOT, user.text) or _has_reason(each.service):
            continue
        if steps_down(each.dockerfile, each.stage, project.tree) is False:
            yield Problem(
                user.span,
                _message(each),
                causes=(each.user.instruction.span,),
                related=(Related(each.user.instruction.span, "the image has a user of its own"),),
            )


def _has_reason(service: Service) -> bool:
    if service.network_mode is not None or service.privileged is not None:
        return True
    mounts = any(re.fullmatch(_REASONS, folder) for folder in service.folders)
    return mounts or re.search(_NEEDS_ROOT, service.starts) is not None


def _message(each: RunService) -> str:
    return (
        f"`user: {each.service.user.text if each.service.user else ''}` goes before `USER {each.user.account}` of "
        f"`{each.dockerfile.source.path}`: the service runs as root after all, and so does whoever breaks into it. "
        f"Take it away, and give the folders that it writes to to `{each.user.account}`."
    )
