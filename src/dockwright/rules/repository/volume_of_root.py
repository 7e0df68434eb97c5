"""A volume is mounted where the image has no folder, so that it is root's

## Why

A new volume takes its content and its owner from the folder of the image that it is mounted on. Where the image has no
such folder, Docker makes one, and it is root's: a service with another user cannot write to it ("Permission denied",
"unable to open database file"). Nothing is seen of it while the image is built, nor where the volume is of the time
when the service ran as root
([Docker: populate a volume](https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container)).

Said of named volumes of a Compose service that builds its image here, where neither a command nor a `COPY` of the
Dockerfile can have made the folder, and the base image is a plain system or language. Not said of volumes that other
services mount, too, or that are declared with a driver or as external.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
WORKDIR /app
COPY shop.py .
USER app
CMD ["python", "shop.py"]
```

```yaml file=compose.yaml
services:
  shop:
    build: .
    volumes:
      - orders:/app/orders
volumes:
  orders:
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
WORKDIR /app
COPY shop.py .
RUN mkdir -p /app/orders && chown app /app/orders
USER app
CMD ["python", "shop.py"]
```

```yaml file=compose.yaml
services:
  shop:
    build: .
    volumes:
      - orders:/app/orders
volumes:
  orders:
```

## Fix

Makes the folder, and gives it to the user, before the `USER` line. Unsafe: it adds to the image, and a volume that is
there already keeps its owner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.bases import family_of
from dockwright.facts.root import external_base, is_for_windows
from dockwright.facts.run_services import services_with_user
from dockwright.facts.surroundings import services
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.run_services import RunService
    from dockwright.files.compose import Volume
    from dockwright.project import Project, Tree

_SYSTEM = frozenset("bin boot dev etc lib lib64 media mnt opt proc root run sbin srv sys tmp usr var".split())
_MADE_BY_BUILDS = frozenset(
    ".angular .bundle .cargo .gradle .m2 .next .npm .nuxt .output .venv bin build cache dist node_modules obj out "
    "public static staticfiles target vendor venv".split()
)
_DECLARED = r"(?m)^[ \t]+[\"']?{}[\"']?:[ \t]*(?:\{{[^\n}}]*\w|\n[ \t]+(?:external|driver|driver_opts|name):)"
_MAKES_MORE = r"\.sh\b|\bmkdir\b[^\n]*\$|\binstall\b[^\n]*\s-d\b[^\n]*\$|\bsudo\b|\bmake\b|\btar\b"
_BRINGS = ("ADD", "COPY", "RUN", "VOLUME", "WORKDIR")
_PLAIN = r"(?:/[\w.-]+){2,}|/(?!home/)[\w.-]+"
_HOME = r"/home/[^/]+"


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each volume of a service with a user other than root that is mounted on a folder which is not there."""
    for each in services_with_user(project.tree):
        service = each.service
        if service.user is not None or not service.volumes or not _is_plain(each):
            continue
        for volume in service.volumes:
            target = volume.target.rstrip("/")
            if not _is_there(each, target, project.tree) and _is_own(each, volume, project.tree):
                yield _problem(each, volume, target)
                break


def _is_plain(each: RunService) -> bool:
    """Tell whether all that the image has is seen: a base without services, and no script that may make folders."""
    bottom = each.dockerfile.lineage(each.stage)[-1]
    base = external_base(each.dockerfile, each.stage)
    known = bottom.scratch or (base is not None and not base.serves)
    if not known or is_for_windows(each.dockerfile, each.stage):
        return False
    runs = (
        run for stage in each.dockerfile.lineage(each.stage) for run in each.dockerfile.instructions("RUN", stage=stage)
    )
    return not any(re.search(_MAKES_MORE, run.span.text) for run in runs)


def _is_there(each: RunService, target: str, tree: Tree) -> bool:
    """Tell whether the image may have the folder: anything that names it, or a folder of that name, is enough."""
    parts = target.split("/")[1:]
    if not re.fullmatch(_PLAIN, target) or re.fullmatch(_HOME, target) or not _MADE_BY_BUILDS.isdisjoint(parts):
        return True
    if parts[0] in _SYSTEM and not _is_below_workdir(each, target):
        return True
    named = rf"(?<![\w-]){re.escape(parts[-1])}(?![\w-])"
    if any(re.search(named, line.span.text) for line in each.dockerfile.instructions(*_BRINGS)):
        return True
    return any(f"/{parts[-1]}/" in f"/{path}" for path in tree.paths())


def _is_below_workdir(each: RunService, target: str) -> bool:
    folders = (
        line.words[0].text
        for stage in each.dockerfile.lineage(each.stage)
        for line in each.dockerfile.instructions("WORKDIR", stage=stage)
        if line.words
    )
    return any(len(folder) > 1 and target.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _is_own(each: RunService, volume: Volume, tree: Tree) -> bool:
    """Tell whether nothing else mounts the volume, or says where it comes from."""
    source = each.service.span.source
    if re.search(_DECLARED.format(re.escape(volume.name)), source.text):
        return False
    mounts = (mount for other in services(tree) if other.span.source.path == source.path for mount in other.volumes)
    return sum(mount.name == volume.name for mount in mounts) == 1


def _problem(each: RunService, volume: Volume, target: str) -> Problem:
    user = each.user.instruction
    message = (
        f"The image has no `{target}`, so that the volume `{volume.name}` is made with root as its owner, and "
        f"`{each.user.account}`, whom the service runs as, cannot write to it. Make the folder in "
        f"`{each.dockerfile.source.path}`, and give it to `{each.user.account}`."
    )
    related = (Related(user.span, "the service runs as this user"),)
    return Problem(volume.span, message, _fix(each, target), causes=(user.span,), related=related)


def _fix(each: RunService, target: str) -> Fix | None:
    user, account = each.user, each.user.account
    plain = account is not None and re.fullmatch(r"[\w.-]+", account)
    lines = list(users(each.dockerfile, each.stage))
    if not plain or len(lines) != 1 or user.stage != each.stage or user.instruction.stage != each.stage.index:
        return None
    image = each.dockerfile.lineage(each.stage)[-1].image
    if image is None or image.reference is None or family_of(image.reference) is None:
        return None
    start = user.instruction.span.source.line_starts[user.instruction.span.first.line - 1]
    end = "\r\n" if "\r\n" in user.instruction.span.source.text else "\n"
    made = f"RUN mkdir -p {target} && chown {account} {target}{end}"
    edit = Edit(user.instruction.span.source.span(start, start), made)
    return Fix("Make the folder for the user", (edit,), Applicability.UNSAFE)
