"""What a script does about images, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.value import Truth

if TYPE_CHECKING:
    from dockwright.files.build import Tool
    from dockwright.files.settings import Given
    from dockwright.files.value import Value
    from dockwright.files.workspace import Place
    from dockwright.source import Span


class BuildCommand(Struct, frozen=True):
    """A command that builds.

    Attributes:
        tool: what builds.
        span: the command.
        given: its options, by the names of settings; `files` are the `-f` of bake and compose.
        operands: what stands beside the options: a context, bake targets, services.
        place: where it runs.
        condition: whether it is reached when the script runs.
        legacy: whether the builder of before BuildKit is asked for (`DOCKER_BUILDKIT=0`).
    """

    tool: Tool
    span: Span
    given: Given
    operands: tuple[Value, ...]
    place: Place
    condition: Truth
    legacy: Truth = Truth.FALSE


class PushCommand(Struct, frozen=True):
    """A command that pushes images; without names it pushes those of a Compose file."""

    span: Span
    names: tuple[Value, ...]
    all_tags: bool
    condition: Truth


class Alias(Struct, frozen=True):
    """`docker tag old new`."""

    old: Value
    new: Value


class FollowCommand(Struct, frozen=True):
    """A command that runs a script of the repository, or targets of a Makefile.

    Attributes:
        span: the command.
        path: the script or Makefile; None if it is not known, or is `make`'s own choice.
        targets: the Makefile's targets; None for a script.
        arguments: what the script is given, or the variables that `make` is given as `NAME=value`.
        place: where it runs.
        condition: whether it is reached.
    """

    span: Span
    path: str | None
    targets: tuple[str, ...] | None
    arguments: tuple[Value, ...]
    place: Place
    condition: Truth


class Commands(Struct):
    """What a script does about images; `exports` are the variables that it writes to `$GITHUB_ENV` for later steps."""

    builds: list[BuildCommand]
    pushes: list[PushCommand]
    aliases: list[Alias]
    follows: list[FollowCommand]
    driver: Value | None = None
    installs_buildx: bool = False
    exports: dict[str, Value] = {}
