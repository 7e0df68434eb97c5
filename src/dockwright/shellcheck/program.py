"""Running ShellCheck: one process for many scripts, and its answer, read strictly.

What it reads is a stranger's, so: no configuration (`--norc`) and no variable of the environment (`SHELLCHECK_OPTS`),
no other file than those given to it, in a folder and under names that no script can guess (`source` would read them),
and limits of time and of what it prints. Format: `json1` of ShellCheck 0.7 and newer.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import ShellCheckError

if TYPE_CHECKING:
    from collections.abc import Sequence

OLDEST = (0, 9)
"""The first version whose codes are known here."""
KNOWS_BUSYBOX = (0, 10)
"""The first version that knows BusyBox' shell, and the directive `extended-analysis`."""

_PATIENCE = 60  # seconds for one process; a hundred Dockerfiles take one
_MOST_PRINTED = 64 << 20  # bytes; nonsense yields 1 KB for each character
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


class Replacement(Struct, frozen=True, rename="camel", gc=False):
    """A part of a fix: from one place to another, counted from 1 in code points, the end left out."""

    line: int
    column: int
    end_line: int
    end_column: int
    replacement: str
    insertion_point: str = ""


class Fix(Struct, frozen=True):
    """What ShellCheck would write."""

    replacements: tuple[Replacement, ...]


class Comment(Struct, frozen=True, rename="camel"):
    """What ShellCheck says of a place in a file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    level: str
    code: int
    message: str
    fix: Fix | None = None


class _Output(Struct, frozen=True):
    comments: tuple[Comment, ...]


def find_program(*, beside: str, path: str) -> str | None:
    """Return where ShellCheck is: beside Python (`pip install dockwright[shellcheck]`), else in a folder of PATH.

    Args:
        beside: Python's own path (`sys.executable`).
        path: the variable PATH; a relative folder of it is passed over, as it may be the repository's.
    """
    folders = [os.path.dirname(beside), *(folder for folder in path.split(os.pathsep) if os.path.isabs(folder))]
    places = (os.path.join(folder, "shellcheck") for folder in folders if folder)
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), None)


def version_of(program: str) -> tuple[int, ...]:
    """Ask ShellCheck for its version.

    Raises:
        ShellCheckError: it does not start, is something else, or is too old.
    """
    import subprocess

    try:
        done = subprocess.run(
            [program, "--version"],
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ShellCheckError(f"ShellCheck cannot be run: {error}") from None
    found = re.search(rb"^version: (\d{1,4})\.(\d{1,4})", done.stdout[:_MOST_PRINTED], re.MULTILINE)
    if found is None:
        raise ShellCheckError(f"`{program}` does not say that it is ShellCheck")
    version = tuple(int(number) for number in found.groups())
    if version < OLDEST:
        raise ShellCheckError(f"ShellCheck {'.'.join(map(str, version))} is too old", help="Use 0.9 or newer.")
    return version


def ask(program: str, scripts: Sequence[str]) -> tuple[tuple[Comment, ...], ...]:
    """Return what ShellCheck says of each script; each begins with a directive that names its shell.

    Raises:
        ShellCheckError: it takes too long, or what it prints makes no sense.
    """
    import subprocess
    from secrets import token_hex
    from tempfile import TemporaryDirectory

    from msgspec import DecodeError, json

    if not scripts:
        return ()
    with TemporaryDirectory(prefix="dockwright-") as folder:
        token = token_hex(16)
        names = [f"{token}-{number}" for number in range(len(scripts))]
        for name, script in zip(names, scripts, strict=True):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(script.encode("utf-8", "replace"))
        with open(os.path.join(folder, token), "w+b") as printed:
            try:
                done = subprocess.run(
                    [program, "--norc", "--format=json1", "--", *names],
                    cwd=folder,
                    env=_ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.PIPE,
                    timeout=_PATIENCE,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise ShellCheckError(f"ShellCheck did not answer within {_PATIENCE} seconds") from None
            except OSError as error:
                raise ShellCheckError(f"ShellCheck cannot be run: {error}") from None
            printed.seek(0)
            answer = printed.read(_MOST_PRINTED + 1)
    if len(answer) > _MOST_PRINTED:
        raise ShellCheckError(f"ShellCheck printed more than {_MOST_PRINTED >> 20} MiB")
    try:
        output = json.decode(answer, type=_Output)
    except (DecodeError, UnicodeDecodeError):
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise ShellCheckError(f"ShellCheck gave no usable answer{f': {said}' if said else ''}") from None
    return _by_script(output.comments, names)


def _by_script(comments: Sequence[Comment], names: Sequence[str]) -> tuple[tuple[Comment, ...], ...]:
    """Sort comments by the scripts that they are about; what is about none is dropped."""
    found: dict[str, list[Comment]] = {name: [] for name in names}
    for comment in comments:
        if comment.file in found:
            found[comment.file].append(comment)
    return tuple(tuple(found[name]) for name in names)
