"""What is asked of a published image, as the user wrote it on the command line or in a workflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.errors import UsageError
from dockwright.evidence.build_bases import BuildBases, build_bases
from dockwright.image import Platform, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.options import StaleOptions
    from dockwright.source import Source

_NAME: Final = re.compile(r"[A-Za-z_]\w{0,200}", re.ASCII)
_PARTS: Final = (2, 3)  # of a platform


class Question(Struct, frozen=True):
    """What is asked of an image.

    Attributes:
        reference: the published image; without a tag and a digest it is `latest`.
        build: what its Dockerfile builds from; None if none was named.
        base: its base, where the user named it.
        platforms: those to look at; none means those that it has.
        max_age: how many days old it may be; None if that does not matter.
    """

    reference: Reference
    build: BuildBases | None = None
    base: Reference | None = None
    platforms: tuple[Platform, ...] = ()
    max_age: int | None = None


def question_of(options: StaleOptions, read: Callable[[str], Source]) -> Question:
    """Read what the user wrote; `read` returns a file.

    Raises:
        InvalidReference: the image or its base is no name of an image.
        UsageError: a platform, a build argument or the target is none.
    """
    arguments = dict(map(_argument, options.build_arg))
    build = None
    if options.dockerfile is not None:
        build = build_bases(read(options.dockerfile), options.target, arguments)
    return Question(
        Reference.parse(options.image),
        build,
        None if options.base is None else Reference.parse(options.base),
        platforms_of(options.platform),
        options.max_age,
    )


def platforms_of(texts: Iterable[str]) -> tuple[Platform, ...]:
    """Read platforms as `docker build --platform` takes them.

    Raises:
        UsageError: one is none.
    """
    found = []
    for text in texts:
        parts = text.lower().split("/")
        if len(parts) not in _PARTS or not all(parts):
            raise UsageError(f"`{text}` is no platform", help="Write the system and the architecture: `linux/arm64`.")
        found.append(Platform(*parts))
    return tuple(found)


def _argument(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or _NAME.fullmatch(name) is None:
        raise UsageError(f"`{text}` is no build argument", help="Write its name and its value: `BASE=python:3.14`.")
    return name, value
