"""A coverage-guided fuzzer of the parser: it holds the laws of `tests/dockerfile/laws.py` for any bytes.

    make fuzz                                    # ten minutes, from the seeds in tests/fuzz/corpus
    python tests/fuzz/fuzz_parse.py FILE         # once, with what it found (crash-..., timeout-...)

It needs `atheris` (the dependency group `fuzz`) and takes libFuzzer's arguments. What it finds is written to the
working folder; mend it, and add the smallest text that shows it to `tests/fuzz/corpus/parse`: `make test` goes through
those too.
"""

from __future__ import annotations

import sys
from os.path import abspath, dirname

import atheris

# Run by path, so the folder of this file is on the path, and a dependency installs a package named `tests`.
sys.path.insert(0, dirname(dirname(dirname(abspath(__file__)))))
with atheris.instrument_imports(include=["dockwright"]):
    from tests.dockerfile.laws import check

LIMITS = ["-timeout=10", "-max_len=4096"]
"""A text of 4 KiB takes milliseconds, so ten seconds are a find."""


def one(data: bytes) -> None:
    """Hold every law for one file's bytes."""
    check(data.decode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[1:]], one)
    atheris.Fuzz()
