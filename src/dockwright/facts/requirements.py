"""Python requirements, as files and commands name them (PEP 508, pip's requirements file format, PEP 621)."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.project import Tree
    from dockwright.source import Source, Span

LONGEST = 2000
"""Characters of a requirement; a longer one is none that a person wrote."""

MOST_FILES = 20
"""Requirements files that are followed by `-r`."""

# Patterns are kept as text: most reviews need none of them, and compiling all takes milliseconds of every start.
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_REQUIREMENT = rf"\s*({_NAME})\s*(?:\[[^\]]*\])?\s*(@)?\s*\(?([^;#()]*)\)?\s*(?:;([^#]*))?"
_SPECIFIER = r"(?:(?:===?|~=|!=|<=?|>=?)\s*[^\s,]+\s*(?:,\s*|$))*"
_CONDITION = r"([a-z_]+)\s*(===?|~=|!=|<=?|>=?)\s*[\"']([^\"']*)[\"']"
_OPTIONS_AND_COMMENT = r"\s--[a-z].*|\s#.*"
_INCLUDE = r"(?:-r|--requirement)[\s=]*(\S+)"
_OTHER_INDEX = r"(?:-i|--index-url|--extra-index-url|-f|--find-links|--no-index|--index|--default-index)(?:[\s=]|$)"
_LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}


class Requirement(Struct, frozen=True):
    """A package that is asked for.

    Attributes:
        name: normalised as in PEP 503.
        specifier: the versions that will do, as written; empty for any.
        marker: the condition after `;`, or empty.
        files: the names of the release's files, if a lock lists them.
        span: where it is written.
    """

    name: str
    specifier: str
    marker: str = ""
    files: tuple[str, ...] = ()
    span: Span | None = None


class Requirements(Struct, frozen=True):
    """What a file asks for; `other_index` if packages may come from elsewhere than PyPI."""

    items: tuple[Requirement, ...] = ()
    other_index: bool = False


def normalized(name: str) -> str:
    """Return a project's name as all its spellings compare (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str, span: Span | None = None) -> Requirement | None:
    """Read `name[extra]>=1; marker`; None for paths, addresses and what is no requirement."""
    match = re.fullmatch(_REQUIREMENT, text) if len(text) <= LONGEST else None
    if match is None or match[2] or not re.fullmatch(_SPECIFIER, specifier := match[3].strip()):
        return None
    return Requirement(normalized(match[1]), specifier, (match[4] or "").strip(), span=span)


def applies(requirement: Requirement, minor: str | None) -> bool:
    """Tell whether a requirement's marker can hold on Linux, with this minor version of CPython if it is known."""
    holds = [
        _holds_on_linux(variable, operator, value) and _holds_for(minor, variable, operator, value)
        for variable, operator, value in re.findall(_CONDITION, requirement.marker)
    ]
    return any(holds) if " or " in requirement.marker else all(holds)


def _holds_on_linux(variable: str, operator: str, value: str) -> bool:
    if variable not in _LINUX or operator not in {"==", "!="}:
        return True
    return (_LINUX[variable] == value) is (operator == "==")


def _holds_for(minor: str | None, variable: str, operator: str, value: str) -> bool:
    if variable not in {"python_version", "python_full_version"} or minor is None:
        return True
    wanted = [int(part) for part in value.split(".")[:2] if part.isdecimal()]
    have = [int(part) for part in minor.split(".")][: len(wanted)]
    match operator:
        case "<" | ">":
            return have < wanted if operator == "<" else have >= wanted  # `> 3.12.0` holds for 3.12.1
        case "<=" | ">=" | "~=":
            return have <= wanted if operator == "<=" else have >= wanted
        case _:
            return (have == wanted) is (operator != "!=")


def read_requirements(source: Source, tree: Tree) -> Requirements:
    """Read a requirements file and those that it includes; constraints only bound what others ask for."""
    items: list[Requirement] = []
    other_index = False
    todo, seen = [source], {source.path}
    while todo:
        current = todo.pop(0)
        for line, span in _lines(current):
            include = re.match(_INCLUDE, line)
            if include is not None:
                path = posixpath.normpath(posixpath.join(posixpath.dirname(current.path), include[1]))
                included = tree.read(path) if path not in seen and len(seen) < MOST_FILES else None
                seen.add(path)
                todo += [included] if included is not None else []
            elif line.startswith("-"):
                other_index = other_index or is_other_index(line)
            elif (requirement := parse_requirement(line, span)) is not None:
                items.append(requirement)
    return Requirements(tuple(items), other_index)


def is_other_index(option: str) -> bool:
    """Tell whether an option may make pip look elsewhere than where it looks by itself."""
    return re.match(_OTHER_INDEX, option) is not None


def _lines(source: Source) -> Iterator[tuple[str, Span]]:
    """Yield the logical lines without comments, hashes and options, and where each stands."""
    pending: list[str] = []
    start = 0
    for number, offset in enumerate(source.line_starts, 1):
        line = source.line(number)
        start = start if pending else offset
        pending.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        text = re.sub(_OPTIONS_AND_COMMENT, "", "".join(pending)).strip()
        if text and not text.startswith("#"):
            yield text, source.span(start, offset + len(line))
        pending = []


def read_pipfile_lock(source: Source) -> Requirements:
    """Read the default packages of a `Pipfile.lock`; nothing if it is broken."""
    try:
        lock = json.decode(source.text.encode("utf-8", "replace"))
    except (DecodeError, RecursionError):
        return Requirements()
    default = lock.get("default") if isinstance(lock, dict) else None
    items = [
        Requirement(normalized(name), str(entry.get("version", "")), str(entry.get("markers", "")))
        for name, entry in (default.items() if isinstance(default, dict) else ())
        if isinstance(entry, dict) and "version" in entry
    ]
    return Requirements(tuple(items))


def read_pyproject(source: Source) -> Requirements:
    """Read `[project] dependencies` of a `pyproject.toml`; nothing if it is broken."""
    import tomllib

    try:
        project = tomllib.loads(source.text).get("project")
    except (tomllib.TOMLDecodeError, RecursionError):
        return Requirements()
    listed = project.get("dependencies") if isinstance(project, dict) else None
    texts = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    return Requirements(tuple(found for text in texts if (found := parse_requirement(text)) is not None))
