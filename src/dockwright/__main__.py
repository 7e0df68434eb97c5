"""`python -m dockwright`, and the program `dockwright`."""

from __future__ import annotations

import gc
import sys

_COLLECT_AFTER = 50_000
"""New objects after which Python looks for unreachable cycles; with its 700, loading modules takes many such looks."""


def main() -> int:
    """Run the command line."""
    gc.set_threshold(_COLLECT_AFTER)
    import_msgspec()
    from dockwright.cli import main as run

    code = run()
    gc.freeze()  # or Python looks through everything once more before it ends
    return code


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
