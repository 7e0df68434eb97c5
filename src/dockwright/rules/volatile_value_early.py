"""A value that changes with every build is declared before the packages are installed

## Why

From an `ARG` on, its value is part of the cache key of every `RUN` in the stage, whether that uses it or not
([Dockerfile reference: impact on build caching](https://docs.docker.com/reference/dockerfile/#impact-on-build-caching)).
A commit, a build date or a build number is another one each time, so nothing below it ever comes from the cache:
packages are downloaded and installed anew in each build. Declared below the installation, it costs nothing.

Meant are arguments whose name says that they hold such a value, and beside them `VERSION` where only labels use it. An
argument that is meant to break the cache is left alone if a comment above it says so, or if an upgrade follows it.
Looked at are the `RUN`s up to the first that uses the value, or may do so (a script, the project's own build), and up
to the first `COPY` that changes with each commit anyway. A label by itself does no harm with BuildKit; its `ARG` does.

## Bad

```dockerfile
FROM node:24-slim
ARG GIT_COMMIT
LABEL org.opencontainers.image.revision=$GIT_COMMIT
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
```

## Good

```dockerfile
FROM node:24-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
ARG GIT_COMMIT
LABEL org.opencontainers.image.revision=$GIT_COMMIT
COPY . .
```

## Fix

Moves the `ARG`, and the labels made of it, below the last such `RUN`. Unsafe: a program that a package manager runs may
read the variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import only_installs, steps_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Pair, Stage

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_OF_A_BUILD = (
    r"(?i)(?:(?:app|ci|docker|image|label|release)_?)?"
    r"(?:build_?(?:date|time|timestamp|number|num|id|commit|sha|revision|rev|ref|hash)|vcs_?(?:ref|revision|commit)"
    r"|git_?(?:commit|sha|sha1|revision|rev|hash)(?:_?(?:short|sha|hash|id|ref))?"
    r"|commit(?:_?(?:sha|hash|id|ref|date|rev|short_sha))?|revision|source_commit|short_sha)"
    r"|github_(?:sha|run_id|run_number)|circle_sha1|drone_commit|travis_commit|buildkite_commit"
)
_OF_A_RELEASE = r"(?i)(?:app_|build_|image_|release_|docker_)?(?:version|tag)|release|branch|git_branch|vcs_branch"
"""Names that are as often of something that is installed: they count where only labels use them."""
_PLACEHOLDER = (
    r"(?i)[\"']?(?:|unknown|none|null|n/a|na|dev|develop|local|latest|main|master|head|undefined|unset|0|x+)[\"']?"
)
_EVERYTHING = frozenset((".", "./", "*", "./*", "/"))
_MOST_ARGUMENTS = 20


class _Early(Struct, frozen=True):
    """An `ARG` with such a value, and the installations whose cache it spoils."""

    argument: Instruction
    pair: Pair
    runs: tuple[Instruction, ...]

    @property
    def span(self) -> Span:
        """Where its name is written."""
        return self.pair.key.span or self.argument.span


@rule(Severity.WARNING, instructions=("ARG",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield, for each stage, the values that change with every build and stand above installations."""
    for stage in dockerfile.stages:
        early = [
            _Early(argument, pair, runs)
            for argument, pair in _volatile(dockerfile, stage)
            if (runs := _spoilt(dockerfile, stage, argument, pair.key.text))
        ]
        if any(re.fullmatch(_OF_A_BUILD, each.pair.key.text) for each in early):
            yield _problem(dockerfile, stage, early)


def _volatile(dockerfile: Dockerfile, stage: Stage) -> list[tuple[Instruction, Pair]]:
    """Return the arguments whose values change, above the first `COPY` that changes as often."""
    found: list[tuple[Instruction, Pair]] = []
    for each in stage.instructions:
        if _changes_anyway(each) or len(found) >= _MOST_ARGUMENTS:
            break
        if each.name == "ARG" and not _on_purpose(dockerfile, each):
            found += [(each, pair) for pair in each.pairs if _is_volatile(pair, stage)]
    return found


def _changes_anyway(instruction: Instruction) -> bool:
    """Tell whether an instruction copies what most commits change, so that nothing below is cached for long."""
    if instruction.name not in {"COPY", "ADD"}:
        return False
    return instruction.flag("from") is not None or any(word.text in _EVERYTHING for word in instruction.words[:-1])


def _on_purpose(dockerfile: Dockerfile, argument: Instruction) -> bool:
    """Tell whether the comment above says that the cache is to be broken here."""
    above = dockerfile.source.line(argument.line - 1).lstrip().lower() if argument.line > 1 else ""
    return above.startswith("#") and any(word in above for word in ("cache", "bust", "invalidat"))


def _is_volatile(pair: Pair, stage: Stage) -> bool:
    name = pair.key.text
    if pair.value is not None and not re.fullmatch(_PLACEHOLDER, pair.value.text):
        return False
    if re.fullmatch(_OF_A_BUILD, name):
        return True
    if not re.fullmatch(_OF_A_RELEASE, name):
        return False
    return {each.name for each in stage.instructions if each.name != "ARG" and _reads(each, name)} == {"LABEL"}


def _reads(instruction: Instruction, name: str) -> bool:
    return _mentions(instruction.span.text, {name})


def _mentions(text: str, names: set[str]) -> bool:
    """Tell whether a text has the name of a variable in it; one that is meant as a plain word counts, too."""
    return any(name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def _spoilt(dockerfile: Dockerfile, stage: Stage, argument: Instruction, name: str) -> tuple[Instruction, ...]:
    """Return the installations whose cache the value spoils, though they do not use it."""
    names = {name}
    found: list[Instruction] = []
    for each in stage.instructions:
        if each.index <= argument.index or each.name in {"LABEL", "ARG"}:
            continue
        if each.name == "ENV":
            made = {pair.key.text for pair in each.pairs if pair.value and _mentions(pair.value.text, names)}
            if name in {pair.key.text for pair in each.pairs} - made or len(names) > _MOST_ARGUMENTS:
                break  # hidden by a constant (or out of hand)
            names |= made
        elif _mentions(each.span.text, names) or _changes_anyway(each):
            break
        elif each.name == "RUN":
            actions = {step.action for step in steps_of(dockerfile, each)}
            # An upgrade is as likely meant to run in each build.
            if Action.UPGRADE in actions or not only_installs(dockerfile, each):
                break
            found += [each] if actions & {Action.INSTALL, Action.PROJECT} else []
    return tuple(found)


def _problem(dockerfile: Dockerfile, stage: Stage, early: list[_Early]) -> Problem:
    names = [f"`{each.pair.key.text}`" for each in early]
    one = len(names) == 1
    listed = names[0] if one else f"{', '.join(names[:-1])} and {names[-1]}"
    steps = steps_of(dockerfile, early[0].runs[0])
    command = next(step.command for step in steps if step.action in {Action.INSTALL, Action.PROJECT})
    shown = " ".join(word.text for word in command.words[:2])
    message = (
        f"{listed} {'has' if one else 'have'} another value in each build, and from here on that is part of the cache "
        f"key of every `RUN`: `{shown}` (line {command.span.first.line}) never comes from the cache. "
        f"Declare {'it' if one else 'them'} below."
    )
    causes = (*[each.span for each in early[1:]], command.span)
    return Problem(early[0].span, message, _fix(dockerfile, stage, early), causes=causes)


def _fix(dockerfile: Dockerfile, stage: Stage, early: list[_Early]) -> Fix | None:
    """Return the fix that moves whole lines below the last of the installations that all of them precede."""
    last = min((each.runs[-1] for each in early), key=lambda run: run.index)
    names = [each.pair.key.text for each in early]
    arguments = {each.argument.index for each in early}
    above = [each for each in stage.instructions if each.index < last.index]
    users = [each for each in above if each.index in arguments or any(_reads(each, name) for name in names)]
    if any(each.name not in {"ARG", "LABEL"} or (each.name == "ARG" and len(each.pairs) > 1) for each in users):
        return None
    moved = [_whole_lines(dockerfile, each) for each in users]
    below = _whole_lines(dockerfile, last)
    if any(_has_comment_above(each) for each in users) or not below.text.endswith("\n"):
        return None
    insert = Edit(Span(dockerfile.source, below.end, below.end), "".join(line.text for line in moved))
    edits = (*[Edit(line, "") for line in moved], insert)
    return Fix("Declare what changes below what is installed", edits, Applicability.UNSAFE)


def _whole_lines(dockerfile: Dockerfile, instruction: Instruction) -> Span:
    """Return the lines of an instruction with their line end."""
    source, starts = dockerfile.source, dockerfile.source.line_starts
    end = starts[instruction.end_line] if instruction.end_line < len(starts) else len(source.text)
    return source.span(starts[instruction.line - 1], end)


def _has_comment_above(instruction: Instruction) -> bool:
    """Tell whether the line above is a comment, which would stay behind."""
    source = instruction.span.source
    return instruction.line > 1 and source.line(instruction.line - 1).lstrip().startswith("#")
