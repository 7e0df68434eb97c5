"""Measure an update: wall time, CPU, memory and requests, for 1, 50 and 500 Dockerfiles.

    scripts/bench/update.py [--files N,N,...] [--runs N] [--tags DIR] [-- ARGUMENT...]

Two-stage Dockerfiles of three references each (`FROM`, `FROM`, `COPY --from`) are made in an empty git repository. They
name 22 images in 22 repositories, with as many tags as those have on Docker Hub, on a registry on loopback that is a
process of its own. Eight of the images are named by a release that has successors (of real Dockerfiles, one reference
in eight is), one of those by an `ARG`, and one is pinned; the others have tags that the publisher moves. Then
`dockwright update` plans, as a process from a cold start. ARGUMENTs are added to it.

`--tags DIR`: real tags instead of made ones, from `<image>.tsv` (first column), where there is such a file.

The last line is one JSON object: for each number of files (as text) `references`; medians of `wall_s`, `cpu_s` and
`peak_rss_mb`; `requests` in all, `repositories` asked for, and `requests_each` (of a repository); `updates` planned.
Besides, `tags`, the number of tags in the registry, and `ms_per_file`, by which more files cost more, between the last
two.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATH = re.compile(r"/v2/library/([^/]+)/(tags/list|manifests/(.+))")
INDEX = "application/vnd.oci.image.index.v1+json"
PLATFORMS = (("amd64", ""), ("arm64", "v8"), ("arm", "v7"), ("386", ""), ("ppc64le", ""), ("s390x", ""))
PINNED = "@digest"

IMAGES: dict[str, tuple[str, int, tuple[str, ...]]] = {
    # the tag that is named, how many tags there are, and the variants that they come in
    "python": (
        "3.12.4-slim",
        3900,
        ("", "slim", "alpine", "bookworm", "slim-bookworm", "trixie", "alpine3.20", "alpine3.22"),
    ),
    "maven": (
        "3.9-eclipse-temurin-21",
        1200,
        ("eclipse-temurin-17", "eclipse-temurin-21", "amazoncorretto-17", "sapmachine-21"),
    ),
    "eclipse-temurin": ("21-jre", 2500, ("jdk", "jre", "jdk-alpine", "jre-alpine", "jdk-noble", "jre-noble")),
    "node": (
        "20.11.0-alpine",
        9000,
        ("", "slim", "alpine", "bookworm", "bookworm-slim", "alpine3.20", "alpine3.22", "trixie"),
    ),
    "postgres": ("16-alpine", 1400, ("", "alpine", "bookworm", "alpine3.20", "trixie")),
    "mongo": ("7", 1700, ("", "jammy", "noble", "windowsservercore")),
    "golang": ("1.22.5-alpine3.20", 5000, ("", "alpine", "bookworm", "trixie", "alpine3.20", "alpine3.22", "bullseye")),
    "redis": ("7-alpine", 1200, ("", "alpine", "bookworm", "alpine3.20")),
    "memcached": ("1.6-alpine", 700, ("", "alpine", "bookworm", "alpine3.22")),
    "php": (
        "8.2.10-fpm",
        15600,
        ("", "fpm", "cli", "apache", "fpm-alpine", "cli-alpine", "zts", "fpm-bookworm", "zts-alpine"),
    ),
    "rabbitmq": ("3-management", 1500, ("", "management", "alpine", "management-alpine")),
    "nginx": ("1.27-alpine", 1300, ("", "alpine", "bookworm", "alpine-slim", "perl", "alpine3.20")),
    "ruby": ("3.3.4-slim", 1700, ("", "slim", "alpine", "bookworm", "slim-bookworm")),
    "httpd": ("2.4", 400, ("", "alpine", "bookworm", "alpine3.20")),
    "debian": ("bookworm-slim", 2300, ()),
    "rust": ("1.79.0-bookworm", 1500, ("", "slim", "alpine", "bookworm", "slim-bookworm")),
    "ubuntu": ("22.04", 750, ()),
    "alpine": ("3.20", 250, ("",)),
    "mysql": ("8.0.36", 600, ("", "oracle", "debian", "oraclelinux9")),
    "busybox": ("latest", 400, ("", "musl", "glibc", "uclibc")),
    "mariadb": ("11.4" + PINNED, 1100, ("", "noble", "jammy", "ubi")),
    "haproxy": ("2.8.3", 900, ("", "alpine", "bookworm", "alpine3.20")),
}
IN_AN_ARG = "python"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed package has its bytecode, so the first, uncounted run writes it here too."""


def main() -> int:
    """Measure, print a table, and the JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", default="1,50,500", metavar="N,N", help="how many Dockerfiles")
    parser.add_argument(
        "--runs", type=int, default=3, metavar="N", help="how often each is measured, after a first run"
    )
    parser.add_argument("--tags", type=Path, metavar="DIR", help="real tags, `<image>.tsv`")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("more", nargs="*", metavar="ARGUMENT", help="more arguments for `dockwright update`")
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.tags)
    counts = [int(count) for count in arguments.files.split(",")]
    with Registry(arguments.tags) as registry:
        measured: dict[str, Any] = {
            str(count): measure(count, registry, runs=arguments.runs, more=arguments.more) for count in counts
        }
        measured["tags"] = registry.tags
    if len(counts) > 1:
        last, before = measured[str(counts[-1])], measured[str(counts[-2])]
        measured["ms_per_file"] = round(1000 * (last["wall_s"] - before["wall_s"]) / (counts[-1] - counts[-2]), 2)
    print_table({count: measured[str(count)] for count in counts})
    print(json.dumps(measured))
    return 0


def print_table(measured: dict[int, dict[str, Any]]) -> None:
    """Print the figures of each number of files."""
    print(f"{'files':>6} {'references':>10} {'wall s':>7} {'CPU s':>6} {'MB':>5} {'requests':>8} {'each':>5}")
    for count, figures in measured.items():
        print(
            f"{count:>6} {figures['references']:>10} {figures['wall_s']:>7.2f} {figures['cpu_s']:>6.2f}"
            f" {figures['peak_rss_mb']:>5.0f} {figures['requests']:>8} {figures['requests_each']:>5.2f}"
        )


# --- what is measured -------------------------------------------------------------------------------------------


def measure(count: int, registry: Registry, *, runs: int, more: Sequence[str]) -> dict[str, Any]:
    """Plan the updates of so many Dockerfiles, a few times."""
    with TemporaryDirectory() as folder:
        make_repository(Path(folder), count, registry.url)
        command = [sys.executable, "-m", "dockwright", "update", "--format", "json", *(more or ("--dry-run", "plan"))]
        results = []
        for _ in range(runs + 1):  # the first writes bytecode, and is not counted
            registry.reset()
            results.append(run(command, folder))
        asked = registry.asked()
    planned = json.loads(results[-1][-1])
    repositories = len({path.split("/")[3] for path in asked})
    requests = sum(asked.values())
    walls, cpus, sizes, _ = zip(*results[1:], strict=True)
    return {
        "references": 3 * count,
        "wall_s": round(median(walls), 3),
        "cpu_s": round(median(cpus), 3),
        "peak_rss_mb": round(median(sizes), 1),
        "requests": requests,
        "repositories": repositories,
        "requests_each": round(requests / repositories, 2),
        "updates": len(planned.get("updates", ())),
    }


def run(command: Sequence[str], folder: str) -> tuple[float, float, float, bytes]:
    """Run a command; return seconds of wall and CPU time, the peak of its memory in MB, and its output."""
    with open(os.path.join(folder, ".git", "out"), "w+b") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        output.seek(0)
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read()


def make_repository(folder: Path, count: int, url: str) -> None:
    """Write Dockerfiles into a new git repository; each next one begins with the next image."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    (folder / ".github").mkdir()
    (folder / ".github" / "dockwright.yml").write_text(f"registries: {{docker.io: {{mirror: '{url}'}}}}\n")
    names = list(IMAGES)
    for number in range(count):
        service = folder / f"service-{number}"
        service.mkdir()
        (service / "Dockerfile").write_text(dockerfile([names[(3 * number + step) % len(names)] for step in range(3)]))


def dockerfile(images: Sequence[str]) -> str:
    """Return a Dockerfile of two stages that names three images."""
    head = ""
    references = []
    for image in images:
        tag = IMAGES[image][0].replace(PINNED, f"@{index_of(image, 'pinned')[1]}")
        if image == IN_AN_ARG:
            version, _, tail = tag.partition("-")
            head, tag = f"ARG VERSION={version}\n", f"${{VERSION}}-{tail}"
        references.append(f"{image}:{tag}")
    third = f"COPY --from={references[2]} /etc/hostname /third\n"
    if "$" in third:  # an image in `COPY --from` may not be a variable
        references[0], references[2] = references[2], references[0]
        third = f"COPY --from={references[2]} /etc/hostname /third\n"
    return (
        head
        + f"FROM {references[0]} AS build\nWORKDIR /src\nCOPY . .\n"
        + "RUN make build \\\n && make test\n"
        + f"FROM {references[1]}\nCOPY --from=build /src/app /app\n{third}"
        + 'USER 1000\nENTRYPOINT ["/app"]\n'
    )


# --- tags -------------------------------------------------------------------------------------------------------


def all_tags(folder: Path | None) -> dict[str, list[str]]:
    """Return the tags of each image: real ones where there are some."""
    made = {}
    for image, (named, count, variants) in IMAGES.items():
        file = None if folder is None else folder / f"{image}.tsv"
        if file is not None and file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            tags = [line.split("\t")[0] for line in lines]
        else:
            tags = made_tags(image, count, variants)
        made[image] = list(dict.fromkeys([*tags, named.removesuffix(PINNED)]))
    return made


def made_tags(image: str, wanted: int, variants: Sequence[str]) -> list[str]:
    """Return as many tags as an image has: releases in each variant, series by series, or dates of systems."""
    tags = _of_days(image) if not variants else _of_releases(IMAGES[image][0], variants)
    unique: dict[str, None] = {"latest": None}
    while len(unique) < wanted:
        unique[next(tags)] = None
    return list(unique)


def _of_releases(named: str, variants: Sequence[str]) -> Iterator[str]:
    """Yield releases of the named major version and the next, each as `1.2.3`, `1.2` and `1`, in all variants."""
    numbers = [int(number) for number in re.findall(r"\d+", named)[:2]] or [1]
    major, minor = numbers[0], numbers[1] if len(numbers) > 1 else 0
    for step, patch, up in product(range(1000), range(40), range(2)):
        series = f"{major + up}.{minor + step}"
        for release, variant in product((f"{series}.{patch}", series, str(major + up)), variants):
            yield f"{release}-{variant}" if variant else release


def _of_days(image: str) -> Iterator[str]:
    """Yield the builds of systems, and the systems."""
    systems = ("bookworm", "trixie", "bullseye") if image == "debian" else ("22.04", "24.04", "20.04")
    for year, month, day, system in product(range(2018, 2027), range(1, 13), range(1, 29), systems):
        yield f"{system}-{year}{month:02}{day:02}"
        yield from (f"{system}-{year}{month:02}{day:02}-slim", system, f"{system}-slim")


# --- the registry -----------------------------------------------------------------------------------------------


def index_of(image: str, tag: str) -> tuple[bytes, str]:
    """Return an image index, which is another for each tag, and its digest."""
    entries = []
    for architecture, variant in PLATFORMS:
        digest = hashlib.sha256(f"{image}:{tag} {architecture}".encode()).hexdigest()
        platform = {"os": "linux", "architecture": architecture} | ({"variant": variant} if variant else {})
        media_type = "application/vnd.oci.image.manifest.v1+json"
        entries.append({"mediaType": media_type, "digest": f"sha256:{digest}", "size": 1000, "platform": platform})
    body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()
    return body, f"sha256:{hashlib.sha256(body).hexdigest()}"


class Registry:
    """The registry, as a process that this one talks to over its standard streams."""

    def __init__(self, tags: Path | None) -> None:
        command = [sys.executable, __file__, "--serve", *(["--tags", str(tags)] if tags else [])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._in: IO[str] = self._process.stdin  # type: ignore[assignment]  # both are pipes
        self._out: IO[str] = self._process.stdout  # type: ignore[assignment]
        self.url, count = self._answer().split()
        self.tags = int(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._in.close()
        self._process.wait()

    def reset(self) -> None:
        """Forget what was asked."""
        self._ask("reset")

    def asked(self) -> Counter[str]:
        """Return how often each path was asked for."""
        return Counter(json.loads(self._ask("asked")))

    def _ask(self, word: str) -> str:
        self._in.write(f"{word}\n")
        self._in.flush()
        return self._answer()

    def _answer(self) -> str:
        return self._out.readline()


class Handler(BaseHTTPRequestHandler):
    """Answers for the images; every tag is its own index."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    lists: dict[str, bytes]
    digests: dict[str, tuple[str, str]]
    asked: Counter[str]
    lock = threading.Lock()

    def do_GET(self) -> None:
        """Answer, and count."""
        path = self.path.partition("?")[0]
        with self.lock:
            self.asked[path] += 1
        match = PATH.fullmatch(path)
        if match is None or match[1] not in self.lists:
            self._send(404, b"{}", "application/json")
        elif match[2] == "tags/list":
            self._send(200, self.lists[match[1]], "application/json")
        else:
            body, digest = index_of(*self.digests.get(match[3], (match[1], match[3])))
            self.digests.setdefault(digest, (match[1], match[3]))
            self._send(200, body, INDEX)

    do_HEAD = do_GET  # noqa: N815 - http.server calls it so

    def _send(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if media_type == INDEX:
            self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(body).hexdigest()}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no log."""


def serve(folder: Path | None) -> int:
    """Be the registry until standard input ends; each line there is a question about what was asked."""
    tags = all_tags(folder)
    Handler.lists = {
        image: json.dumps({"name": f"library/{image}", "tags": some}).encode() for image, some in tags.items()
    }
    Handler.digests = {index_of(image, "pinned")[1]: (image, "pinned") for image in tags}
    Handler.asked = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", sum(map(len, tags.values())), flush=True)
    for line in sys.stdin:
        print(json.dumps(Handler.asked), flush=True)
        if line.strip() == "reset":
            Handler.asked.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main())
