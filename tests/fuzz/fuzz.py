"""A coverage-guided fuzzer of whatever reads bytes from outside: `targets.py` says what holds for any of them.

    make fuzz TARGET=layer                          # ten minutes, from the seeds in tests/fuzz/corpus/layer
    python tests/fuzz/fuzz.py layer FILE            # once, with what it found (crash-..., timeout-...)

It needs `atheris` (the dependency group `fuzz`) and takes libFuzzer's arguments. What it finds is written to the
working folder; mend it, and add the smallest bytes that show it to the target's folder of seeds: `make test` goes
through those too.
"""

from __future__ import annotations

import sys
from os.path import abspath, dirname

import atheris

# Run by path, so the folder of this file is on the path, and a dependency installs a package named `tests`.
sys.path.insert(0, dirname(dirname(dirname(abspath(__file__)))))
with atheris.instrument_imports(include=["dockwright"]):
    from tests.fuzz.targets import TARGETS

LIMITS = ["-timeout=10", "-max_len=16384"]
"""16 KiB take milliseconds, so ten seconds are a find."""


if __name__ == "__main__":
    program, *arguments = sys.argv
    if not arguments or arguments[0] not in TARGETS:
        sys.exit(f"Name a target: {', '.join(TARGETS)}")
    atheris.Setup([program, *LIMITS, *arguments[1:]], TARGETS[arguments[0]])
    atheris.Fuzz()
