"""GitLab CI configurations: the images that jobs run in, and their services.

Format: docs.gitlab.com, "CI/CD YAML syntax reference" (`image`, `services`, `variables`) and "Where variables can be
used". A variable is followed to a text in the same file if nothing else in the file can give it another value; what the
project's settings say is not known.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dockwright.files._image_use import named
from dockwright.files._yaml import YAML, YamlList, YamlMapping, YamlText, read_documents
from dockwright.files.value import HOLE
from dockwright.image import ImageKind
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node
    from dockwright.image import ImageUse
    from dockwright.source import Source

_PATH = re.compile(r"(?:\A|/)(?:[^/]*gitlab-ci(?:[._-][^/]*)?\Z|\.gitlab(?:-ci)?/)", re.IGNORECASE)
_WORDS = ("image", "services")
_NO_JOBS = frozenset(("cache", "include", "spec", "stages", "variables", "workflow"))
_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\}|)", re.ASCII)
_DEEPEST = 10
_LONGEST = 4096
_REFERENCE = "!reference"


def matches(path: str) -> bool:
    """Tell whether a file is called as GitLab's configurations are, or lies in the folder for what they include."""
    return path.endswith(YAML) and _PATH.search(path) is not None


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images of a configuration."""
    if not any(word in source.text for word in _WORDS):
        return
    for document in read_documents(source):
        variables = _Variables(document)
        yield from _job(document, variables)
        for name, job in document.values.items():
            if isinstance(job, YamlMapping) and name not in _NO_JOBS:
                if name.startswith(".") and "name" in job.values and "entrypoint" in job.values:
                    yield from _image(job, variables, None)  # an anchor for `image`
                yield from _job(job, variables)


def _job(job: YamlMapping, variables: _Variables) -> Iterator[ImageUse]:
    yield from _image(job.values.get("image"), variables, job)
    services = job.list("services")
    for service in services.items if services.tag != _REFERENCE else ():
        yield from _image(service, variables, job)


def _image(image: Node | None, variables: _Variables, job: YamlMapping | None) -> Iterator[ImageUse]:
    name = image.text("name") if isinstance(image, YamlMapping) else image
    if isinstance(name, YamlText) and name.text and not name.is_null:
        word = name.traced
        yield from named(ImageKind.GITLAB_CI, word, variables.expand(word, job.mapping("variables") if job else None))


class _Variables:
    """The variables of a configuration: those for all jobs, and how often each name is given a value anywhere."""

    def __init__(self, document: YamlMapping) -> None:
        self._document = document
        self._for_all = document.mapping("variables")
        self._given: Counter[str] | None = None
        self._known: dict[int, dict[str, Traced | None]] = {}

    def expand(self, text: Traced, own: YamlMapping | None, *, depth: int = 0) -> Traced | None:
        """Replace variables; None if one is not known, or a part is filled in before GitLab reads the file.

        `own` are the variables of the job.
        """
        if "$" not in text.text:
            return text
        if len(text) > _LONGEST or depth > _DEEPEST:
            return None
        parts: list[Traced] = []
        done = 0
        for found in _VARIABLE.finditer(text.text):
            value = self._expanded(found[1] or found[2], own, depth)
            if value is None or len(value) > _LONGEST:
                return None
            parts += (text.slice(done, found.start()), value)
            done = found.end()
        parts.append(text.slice(done, len(text)))
        return Traced.join(parts)

    def _expanded(self, name: str | None, own: YamlMapping | None, depth: int) -> Traced | None:
        """Return what a variable stands for, computed once for a job; one that leads back to itself is not known."""
        known = self._known.setdefault(id(own), {})
        if name is not None and name not in known:
            known[name] = None
            value = self._value(name, own)
            known[name] = self.expand(value.traced, own, depth=depth + 1) if value else None
        return known[name] if name is not None else None

    def _value(self, name: str, own: YamlMapping | None) -> YamlText | None:
        """Return what a variable is given: by the job itself, or for all jobs and nowhere else."""
        if own is not None and name in own.values:
            return _literal(own.values[name])
        if self._given is None:
            self._given = _given(self._document)
        if self._for_all is None or self._given[name] != 1:
            return None
        value = self._for_all.values.get(name)
        return _literal(value) if value is not None else None


def _literal(value: Node) -> YamlText | None:
    """Return a variable's text; it may stand in a mapping with a description."""
    found = value.text("value") if isinstance(value, YamlMapping) else value
    return found if isinstance(found, YamlText) and HOLE not in found.text else None


def _given(document: YamlMapping) -> Counter[str]:
    """Count how often names are given a value: under `variables` and `matrix`, of jobs and of rules."""
    count: Counter[str] = Counter()
    todo: list[tuple[Node, str]] = [(document, "")]
    seen: set[int] = set()
    while todo:
        node, key = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, YamlList):
            todo += [(item, key) for item in node.items]
        elif isinstance(node, YamlMapping):
            count.update(node.values.keys() if key in {"variables", "matrix"} else ())
            todo += [(value, name) for name, value in node.values.items()]
    return count
