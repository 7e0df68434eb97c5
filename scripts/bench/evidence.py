"""Measure what checking one image for published updates takes: time, what is read, memory.

    sudo python scripts/bench/evidence.py [DIR] [--runs N]

The image is a real one of two layers, `old` of scripts/real_images.sh, which builds it into DIR if it is not there (so
this takes a Debian and root). It is asked of a real registry on loopback. What its distribution has published is asked
of the machine's mirrors once, through a server on loopback that keeps it: so no time is the network's.

Every run is a process of its own, the whole program from its start to its end. Prints one JSON object as its last
line, in which the times and memory are medians:

    `seconds`           of a check by `dockwright check`
    `unnamed_seconds`   of a check without a configured server: the lowest layer has to be read to learn which ones the
                        image names itself; of these, the guard lets none be asked here, and nothing follows
    `image_bytes`       what is read of the image, packed; `unnamed_image_bytes` likewise
    `index_bytes`       what is read of the distribution to know which updates there are
    `changelog_bytes`   what is read of it to know what they fix, and since when they are there
    `peak_mib`          the largest resident set of the process
    `lacking`, `cves`   packages that lack security updates, and CVEs that the distribution names in them
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.support.real_images import build, missing  # noqa: E402 - the tests' own, which are no package
from tests.support.registry.real import real_registries  # noqa: E402 - as above

IMAGE = "docker.io/library/pair:old"


class Run(NamedTuple):
    """One check."""

    seconds: float
    peak_mib: float
    told: dict[str, Any]


class Kept(ThreadingHTTPServer):
    """Servers of a distribution, at folders by their names; what they say is kept, and counted by its path."""

    daemon_threads = True

    def __init__(self, servers: Mapping[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.servers = servers
        self.files: dict[str, bytes] = {}
        self.sent: dict[str, int] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def mirrors(self) -> dict[str, str]:
        """Return where they are, for the configuration."""
        return {name: f"http://127.0.0.1:{self.server_port}/{name}" for name in self.servers}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Kept

    def log_message(self, *_: object) -> None:
        """Write nothing to the standard streams."""

    def do_GET(self) -> None:
        """Send a file, asking for it if nobody has."""
        kept = self.server
        if self.path not in kept.files:
            name, _, path = self.path.lstrip("/").partition("/")
            with urllib.request.urlopen(f"{kept.servers[name].rstrip('/')}/{path}", timeout=60) as answer:  # noqa: S310 - apt's own
                kept.files[self.path] = answer.read()
        data = kept.files[self.path]
        kept.sent[self.path] = len(data)
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", metavar="DIR", nargs="?", help="where the images are, or are built")
    parser.add_argument("--runs", type=int, default=7, help="how many times")
    options = parser.parse_args()
    if reason := missing():
        print(f"No image can be built here: {reason}", file=sys.stderr)
        return 2
    with TemporaryDirectory() as scratch:
        figures = _measure(Path(options.folder or scratch), Path(scratch), options.runs)
    print(
        f"{figures['seconds']} s, {(figures['image_bytes'] + figures['index_bytes']) / 1e6:.1f} MB to know what lacks,"
        f" {figures['changelog_bytes'] / 1e6:.1f} MB more for what that fixes, {figures['peak_mib']} MiB at most"
    )
    print(json.dumps(figures))
    return 0


def _measure(images: Path, scratch: Path, runs: int) -> dict[str, Any]:
    pair = build(images)
    with _registry(scratch) as registry:
        pair.push(registry, "library/pair")
        kept = Kept(pair.servers())
        registries = {"docker.io": {"mirror": registry}}
        (scratch / "dockwright.yml").write_text(json.dumps({"registries": registries, "mirrors": kept.mirrors()}))
        _check(scratch)  # what is asked of the network is asked here
        kept.sent.clear()
        found = [_check(scratch) for _ in range(runs)]
        kept.shutdown()
        (scratch / "dockwright.yml").write_text(json.dumps({"registries": registries}))
        unnamed = [_check(scratch) for _ in range(runs)]
    platform = found[0].told["images"][0]["platforms"][0]
    changelogs = sum(size for path, size in kept.sent.items() if "/pool/" in path)
    return {
        "seconds": round(median(run.seconds for run in found), 3),
        "unnamed_seconds": round(median(run.seconds for run in unnamed), 3),
        "image_bytes": platform["image"]["bytes_read"],
        "unnamed_image_bytes": unnamed[0].told["images"][0]["platforms"][0]["image"]["bytes_read"],
        "index_bytes": sum(kept.sent.values()) - changelogs,
        "changelog_bytes": changelogs,
        "peak_mib": round(median(run.peak_mib for run in (*found, *unnamed)), 1),
        "lacking": sum(len(row["packages"]) for row in platform["security"]),
        "cves": sum(each.startswith("CVE-") for each in platform["identifiers"]),
    }


@contextmanager
def _registry(folder: Path) -> Iterator[str]:
    (folder / "registry").mkdir()
    with real_registries(folder / "registry") as registries:
        yield registries.plain.opened


def _check(folder: Path) -> Run:
    """Check the image in a process of its own."""
    command = [sys.executable, "-P", "-m", "dockwright", "check", IMAGE, "--format", "json", "--fail-on", "never"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(TOP / "src")}
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--output", "report.json"], cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, usage.ru_maxrss / 1024, json.loads((folder / "report.json").read_bytes()))


if __name__ == "__main__":
    sys.exit(main())
