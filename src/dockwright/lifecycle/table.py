"""The vendored table of support dates, `cycles.tsv`: one release cycle a line, written by `scripts/lifecycle.py`."""

from __future__ import annotations

import os
from datetime import date
from functools import cache

from msgspec import Struct

DISTRIBUTIONS = frozenset({
    "almalinux", "alpine", "amazonlinux", "centos", "debian", "fedora", "oraclelinux", "rockylinux", "ubuntu",
})  # fmt: skip
"""The products of the table that are operating systems; the others are languages, servers and databases."""

_TITLES = {
    "almalinux": "AlmaLinux",
    "alpine": "Alpine",
    "amazoncorretto": "Amazon Corretto",
    "amazonlinux": "Amazon Linux",
    "centos": "CentOS",
    "debian": "Debian",
    "dotnet": ".NET",
    "eclipse-temurin": "Eclipse Temurin",
    "fedora": "Fedora",
    "go": "Go",
    "mariadb": "MariaDB",
    "mongodb": "MongoDB",
    "mysql": "MySQL",
    "nginx": "nginx",
    "node": "Node.js",
    "oraclelinux": "Oracle Linux",
    "php": "PHP",
    "postgresql": "PostgreSQL",
    "python": "Python",
    "redis": "Redis",
    "rockylinux": "Rocky Linux",
    "ruby": "Ruby",
    "ubuntu": "Ubuntu",
}

_BACK_TO_FIRST = frozenset({"mongodb"})  # its other minor versions end early, and `mongo:7` went from 7.3 back to 7.0


class Cycle(Struct, frozen=True, gc=False):
    """One release cycle of a product, such as Debian 12 or Python 3.12; each `_end` is the last day that counts.

    Attributes:
        product: the table's own name for it: `debian`, `node`, `postgresql`.
        cycle: the version as tags write it: `12`, `3.12`, `22.04`.
        codename: as tags write it (`bookworm`, `jammy`, `iron`), or empty.
        release: the day of its first release; None if it is not out and has no date.
        support_end: end of full support by its makers; None if it is not known.
        security_end: end of free security updates, a long-term support team's included; None if no end is known.
        paid_end: end of security updates for those who pay (Ubuntu Pro, Debian ELTS); None if that is not offered.
        source: where the dates are from, with its version.
        read: the day up to which the source speaks.
    """

    product: str
    cycle: str
    codename: str
    release: date | None
    support_end: date | None
    security_end: date | None
    paid_end: date | None
    source: str
    read: date

    @property
    def title(self) -> str:
        """The name for people: `Debian 12 (bookworm)`, `.NET 8`."""
        name = f"{_TITLES[self.product]} {self.cycle}"
        return f"{name} ({self.codename})" if self.codename and self.product in DISTRIBUTIONS else name


def read_cycles(lines: list[str]) -> list[Cycle]:
    """Read lines of the table, without its heading."""
    return [_cycle(line.split("\t")) for line in lines]


@cache
def cycles(product: str) -> tuple[Cycle, ...]:
    """Return a product's cycles, by version; none for a product that the table does not know."""
    return tuple(read_cycles(_table().get(product, [])))


def find(product: str, version: str) -> Cycle | None:
    """Return the cycle that a version belongs to: `3.12.4` is of Python `3.12`, `15.4` of PostgreSQL `15`.

    A version that says less than a cycle does (`python:3`) moves on with each release, so it has none. But once
    there is a higher major version, `python:2` or `php:7` stays for ever at the last cycle of its own.
    """
    known = {cycle.cycle: cycle for cycle in cycles(product)}
    parts = version.split(".")
    for length in range(len(parts), 0, -1):
        if (cycle := known.get(".".join(parts[:length]))) is not None:
            return cycle
    return _last_of_closed_major(product, version) if product not in DISTRIBUTIONS else None


@cache
def codenames() -> dict[str, Cycle]:
    """Return the cycles of the distributions whose releases tags name by word."""
    return {cycle.codename: cycle for product in ("debian", "ubuntu") for cycle in cycles(product)}


@cache
def data_date() -> date:
    """Return the date of the oldest facts in the table."""
    return date.fromisoformat(min(line.rpartition("\t")[2] for lines in _table().values() for line in lines))


def vendored(name: str) -> str:
    """Return the text of a table beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as table:
        return table.read()


def _last_of_closed_major(product: str, major: str) -> Cycle | None:
    of_major = [cycle for cycle in cycles(product) if cycle.cycle.startswith(f"{major}.")]
    if not of_major or cycles(product)[-1] is of_major[-1]:  # the table is sorted by version
        return None
    return of_major[0 if product in _BACK_TO_FIRST else -1]


@cache
def _table() -> dict[str, list[str]]:
    """Return the table's lines by product; a line is only taken apart when its product is asked for."""
    found: dict[str, list[str]] = {}
    for line in vendored("cycles.tsv").splitlines()[1:]:
        found.setdefault(line.partition("\t")[0], []).append(line)
    return found


def _cycle(fields: list[str]) -> Cycle:
    product, cycle, codename, release, support_end, security_end, paid_end, source, read = fields
    return Cycle(
        product,
        cycle,
        codename,
        _date(release),
        _date(support_end),
        _date(security_end),
        _date(paid_end),
        source,
        date.fromisoformat(read),
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
