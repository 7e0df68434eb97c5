"""The image has no `HEALTHCHECK`

## Why

Docker and Swarm can restart what no longer answers, if the image says how to ask. Kubernetes ignores `HEALTHCHECK` and
has probes of its own, Compose files may have one, too, and a tool that runs and ends needs none: so this is off by
default.

Only the published stage counts, with what it is built upon. `HEALTHCHECK NONE` is an answer. Nothing is said where the
image starts nothing, or is built `FROM scratch`, where there is often no program to ask with.

## Bad

```dockerfile
FROM nginx:1.30
COPY site /usr/share/nginx/html
CMD ["nginx", "-g", "daemon off;"]
```

## Good

```dockerfile
FROM nginx:1.30
COPY site /usr/share/nginx/html
HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
CMD ["nginx", "-g", "daemon off;"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.project import Project

_MESSAGE = "Nothing says how to find out whether this image's program still works. Add a `HEALTHCHECK`."


@rule_in_context(Severity.NOTICE, aliases=("hadolint:DL3057",), enabled=False, instructions=("CMD", "ENTRYPOINT"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the stage that is published without one."""
    target = dockerfile.target(project.target)
    if target is None:
        return
    built = dockerfile.lineage(target)
    names = {instruction.name for stage in built for instruction in stage.instructions}
    if "HEALTHCHECK" not in names and names & {"CMD", "ENTRYPOINT"} and not built[-1].scratch:
        yield Problem(target.start.span, _MESSAGE)
