"""`python -m dockwright`, and the program `dockwright`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    import_msgspec()
    from dockwright.cli import main as run

    return run()


def import_msgspec() -> None:
    """Import msgspec without typing_extensions.

    It prefers that to `typing` where it is installed, and importing it takes 8 ms of every start; `typing` has all that
    msgspec needs since Python 3.11.
    """
    hidden = "typing_extensions" not in sys.modules
    if hidden:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    import msgspec  # noqa: F401

    if hidden:
        del sys.modules["typing_extensions"]


if __name__ == "__main__":
    sys.exit(main())
