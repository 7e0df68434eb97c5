"""Which versions of Python and Node.js a repository's workflows run its tests with, folder by folder."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import repository
from dockwright.files._yaml import YamlList, YamlMapping, YamlText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.workflow.model import Job, Step, Text, Workflow
    from dockwright.project import Tree
    from dockwright.source import Span

# Patterns are kept as text: few reviews need them.
_TESTS = {
    "python": r"\b(?:pytest|unittest|manage\.py test|coverage run)\b",
    "node": r"\b(?:npm|pnpm|yarn|bun)[ \t]+(?:run[ \t]+)?test\b|\b(?:vitest|jest)\b",
}
_SETUPS = {
    "python": ("actions/setup-python", "python-version"),
    "node": ("actions/setup-node", "node-version"),
}
_OTHERWISE = (
    r"\b(?:docker|podman|nvm|pyenv|conda|mamba|tox|nox|hatch|volta)\b|--python\b|uv python|use-node-version|\bcd[ \t]"
)
"""What the commands of a job mention if its tests may run with another version, in a container, or elsewhere."""
_OF_MATRIX = r"\s*\$\{\{\s*matrix\.([\w-]{1,60})\s*\}\}\s*"
_VERSION = r"[v^~=]{0,2}(\d{1,3}(?:\.(?:\d{1,4}|[xX*])){0,2})(?:-dev)?"


class Tested(Struct, frozen=True):
    """What tests run with in a folder of the repository (empty for its top).

    Attributes:
        folder: where they run.
        versions: as written, and where.
        known: whether these are all.
    """

    folder: str
    versions: tuple[tuple[str, Span], ...]
    known: bool


@lru_cache(maxsize=2)
def tested(tree: Tree, language: str) -> tuple[Tested, ...]:
    """Return what the workflows test with, by folders; `language` is `python` or `node`."""
    found: dict[str, Tested] = {}
    for workflow in repository(tree).workflows:
        for job in workflow.jobs.values():
            for each in _of_job(workflow, job, language):
                before = found.get(each.folder, Tested(each.folder, (), known=True))
                versions = (*before.versions, *each.versions)
                found[each.folder] = Tested(each.folder, versions, known=before.known and each.known)
    return tuple(found.values())


def _of_job(workflow: Workflow, job: Job, language: str) -> Iterator[Tested]:
    tests = [step for step in job.steps if step.run is not None and re.search(_TESTS[language], step.run.text)]
    if not tests:
        return
    action, option = _SETUPS[language]
    given = [step.inputs.get(option) for step in job.steps if step.action == action]
    versions = [_versions(job, each) for each in given]
    plain = job.container is None and not any(step.run and re.search(_OTHERWISE, step.run.text) for step in job.steps)
    flat = tuple(version for each in versions for version in each or ())
    known = plain and bool(versions) and None not in versions
    for folder in dict.fromkeys(_folder(workflow, job, step) for step in tests):
        yield Tested(folder or "", flat, known=known and folder is not None)


def _folder(workflow: Workflow, job: Job, step: Step) -> str | None:
    folder = step.folder or job.folder or workflow.folder
    if folder is None:
        return ""
    path = posixpath.normpath(folder.text.strip())
    return None if not folder.constant else "" if path == "." else path


def _versions(job: Job, given: Text | None) -> list[tuple[str, Span]] | None:
    """Return the versions that an input gives, by the matrix too; None if not all of them are known."""
    if given is None:
        return None
    of_matrix = re.fullmatch(_OF_MATRIX, given.text)
    if of_matrix is None:
        return _read([(line.strip(), given.span) for line in given.text.split("\n") if line.strip()])
    if not isinstance(job.matrix, YamlMapping):
        return None
    values = job.matrix.values.get(of_matrix[1], YamlList(()))
    texts = list(values.items) if isinstance(values, YamlList) else [values]
    included = job.matrix.values.get("include", YamlList(()))
    if not isinstance(included, YamlList):
        return None
    texts += [each.values[of_matrix[1]] for each in included.mappings if of_matrix[1] in each.values]
    written = [(each.text, each.span) for each in texts if isinstance(each, YamlText)]
    return _read(written) if written and len(written) == len(texts) else None


def _read(written: list[tuple[str, Span]]) -> list[tuple[str, Span]] | None:
    found: list[tuple[str, Span]] = []
    for text, span in written:
        match = re.fullmatch(_VERSION, text)
        if match is None:
            return None
        found.append((match[1], span))
    return found
