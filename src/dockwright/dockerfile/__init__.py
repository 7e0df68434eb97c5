"""Dockerfiles, read exactly as BuildKit reads them."""

from __future__ import annotations

from dockwright.dockerfile.model import Comment, Directive, Dockerfile, Flag, Heredoc, Instruction, Mount, Pair, Stage
from dockwright.dockerfile.parse import parse

__all__ = [
    "Comment",
    "Directive",
    "Dockerfile",
    "Flag",
    "Heredoc",
    "Instruction",
    "Mount",
    "Pair",
    "Stage",
    "parse",
]
