"""ShellCheck, as a process: what it says of the scripts of Dockerfiles, at the places where they are written.

It is GPL-3.0 and a program of its own: it is only ever run. docs/shellcheck.md tells users about it.
"""

from __future__ import annotations

from dockwright.shellcheck.codes import ENGINE, Code, code_of
from dockwright.shellcheck.engine import Found, ShellCheck
from dockwright.shellcheck.program import find_program

__all__ = ["ENGINE", "Code", "Found", "ShellCheck", "code_of", "find_program"]
