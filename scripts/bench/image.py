"""Measure the action's image: its size above its base, and how long a review takes inside a running container.

    sudo python scripts/bench/image.py [--runs N]

It needs what `make image-packages` installs. Prints one JSON object as its last line: `above_base` in bytes as they are
pulled; `review` and `start` in seconds, medians: one review of this repository's Dockerfile in a container that runs,
and the interpreter alone there.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.support.container import Engine, missing  # noqa: E402 - the tests' own engine, which is no package

_TIMED = """
for each in $(seq RUNS); do
    date +%s%N; /app/bin/python -I -m dockwright review --fail-on never Dockerfile >/dev/null
    date +%s%N; /app/bin/python -I -c ''
    date +%s%N
done
"""


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20, help="how many times")
    options = parser.parse_args()
    if reason := missing():
        print(f"No image can be built here: {reason}", file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder), Path(folder))
        engine.build(TOP)
        size = sum(layer.size for layer in engine.layers())
        reviews, starts = _times(engine, options.runs)
    print(
        f"{size / 1e6:.1f} MB above the base; a review {median(reviews):.3f} s, the interpreter {median(starts):.3f} s"
    )
    print(json.dumps({"above_base": size, "review": round(median(reviews), 4), "start": round(median(starts), 4)}))
    return 0


def _times(engine: Engine, runs: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each review, and of each start of the interpreter."""
    done = engine.run(
        *("-c", _TIMED.replace("RUNS", str(runs))),
        volumes={str(TOP): "/github/workspace"},
        options=("--workdir", "/github/workspace", "--entrypoint", "/bin/sh"),
    )
    clock = [int(line) / 1e9 for line in done.stdout.decode().split()]
    reviews = [after - before for before, after in zip(clock[0::3], clock[1::3], strict=True)]
    return reviews, [after - before for before, after in zip(clock[1::3], clock[2::3], strict=True)]


if __name__ == "__main__":
    sys.exit(main())
