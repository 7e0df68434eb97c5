"""The commands of a script that build and push images, or lead to others that do.

A command that a branch, a function or an `||` may leave out is possible, not certain.
"""

from __future__ import annotations

from dockwright.files.docker_commands.model import Alias, BuildCommand, Commands, FollowCommand, PushCommand
from dockwright.files.docker_commands.walk import read_commands
from dockwright.files.docker_commands.words import Fill, Variables

__all__ = [
    "Alias",
    "BuildCommand",
    "Commands",
    "Fill",
    "FollowCommand",
    "PushCommand",
    "Variables",
    "read_commands",
]
