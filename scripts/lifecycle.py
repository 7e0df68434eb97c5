"""Refresh the vendored support dates: `src/dockwright/lifecycle/cycles.tsv` and `tags.tsv`.

    scripts/lifecycle.py [--check] [--endoflife GIT | --refresh-from URL] [--official-images GIT]

Sources, each read by its ordinary client into a temporary folder:
- Debian and Ubuntu: Debian's package distro-info-data (`apt-get download`, or the installed one);
- Node.js: the npm package node-releases (`npm pack`);
- Python: the PyPI package py-eol (`pip download`), only where endoflife.date agrees to within a month, and then the
  later of the two dates;
- the rest: a clone of github.com/endoflife-date/endoflife.date (MIT), given by `--endoflife`, or what its API
  answers (version 1, `https://endoflife.date/api/v1`), given by `--refresh-from`;
- which tags there are: a clone of github.com/docker-library/official-images, given by `--official-images` (which
  there were: `scripts/dropped_tags.py`);
- what none of them says: `scripts/lifecycle.tsv`, entered by hand.
Rows of a source that is not given stay as they are, with the day on which they were read. `--check` writes nothing,
prints what would change (the days of reading aside) and exits 1 if anything would. `retired.tsv` is entered by hand.
With `--refresh-from` alone nothing else is read. No other option, and no test, talks to anything but package archives.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
import yaml

from dockwright.lifecycle.table import Cycle, read_cycles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(__file__).parent
TABLES = HERE.parent / "src" / "dockwright" / "lifecycle"
HEADING = "\t".join(Cycle.__struct_fields__)
TAGS_HEADING = "repository\tread\ttags"
FIRST_IMAGES = date(2013, 3, 1)  # Docker's first release: what had ended before has no image
CLOSE = timedelta(days=31)
API_TIMEOUT = (10, 30)  # seconds, to connect and between two pieces
API_REDIRECTS = 3
API_LARGEST = 2 * 1024 * 1024  # bytes of one product; the largest has a tenth of that
CYCLE = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}", re.ASCII)

# endoflife.date's name of a product -> ours
PRODUCTS = {
    "almalinux": "almalinux",
    "alpine-linux": "alpine",
    "amazon-corretto": "amazoncorretto",
    "amazon-linux": "amazonlinux",
    "centos": "centos",
    "dotnet": "dotnet",
    "eclipse-temurin": "eclipse-temurin",
    "fedora": "fedora",
    "go": "go",
    "mariadb": "mariadb",
    "mongodb": "mongodb",
    "mysql": "mysql",
    "nginx": "nginx",
    "oracle-linux": "oraclelinux",
    "php": "php",
    "postgresql": "postgresql",
    "python": "python",  # only to compare py-eol with
    "redis": "redis",
    "rocky-linux": "rockylinux",
    "ruby": "ruby",
}
# The order in which distro-info's columns say the same thing for both distributions.
FREE = {"debian": ("eol-lts", "eol"), "ubuntu": ("eol-server", "eol")}
PAID = {"debian": ("eol-elts",), "ubuntu": ("eol-legacy", "eol-esm")}


def from_distro_info(product: str, table: str, *, source: str, read: date) -> Iterator[Cycle]:
    """Read debian.csv or ubuntu.csv; what has no version (sid) is left out."""
    for row in csv.DictReader(table.splitlines()):
        if version := (row["version"] or "").removesuffix(" LTS").removesuffix(".0"):  # Debian 6.0 is `6` in tags
            yield Cycle(
                product=product,
                cycle=version,
                codename=row["series"],
                release=_first(row, "release"),
                support_end=_first(row, "eol"),
                security_end=_first(row, *FREE[product]),
                paid_end=_first(row, *PAID[product]),
                source=source,
                read=read,
            )


def from_node_releases(schedule: str, *, source: str, read: date) -> Iterator[Cycle]:
    """Read node-releases' release-schedule.json; full support is what its authors call active."""
    for name, row in json.loads(schedule).items():
        yield Cycle(
            product="node",
            cycle=name.removeprefix("v"),
            codename=row.get("codename", "").lower(),
            release=_first(row, "start"),
            support_end=_first(row, "maintenance", "end"),
            security_end=_first(row, "end"),
            paid_end=None,
            source=source,
            read=read,
        )


def from_py_eol(data: str, known: Iterable[Cycle], *, source: str, read: date) -> Iterator[Cycle]:
    """Read py-eol's _eol_data.py without running it; yield the cycles that `known` confirms, with the later end."""
    day = r"datetime\.date\((\d+), (\d+), (\d+)\)"
    found = re.findall(rf'"([\d.]+)": {{\s*"release_date": {day},\s*"eol_date": {day},', data)
    ours = {version: (date(*map(int, days[:3])), date(*map(int, days[3:]))) for version, *days in found}
    for cycle in known:
        release, end = ours.get(cycle.cycle, (date.min, date.min))
        if cycle.release is None or cycle.security_end is None:
            continue
        if abs(cycle.release - release) <= CLOSE and abs(cycle.security_end - end) <= CLOSE:
            later = max(cycle.security_end, end)
            yield msgspec.structs.replace(cycle, security_end=later, source=f"{source}, {cycle.source}", read=read)
        else:
            print(f"not taken: Python {cycle.cycle}: py-eol and endoflife.date differ by more than a month")


def from_endoflife(product: str, page: str, *, source: str, read: date) -> Iterator[Cycle]:
    """Read the front matter of a product's page; a cycle that ended on a day that is not said is left out."""
    for row in yaml.safe_load(page.split("\n---", 1)[0])["releases"]:
        if row["eol"] is not True:
            yield Cycle(
                product=product,
                cycle=".".join(str(row["releaseCycle"]).split(".")[:2]),  # Ruby 2.0.0 is `2.0` in tags
                codename="",
                release=_day(row["releaseDate"]),
                support_end=_day(row.get("eoas", row["eol"])),
                security_end=_day(row["eol"]),
                paid_end=_day(row.get("eoes", False)),
                source=source,
                read=read,
            )


class ApiRelease(msgspec.Struct, frozen=True, rename="camel"):
    """A `ProductRelease` of endoflife.date's API 1: the fields that are used. What it does not give is unset."""

    name: str
    release_date: date
    is_eol: bool
    eol_from: date | None
    eoas_from: date | msgspec.UnsetType | None = msgspec.UNSET
    eoes_from: date | msgspec.UnsetType | None = msgspec.UNSET


class ApiProduct(msgspec.Struct, frozen=True):
    """A `ProductDetails`."""

    name: str
    releases: list[ApiRelease]


class ApiAnswer(msgspec.Struct, frozen=True):
    """The answer of `/products/{product}`."""

    schema_version: str
    generated_at: datetime
    result: ApiProduct


class UnexpectedAnswer(Exception):
    """The API answers something else than its description (openapi.yml, version 1) says, or what cannot be true."""


def from_api(slug: str, data: bytes, *, today: date) -> Iterator[Cycle]:
    """Read the API's answer for a product; a cycle that ended on a day that is not said is left out.

    Raises:
        UnexpectedAnswer: if it is not of that shape, is about something else, or its dates contradict each other.
    """
    try:
        answer = msgspec.json.decode(data, type=ApiAnswer)
    except msgspec.DecodeError as error:
        raise UnexpectedAnswer(f"{slug}: {error}") from error
    read = answer.generated_at.date()
    if answer.schema_version.split(".")[0] != "1":
        raise UnexpectedAnswer(f"{slug}: version {answer.schema_version!r} of the API is not known")
    if answer.result.name != slug or not answer.result.releases:
        raise UnexpectedAnswer(f"{slug}: the answer has no releases of it")
    if not FIRST_IMAGES < read <= today + timedelta(days=1):
        raise UnexpectedAnswer(f"{slug}: the answer is of {read}")
    for release in answer.result.releases:
        if not release.is_eol or release.eol_from is not None:
            yield _api_cycle(slug, release, source=f"endoflife.date {slug} by API {answer.schema_version}", read=read)


def _api_cycle(slug: str, release: ApiRelease, *, source: str, read: date) -> Cycle:
    if CYCLE.fullmatch(release.name) is None:
        raise UnexpectedAnswer(f"{slug}: a release is called {release.name!r}")
    end = release.eol_from
    support_end = end if release.eoas_from is msgspec.UNSET else release.eoas_from
    paid_end = None if release.eoes_from is msgspec.UNSET else release.eoes_from
    days = [day for day in (release.release_date, support_end, end, paid_end) if day is not None]
    if days != sorted(days) or release.is_eol != (end is not None and end <= read):
        raise UnexpectedAnswer(f"{slug} {release.name}: its dates contradict each other: {', '.join(map(str, days))}")
    return Cycle(
        product=PRODUCTS[slug],
        cycle=".".join(release.name.split(".")[:2]),
        codename="",
        release=release.release_date,
        support_end=support_end,
        security_end=end,
        paid_end=paid_end,
        source=source,
        read=read,
    )


def ask_api(url: str, slug: str, session: requests.Session) -> bytes:
    """Fetch the API's answer for a product; products are renamed now and then, so redirects are followed.

    Raises:
        UnexpectedAnswer: if it cannot be had, is too large, or is to be had without https only.
    """
    place = f"{url.rstrip('/')}/products/{slug}"
    try:
        for _ in range(API_REDIRECTS + 1):
            _safe(place)
            with session.get(place, timeout=API_TIMEOUT, stream=True, allow_redirects=False) as response:
                response.raise_for_status()
                if not response.is_redirect:
                    return _body(response, slug)
                place = urljoin(place, response.headers["Location"])
    except requests.RequestException as error:
        raise UnexpectedAnswer(f"{slug}: {error}") from error
    raise UnexpectedAnswer(f"{slug}: too many redirects")


def _body(response: requests.Response, slug: str) -> bytes:
    found = b""
    for piece in response.iter_content(64 * 1024):
        found += piece
        if len(found) > API_LARGEST:
            raise UnexpectedAnswer(f"{slug}: the answer is too large")
    return found


def _safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise UnexpectedAnswer(f"{url}: support dates are only read over https")


def tags_with_distribution(library: str, words: re.Pattern[str]) -> list[str]:
    """Read a file of official-images' library/: the tags with such a word, less those of one patch, day or preview."""
    found: set[str] = set()
    for line in library.splitlines():
        key, _, value = line.partition(":")
        if key in {"Tags", "SharedTags"}:
            found.update(tag.strip() for tag in value.split(","))
    passing = re.compile(r"\d+\.\d+\.\d+|\d{8}|\d_\d|(?:^|-|\d)(?:rc|ea|alpha\d|beta|dev|tip)\d*(?:-|$)")
    return sorted(tag for tag in found if words.search(tag) and not passing.search(tag))


def merged(fresh: Iterable[Cycle], old: Iterable[Cycle]) -> list[Cycle]:
    """Return the fresh rows and the old ones whose source was not read, sorted; a cycle given twice is an error."""
    rows = list(fresh)
    sources = {row.source.split(" ")[0] for row in rows}
    rows += [row for row in old if row.source.split(" ")[0] not in sources]
    rows = [row for row in rows if row.security_end is None or row.security_end >= FIRST_IMAGES]
    rows.sort(key=lambda row: (row.product, [int(part) for part in row.cycle.split(".")]))
    for one, next_one in itertools.pairwise(rows):
        if (one.product, one.cycle) == (next_one.product, next_one.cycle):
            sys.exit(f"{one.product} {one.cycle} is given twice: by {one.source} and by {next_one.source}")
    return rows


def rendered(rows: Iterable[Cycle]) -> str:
    """Return the table's text."""
    fields = (msgspec.structs.astuple(row) for row in rows)
    return "\n".join([HEADING, *("\t".join("" if it is None else str(it) for it in row) for row in fields)]) + "\n"


def parsed(text: str) -> list[Cycle]:
    """Read the table's text; lines that begin with `#` are comments (in the file of hand-entered rows)."""
    return read_cycles([line for line in text.splitlines() if not line.startswith("#")][1:])


def differences(old: str, new: str) -> list[str]:
    """Return the lines that only one of two tables has; when a row was read, and from which version, does not count."""
    one, other = ({_facts(line) for line in text.splitlines()} for text in (old, new))
    return [f"- {line}" for line in sorted(one - other)] + [f"+ {line}" for line in sorted(other - one)]


def _facts(line: str) -> str:
    fields = line.split("\t")
    return "\t".join(fields[:-2] if len(fields) == HEADING.count("\t") + 1 else fields[::2])


def _first(row: dict[str, Any], *columns: str) -> date | None:
    return next((date.fromisoformat(row[column]) for column in columns if row.get(column)), None)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _run(*command: str, folder: str = ".") -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def _packages(folder: str, endoflife: list[Cycle]) -> Iterator[Cycle]:
    """Download the three packages and read their rows."""
    today = date.today()  # noqa: DTZ011 - the day on which this person reads
    csvs, version = _distro_info(folder)
    for product in ("debian", "ubuntu"):
        table = (csvs / f"{product}.csv").read_text()
        yield from from_distro_info(product, table, source=f"distro-info-data {version}", read=today)
    _run("npm", "pack", "--silent", "node-releases", folder=folder)
    archive = next(Path(folder).glob("node-releases-*.tgz"))
    with tarfile.open(archive) as package:
        member = package.extractfile("package/data/release-schedule/release-schedule.json")
        schedule = member.read().decode() if member else ""
    version = archive.stem.removeprefix("node-releases-")
    yield from from_node_releases(schedule, source=f"node-releases {version}", read=today)
    if endoflife:
        _run(sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "py-eol", folder=folder)
        wheel = next(Path(folder).glob("py_eol-*.whl"))
        data = zipfile.ZipFile(wheel).read("py_eol/_eol_data.py").decode()
        yield from from_py_eol(data, endoflife, source=f"py-eol {wheel.name.split('-')[1]}", read=today)


def _distro_info(folder: str) -> tuple[Path, str]:
    """Return the folder of the CSV files and their package's version: the archive's, else the installed one's."""
    try:
        _run("apt-get", "download", "distro-info-data", folder=folder)
        package = next(Path(folder).glob("distro-info-data_*.deb"))
        _run("dpkg-deb", "-x", str(package), f"{folder}/deb")
        return Path(folder) / "deb/usr/share/distro-info", package.name.split("_")[1]
    except (OSError, subprocess.CalledProcessError):
        return Path("/usr/share/distro-info"), _run("dpkg-query", "-Wf", "${Version}", "distro-info-data")


def _endoflife(clone: str) -> list[Cycle]:
    commit, day = _run("git", "-C", clone, "log", "-1", "--format=%h %cs").split()
    rows: list[Cycle] = []
    for slug, product in PRODUCTS.items():
        page = _run("git", "-C", clone, "show", f"HEAD:products/{slug}.md")
        source = f"endoflife.date {slug} at {commit}"
        rows += from_endoflife(product, page, source=source, read=date.fromisoformat(day))
    return rows


def _api(url: str) -> list[Cycle]:
    """Ask the API for every product but Python, whose dates need a second source."""
    today = date.today()  # noqa: DTZ011 - the day on which this person reads
    _safe(url)
    with requests.Session() as session:
        slugs = [slug for slug in PRODUCTS if slug != "python"]
        return [cycle for slug in slugs for cycle in from_api(slug, ask_api(url, slug, session), today=today)]


def _tags(clone: str, rows: list[Cycle]) -> str:
    day = _run("git", "-C", clone, "log", "-1", "--format=%cs").strip()
    names = [row.codename for row in rows if row.codename and row.product in {"debian", "ubuntu"}]
    words = re.compile(rf"(?:^|-)(?:{'|'.join(names)}|alpine\d+\.\d+)(?:-|$)")
    lines = [TAGS_HEADING]
    for path in _run("git", "-C", clone, "ls-tree", "--name-only", "HEAD", "library/").split():
        name = path.removeprefix("library/")
        wanted = re.compile("") if name in {"alpine", "buildpack-deps", "debian", "ubuntu"} else words
        if tags := tags_with_distribution(_run("git", "-C", clone, "show", f"HEAD:{path}"), wanted):
            lines.append(f"{name}\t{day}\t{' '.join(tags)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Refresh or check the tables; return the exit status."""
    options = _options()
    old = parsed((TABLES / "cycles.tsv").read_text())
    try:
        rows = merged(_fresh(options), old)
    except UnexpectedAnswer as error:
        sys.exit(f"nothing was changed: {error}")
    new = {"cycles.tsv": rendered(rows)}
    if options.official_images:
        new["tags.tsv"] = _tags(options.official_images, rows)
    changed = 0
    for name, text in new.items():
        for difference in differences((TABLES / name).read_text(), text):
            print(f"{name}: {difference}")
            changed = 1
        if not options.check:
            (TABLES / name).write_text(text)
    return changed if options.check else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--endoflife", metavar="GIT", help="a clone of endoflife-date/endoflife.date")
    source.add_argument("--refresh-from", metavar="URL", help="its API instead, and no other source")
    parser.add_argument("--official-images", metavar="GIT", help="a clone of docker-library/official-images")
    return parser.parse_args()


def _fresh(options: argparse.Namespace) -> list[Cycle]:
    """Read the sources that are asked for."""
    if options.refresh_from:
        return _api(options.refresh_from)
    endoflife = _endoflife(options.endoflife) if options.endoflife else []
    with tempfile.TemporaryDirectory() as folder:
        fresh = list(_packages(folder, [row for row in endoflife if row.product == "python"]))
    fresh += [row for row in endoflife if row.product != "python"]
    return fresh + parsed((HERE / "lifecycle.tsv").read_text())


if __name__ == "__main__":
    sys.exit(main())
