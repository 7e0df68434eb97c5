"""What only the command line knows: the folder, the environment, the date, and standard input."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dockwright.arguments import STDIN
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.checkout import Surroundings
    from dockwright.image import Platform
    from dockwright.source import Source


def surroundings(paths: Sequence[str], stdin_name: str | None = None) -> Surroundings:
    """Return where and when a command runs; `stdin_name` is what standard input is called, where it is named.

    Raises:
        UsageError: standard input is too large.
    """
    from datetime import UTC, datetime

    from dockwright.checkout import Surroundings

    stdin = _read_stdin(stdin_name or STDIN) if tuple(paths) == (STDIN,) else None
    return Surroundings(os.getcwd(), os.environ, datetime.now(UTC).date(), stdin=stdin)


def platform_of(text: str) -> Platform:
    """Return the platform that `--platform` names.

    Raises:
        UsageError: it is none.
    """
    from dockwright.image import Platform

    parts = text.lower().split("/")
    if len(parts) not in {2, 3} or not all(parts):
        raise UsageError(
            f"`--platform {text}` is no platform", help="Write the system and the architecture: `linux/arm64`."
        )
    return Platform(*parts)


def _read_stdin(name: str) -> Source:
    from dockwright.discover import LARGEST_DOCKERFILE
    from dockwright.source import Source

    data = sys.stdin.buffer.read(LARGEST_DOCKERFILE + 1)
    if len(data) > LARGEST_DOCKERFILE:
        raise UsageError(f"standard input is larger than {LARGEST_DOCKERFILE >> 20} MiB")
    return Source.decode(name, data)
