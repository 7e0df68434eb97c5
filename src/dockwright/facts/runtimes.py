"""Which version of a language an image has, and which versions a project's own files ask for.

Read are `requires-python` (PEP 621) and Poetry's `python`, the `go` line of `go.mod`, `engines.node` of `package.json`,
and `ruby` in a `Gemfile`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, json

from dockwright.facts.stages import roots, text_of
from dockwright.facts.version_range import LAST, Dialect, Span, prefix, read_range
from dockwright.lifecycle import official_name

if TYPE_CHECKING:
    from dockwright import source
    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.image import ImageUse
    from dockwright.source import Source

LANGUAGES = {"python": "Python", "golang": "Go", "node": "Node.js", "ruby": "Ruby"}
"""The official images of languages that are known here, and what the languages are called."""

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_TAG = r"(\d+(?:\.\d+){0,2})(?:-.*)?"
_BROUGHT_ALONG = {
    "python": r"(?i)pyenv|conda|uv python|uv venv|UV_PYTHON|--python[ =]|deadsnakes|Python-3|python3\.\d",
    "golang": r"GOTOOLCHAIN|go\.dev/dl|dl\.google\.com/go",
    "node": r"\bnvm\b|\bfnm\b|\bvolta\b|\bn (?:lts|\d)|nodesource|use-node-version",
    "ruby": r"rbenv|\brvm\b|ruby-install",
}
"""What a stage mentions if it may bring another version of the language along."""
_GO = r"^go[ \t]+(\d+\.\d+(?:\.\d+)?)[ \t]*\r?$"
_RUBY = r"^[ \t]*ruby[ \t(]+[\"']([^\"'\n]{1,60})[\"'](?:[ \t]*,[ \t]*[\"']([^\"'\n]{1,60})[\"'])?"
_PYTHON = r"^[ \t]*(?:requires-python|python)[ \t]*="
_ENGINE = r"\"node\"[ \t]*:"


class Runtime(Struct, frozen=True):
    """A language's version in an image, as far as the tag says it.

    Attributes:
        image: the official image's name: `golang`.
        version: as written in the tag: `3.12`.
        span: the versions that it may be.
        use: where the image is named.
    """

    image: str
    version: str
    span: Span
    use: ImageUse

    @property
    def language(self) -> str:
        """What people call the language."""
        return LANGUAGES[self.image]


class Demand(Struct, frozen=True):
    """What a project asks for: the versions, the text, and where it is written."""

    ranges: tuple[Span, ...]
    text: str
    place: source.Span


def runtime_of(dockerfile: Dockerfile, stage: Stage) -> Runtime | None:
    """Return the language that a stage's official image is for; None where another version may be brought along."""
    use = roots(dockerfile)[stage.index].image
    if use is None or use.reference is None:
        return None
    name = official_name(use.reference.name)
    match = re.fullmatch(_TAG, use.reference.tag or "")
    span = prefix(match[1]) if match is not None else None
    if name not in LANGUAGES or match is None or span is None:
        return None
    if re.search(_BROUGHT_ALONG[name], text_of(dockerfile, stage)):
        return None
    return Runtime(name, match[1], span, use)


def demanded_python(file: Source) -> Demand | None:
    """Return what a `pyproject.toml` asks for."""
    import tomllib

    try:
        document = tomllib.loads(file.text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    project, tool = document.get("project"), document.get("tool")
    text = project.get("requires-python") if isinstance(project, dict) else None
    if text is None:
        poetry = tool.get("poetry") if isinstance(tool, dict) else None
        needs = poetry.get("dependencies") if isinstance(poetry, dict) else None
        text = needs.get("python") if isinstance(needs, dict) else None
    return _demand(file, text, Dialect.PYTHON, _PYTHON)


def demanded_node(file: Source) -> Demand | None:
    """Return what the `engines` of a `package.json` ask for."""
    try:
        document = json.decode(file.text.encode("utf-8", "replace"))
    except (DecodeError, RecursionError):
        return None
    engines = document.get("engines") if isinstance(document, dict) else None
    return _demand(file, engines.get("node") if isinstance(engines, dict) else None, Dialect.NPM, _ENGINE)


def demanded_go(file: Source) -> Demand | None:
    """Return the oldest Go that a `go.mod` lets build it."""
    match = re.search(_GO, file.text, re.MULTILINE)
    span = prefix(match[1]) if match is not None else None
    if match is None or span is None:
        return None
    return Demand(((span[0], LAST),), match[0].strip(), file.span(*match.span()))


def demanded_ruby(file: Source) -> Demand | None:
    """Return what a `Gemfile` asks for."""
    match = re.search(_RUBY, file.text, re.MULTILINE)
    if match is None:
        return None
    text = ", ".join(part for part in match.groups() if part)
    ranges = read_range(text, Dialect.RUBY)
    return None if ranges is None else Demand(ranges, text, file.span(*match.span()))


def _demand(file: Source, text: object, dialect: Dialect, place: str) -> Demand | None:
    ranges = read_range(text, dialect) if isinstance(text, str) and text.strip() else None
    match = re.search(place, file.text, re.MULTILINE)
    if ranges is None or match is None or not isinstance(text, str):
        return None
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    end = file.text.find("\n", start)
    return Demand(ranges, text, file.span(start, len(file.text) if end < 0 else end))
