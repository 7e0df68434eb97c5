"""Every way in which a repository builds images: its workflows, Compose files and bake files.

`read_repository` reads all; see `dockwright.files.build` for what a rule can ask of a `Build`.
"""

from __future__ import annotations

import posixpath
import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files import bake, compose
from dockwright.files.build import Build, Tool
from dockwright.files.compose_builds import read_service_builds
from dockwright.files.workflow.contexts import Surroundings
from dockwright.files.workflow.read import broken as broken_yaml
from dockwright.files.workflow.read import local_workflow
from dockwright.files.workflow.read import matches as is_workflow
from dockwright.files.workflow.session import Session
from dockwright.files.workflow.walk import builds_of_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.files.bake_builds import BakeFiles
    from dockwright.files.build import BrokenFile
    from dockwright.files.workflow.model import Workflow
    from dockwright.files.workflow.scripts import Read

MOST_FILES = 200
"""Files of each kind that are read."""

MOST_BUILDS = 2000
"""Builds that are returned."""

_NAMED = re.compile(
    r"github\.repository(_owner)?[ \t]{0,9}==[ \t]{0,9}'([\w.-]{1,100}(?:/[\w.-]{1,100})?)'"
    r"|'([\w.-]{1,100}(?:/[\w.-]{1,100})?)'[ \t]{0,9}==[ \t]{0,9}github\.repository(_owner)?\b",
    re.ASCII,
)


class Repository(Struct, frozen=True):
    """What a repository builds, its workflows as written, and the files that cannot be read."""

    builds: tuple[Build, ...]
    workflows: tuple[Workflow, ...]
    broken: tuple[BrokenFile, ...]


def builds_of(
    read: Read, paths: Iterable[str], *, repository: str | None = None, default_branch: str | None = None
) -> tuple[Build, ...]:
    """Return every way in which a repository builds images; see `read_repository`."""
    return read_repository(read, paths, repository=repository, default_branch=default_branch).builds


def read_repository(
    read: Read, paths: Iterable[str], *, repository: str | None = None, default_branch: str | None = None
) -> Repository:
    """Read what builds images. Never raises, whatever the files hold.

    Args:
        read: returns a file of the repository by its path, None if there is none.
        paths: every path of the repository.
        repository: its name on GitHub, `owner/name`. If it is not known, the one name that its workflows compare
            `github.repository` with is taken for it.
        default_branch: the branch that schedules run on, if it is known.
    """
    names = sorted(paths)
    workflows = [path for path in names if is_workflow(path)][:MOST_FILES]
    known = repository or _only_name(read, workflows)
    session = Session(read, Surroundings(known, default_branch))
    builds = chain(_of_workflows(session, workflows), _of_compose(session, names), _of_bake(session, names))
    first = tuple(islice(builds, MOST_BUILDS))
    return Repository(
        first,
        tuple(each for path in workflows if (each := session.workflow(path)) is not None),
        tuple(session.broken[path] for path in sorted(session.broken)),
    )


def _of_workflows(session: Session, paths: Sequence[str]) -> Iterator[Build]:
    """Yield workflows' builds; a called one's are its callers', unless nobody in here calls it."""
    read = [each for path in paths if (each := session.workflow(path)) is not None]
    session.called = {
        path
        for each in read
        for job in each.jobs.values()
        if job.uses and (path := local_workflow(job.uses.text, session.surroundings.repository))
    }
    for workflow in read:
        yield from builds_of_root(session, workflow)


def _only_name(read: Read, paths: Sequence[str]) -> str | None:
    """Return the repository's name, if the workflows compare with exactly one: what is guarded so is meant to run."""
    found: set[str] = set()
    for path in paths:
        source = read(path)
        for match in _NAMED.finditer(source.text) if source else ():
            name = match[2] or match[3]
            if "/" in name and not (match[1] or match[4]):
                found.add(name)
    return found.pop() if len(found) == 1 else None


def _of_compose(session: Session, paths: Sequence[str]) -> Iterator[Build]:
    for path in [path for path in paths if compose.matches(path)][:MOST_FILES]:
        source = session.read(path)
        if source is None:
            continue
        problem = broken_yaml(source) if "build" in source.text else None
        if problem is not None:
            session.broken.setdefault(path, problem)
        for service in read_service_builds(source):
            yield Build(Tool.COMPOSE_FILE, service.span, service.settings, name=service.name)


def _of_bake(session: Session, paths: Sequence[str]) -> Iterator[Build]:
    """Yield the targets of bake files; those that bake merges by itself are read together."""
    together: dict[tuple[str, str], list[str]] = {}
    for path in [path for path in paths if bake.matches(path)][:MOST_FILES]:
        folder, name = posixpath.split(path)
        together.setdefault((folder, "" if name in bake.DEFAULT_NAMES else name), []).append(path)
    for (folder, _), files in together.items():
        files.sort(key=lambda path: _order(path.rpartition("/")[2]))
        found = session.scripts.bake(files, folder or ".", _unset)
        if folder and not _is_there(session, found):
            # Contexts begin where bake is started: beside the file, or at the top.
            above = session.scripts.bake(files, ".", _unset)
            found = above if _is_there(session, above) else found
        for problem in found.broken:
            session.broken.setdefault(problem.path, problem)
        for target in found.targets.values():
            yield Build(Tool.BAKE_FILE, target.span, target.settings, name=target.name)


def _unset(_name: str) -> None:
    """Find no variable: by hand, bake has none set."""


def _is_there(session: Session, found: BakeFiles) -> bool:
    """Tell whether any Dockerfile of bake definitions is where their contexts lead."""
    paths = [target.settings.dockerfile.path for target in found.targets.values()]
    return any(path is not None and session.read(path) is not None for path in paths)


def _order(name: str) -> int:
    return bake.DEFAULT_NAMES.index(name) if name in bake.DEFAULT_NAMES else 0
