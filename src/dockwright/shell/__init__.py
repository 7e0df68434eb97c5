"""Shell scripts: text with its places to commands, pipelines, words and redirections (tree-sitter-bash).

For RUN in Dockerfiles and for `run:` in workflows.
"""

from __future__ import annotations

from dockwright.shell.interpreter import CMD, SH, Dialect, Invocation, Shell, invocation, is_bourne, program_name
from dockwright.shell.model import Assignment, Command, Context, Operator, Part, Pipeline, Redirection, Script, Word
from dockwright.shell.parse import parse_exec, parse_script

__all__ = [
    "CMD",
    "SH",
    "Assignment",
    "Command",
    "Context",
    "Dialect",
    "Invocation",
    "Operator",
    "Part",
    "Pipeline",
    "Redirection",
    "Script",
    "Shell",
    "Word",
    "invocation",
    "is_bourne",
    "parse_exec",
    "parse_script",
    "program_name",
]
