"""Git, as a process that changes no file and no history.

It is run without the caller's `GIT_*` variables (a hook sets them for another purpose) and with nothing switched on
that starts a program which the repository's own configuration names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE = 120  # seconds; a blob-less clone may have to fetch what a diff needs
_ALWAYS = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}  # messages are told apart below, so not in the user's language
_SETTINGS = ("core.quotePath=false", "core.fsmonitor=false", "safe.bareRepository=explicit")


class Git:
    """Git in one folder.

    `trusted` says that the folder is to be read whoever owns it: for the action, whose only job is this workspace.
    """

    __slots__ = ("_environment", "_options", "folder")

    def __init__(self, folder: str, environment: Mapping[str, str], *, trusted: bool = False) -> None:
        """Take the folder and the environment that git is to run in."""
        self.folder = folder
        self._environment = {
            **{name: value for name, value in environment.items() if not name.startswith("GIT_")},
            **_ALWAYS,
        }
        settings = (*_SETTINGS, "safe.directory=*") if trusted else _SETTINGS
        self._options = ["--no-pager", "--literal-pathspecs"]
        for setting in settings:
            self._options += ("-c", setting)

    def run(self, *arguments: str) -> str:
        """Return what a command prints; bytes that are not UTF-8 become lone surrogates.

        Raises:
            GitError: git is missing, takes too long, or refuses.
        """
        import subprocess

        command = ["git", *self._options, *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except FileNotFoundError:
            raise GitError("git is not installed", help="Install git, or review without `--base`.") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"`git {arguments[0]}` did not answer within {_PATIENCE} seconds") from None
        except (OSError, ValueError) as error:  # ValueError: an argument with a NUL or a lone surrogate
            raise GitError(f"`git {arguments[0]}` cannot be run: {error}") from None
        if done.returncode:
            raise self._refusal(arguments[0], os.fsdecode(done.stderr).strip())
        return done.stdout.decode("utf-8", "surrogateescape")

    def _refusal(self, command: str, message: str) -> GitError:
        if "dubious ownership" in message:
            return GitError(
                f"git does not trust `{self.folder}`, which belongs to another user",
                help=f"Run `git config --global --add safe.directory {self.folder}` if you do.",
            )
        if "not a git repository" in message:
            return GitError(
                f"`{self.folder}` is in no git repository",
                help="Run `actions/checkout` first, if this is a workflow; else review without `--base`.",
            )
        first = message.partition("\n")[0].removeprefix("fatal: ")
        return GitError(f"`git {command}` failed" + (f": {first}" if first else ""))


def find_top(folder: str) -> str | None:
    """Return the nearest folder, upwards, that holds a repository (`.git`); no process is started for it."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
