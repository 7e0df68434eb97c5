"""A variable that nothing has set here

## Why

A variable that does not exist is empty, and the build goes on: files land in `/`, a version is missing from an address,
a label says nothing. Usual reasons: an `ARG` above the first `FROM` is not seen within a stage, unless the stage has
`ARG NAME` as well; each stage has its own variables; an `ENV` sees what was set before it, not what it sets itself
([Docker: UndefinedVar](https://docs.docker.com/reference/build-checks/undefined-var/)).

The base image may have variables that no file here shows. So this speaks only where the file itself tells that another
one is meant, or where the base is `scratch` or an official image that sets nothing but `PATH` (`alpine`, `debian`,
`ubuntu`). Nothing is said of `RUN` and `CMD`, whose variables are the shell's.

## Bad

```dockerfile
ARG VERSION=1.4
FROM debian:trixie-slim
LABEL org.opencontainers.image.version="$VERSION"
```

## Good

```dockerfile
ARG VERSION=1.4
FROM debian:trixie-slim
ARG VERSION
LABEL org.opencontainers.image.version="$VERSION"
```

## Fix

Adds the missing `ARG`. Unsafe: what was empty has a value then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.dockerfile.variables import PLATFORM_ARGUMENTS
from dockwright.facts.official_images import official
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.stages import roots
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rule_names import closest
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.source import Span
    from dockwright.traced import Traced

_EXPANDED = frozenset("ADD ARG COPY ENV EXPOSE LABEL STOPSIGNAL USER VOLUME WORKDIR".split())
_BOTH = ("buildkit:UndefinedVar", "hadolint:DL3044")
_EVERYWHERE = frozenset(("PATH", "HOME"))
_INHERITED = frozenset(
    "PATH HOME LD_LIBRARY_PATH LIBRARY_PATH PYTHONPATH PKG_CONFIG_PATH CPATH CLASSPATH MANPATH HOSTNAME USER TERM "
    "JAVA_HOME GOPATH NODE_PATH PERL5LIB CMAKE_PREFIX_PATH".split()
)
"""What many base images have."""
_PROXIES = frozenset(("all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy"))
"""What builders hand on by themselves, in lower or upper case."""
_PATH_ONLY = frozenset("almalinux alpine amazonlinux busybox centos debian oraclelinux rockylinux ubuntu".split())
"""Official images that set no variable but `PATH`, by their configurations (2026-11)."""
_TOKEN = re.compile(r"\\.|`.|[\"']|\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})", re.ASCII | re.DOTALL)


@rule(Severity.WARNING, aliases=("buildkit:UndefinedVar", "hadolint:DL3044"), words=("$",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each use of a variable that is set nowhere above, though the file has it elsewhere."""
    known: list[set[str]] = []
    everywhere: dict[str, Instruction] | None = None
    for stage in dockerfile.stages:
        here = set(known[stage.parent]) if stage.parent is not None else set()
        offered: set[str] = set()  # one `ARG` is enough for all its uses
        for instruction in stage.instructions:
            if instruction.name in _EXPANDED and "$" in instruction.rest.text:
                everywhere = _declared(dockerfile) if everywhere is None else everywhere
                for name, place in _uses(instruction, dockerfile.escape):
                    if name not in here and not _may_be_inherited(name, instruction):
                        for problem in _problem(dockerfile, stage, instruction, (name, place, everywhere)):
                            yield replace(problem, fix=None) if name in offered else problem
                            offered.add(name)
            if instruction.name in {"ARG", "ENV"}:
                here.update(_name(pair.key) for pair in instruction.pairs)
        known.append(here)


def _may_be_inherited(name: str, instruction: Instruction) -> bool:
    """Tell whether the base image's value is likely meant: not of one that is set right beside its use."""
    return name in _EVERYWHERE or (
        name in _INHERITED
        and all(_name(pair.key) != name or "$" in (pair.value or pair.key).text for pair in instruction.pairs)
    )


def _name(key: Traced) -> str:
    return key.text.strip("\"'")


def _declared(dockerfile: Dockerfile) -> dict[str, Instruction]:
    """Return where each name is set first: in the same stage is not told apart from elsewhere here."""
    found: dict[str, Instruction] = {}
    for instruction in dockerfile.instructions("ARG", "ENV"):
        for pair in instruction.pairs:
            found.setdefault(_name(pair.key), instruction)
    return found


def _uses(instruction: Instruction, escape: str) -> Iterator[tuple[str, Span]]:
    """Yield the variables that are expanded and have no default; nothing is in single quotes."""
    text = instruction.rest
    quote = ""
    for token in _TOKEN.finditer(text.text):
        written = token[0]
        if written in {'"', "'"} and quote in {"", written}:
            quote = "" if quote else written
        elif written.startswith("$") and quote != "'":
            name = token["bare"] or token["braced"]
            place = text.slice(token.start(), token.end()).span
            if place is not None and (token.start() == 0 or text.text[token.start() - 1] != escape):
                yield name, place


def _problem(
    dockerfile: Dockerfile, stage: Stage, instruction: Instruction, use: tuple[str, Span, dict[str, Instruction]]
) -> Iterator[Problem]:
    name, place, everywhere = use
    shown = name[:60]
    own = [_name(pair.key) for pair in instruction.pairs]
    if name in own:
        if _sets_itself(instruction, name, place):
            return
        yield Problem(
            place,
            f"`{shown}` is set by this same `{instruction.name}`, and seen only after it: here it is empty, or "
            "what it was before. "
            "Set it in an instruction of its own before.",
            aliases=_BOTH if instruction.name == "ENV" else _BOTH[:1],
        )
    elif name in PLATFORM_ARGUMENTS or (name in everywhere and everywhere[name].stage < 0):
        above = "BuildKit sets" if name in PLATFORM_ARGUMENTS else "An `ARG` above the first `FROM` sets"
        yield Problem(
            place,
            f"{above} `{shown}`, but a stage sees it only after an `ARG {shown}` of its own: here it is empty.",
            _declare(dockerfile, instruction, name),
            aliases=_BOTH[:1],
        )
    elif name in everywhere and everywhere[name].stage == stage.index:
        yield Problem(
            place,
            f"`{shown}` is set in line {everywhere[name].line}, after this: here it is empty, unless the "
            "base image has it. "
            "Move that above.",
            causes=(everywhere[name].keyword,),
            at_most=Severity.NOTICE,
            aliases=_BOTH[:1],
        )
    elif is_sample(dockerfile.source.path) or name.lower() in _PROXIES:
        return
    elif _has_path_only(roots(dockerfile)[stage.index]):
        meant = closest(name, [each for each in (*everywhere, *_EVERYWHERE) if abs(len(each) - len(name)) <= 1])
        instead = "Set it, or give it a default." if meant is None else f"Is `{meant[:60]}` meant?"
        yield Problem(place, f"Nothing sets `{shown}`, so it is empty here. {instead}", aliases=_BOTH[:1])


def _has_path_only(root: Stage) -> bool:
    """Tell whether a stage begins without any variable but `PATH`."""
    image = root.image
    return root.scratch or (
        image is not None and image.reference is not None and official(image.reference) in _PATH_ONLY
    )


def _sets_itself(instruction: Instruction, name: str, place: Span) -> bool:
    """Tell whether it stands in its own value (`A=b:$A`), which adds to what the base image has."""
    words = [pair.word.span for pair in instruction.pairs if _name(pair.key) == name]
    return any(word is not None and word.start <= place.start < word.end for word in words)


def _declare(dockerfile: Dockerfile, instruction: Instruction, name: str) -> Fix:
    source = dockerfile.source
    start = instruction.keyword.start
    line_end = "\r\n" if source.line_starts and "\r\n" in source.text[:4096] else "\n"
    edit = Edit(source.span(start, start), f"ARG {name}{line_end}")
    return Fix(f"Add `ARG {name[:60]}`", (edit,), Applicability.UNSAFE)
