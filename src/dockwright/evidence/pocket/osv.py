"""osv.dev: the vulnerabilities that are known of packages, for those who ask for more than the distribution names.

Off unless asked for: names and versions of an image's packages are sent there. API: google.github.io/osv.dev/api.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from dockwright.errors import RegistryError
from dockwright.evidence.unknown import Unknown, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockwright.evidence.pocket.fetch import Fetch
    from dockwright.evidence.system import System

_MIB: Final = 1024 * 1024
_LARGEST: Final = 32 * _MIB  # the service's own limit
_BATCH: Final = 1000  # queries of one request, the service's own limit
_MOST_PAGES: Final = 20
_MOST_DETAILS: Final = 100
_IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{1,20}-[A-Za-z0-9:._-]{1,60}", re.ASCII)
_RELEASE: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.[0-9.]{1,8})?", re.ASCII)
_BY_MAJOR: Final = {"debian": "Debian", "almalinux": "AlmaLinux", "rocky": "Rocky Linux"}
_WITHOUT_RELEASES: Final = {"wolfi": "Wolfi", "chainguard": "Chainguard"}


class Vulnerability(Struct, frozen=True, order=True):
    """What is known of a vulnerability.

    Attributes:
        id: osv.dev's: `DEBIAN-CVE-2026-12345`.
        aliases: ids of the same elsewhere: `CVE-2026-12345`; empty if it was not asked for.
        severity: CVSS vectors or words, as they are published; empty if none is, or it was not asked for.
    """

    id: str
    aliases: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()


class _Package(Struct):
    name: str
    ecosystem: str


class _Query(Struct, omit_defaults=True):
    package: _Package
    version: str
    page_token: str = ""


class _Queries(Struct):
    queries: list[_Query]


class _Named(Struct):
    id: str


class _Result(Struct):
    vulns: list[_Named] = field(default_factory=list)
    next_page_token: str = ""


class _Results(Struct):
    results: list[_Result]


class _Severity(Struct):
    score: str


class _Details(Struct):
    aliases: list[str] = field(default_factory=list)
    upstream: list[str] = field(default_factory=list)
    severity: list[_Severity] = field(default_factory=list)


Known = dict[tuple[str, str], frozenset[str]]
"""Ids of vulnerabilities, by name and version of the package that they are known of."""


def vulnerabilities(system: System, packages: Iterable[tuple[str, str]], *, fetch: Fetch) -> Known | Unknown:
    """Return the ids of what is known of each package, by name and version: the source package's, the binary's for rpm.

    They are asked for at once, a thousand in a request.
    """
    ecosystem = _ecosystem(system)
    if ecosystem is None:
        return Unknown(f"osv.dev has no list for `{system}`")
    try:
        return _ask(sorted(set(packages)), ecosystem, fetch)
    except (RegistryError, Unreadable) as reason:
        return Unknown(str(reason))


def details(identifiers: Iterable[str], *, fetch: Fetch) -> Mapping[str, Vulnerability]:
    """Return what else is known of vulnerabilities, a request for each, the first hundred at most.

    What cannot be had is left out.
    """
    found = {}
    for identifier in sorted(set(identifiers))[:_MOST_DETAILS]:
        try:
            data = fetch.get("osv", f"v1/vulns/{quote(identifier, safe='')}", largest=_MIB)
            told = msgspec.json.decode(data, type=_Details)
        except (RegistryError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        aliases = tuple(sorted({each for each in (*told.aliases, *told.upstream) if _IDENTIFIER.fullmatch(each)}))
        found[identifier] = Vulnerability(identifier, aliases, tuple(each.score[:200] for each in told.severity))
    return found


def _ecosystem(system: System) -> str | None:
    """Return the distribution as the OSV schema names it; None if it does not, or names it by more than is known."""
    if system.id in _WITHOUT_RELEASES:
        return _WITHOUT_RELEASES[system.id]
    match = _RELEASE.fullmatch(system.release)
    if match is None:
        return None
    major, minor = match[1], match[2] or ""
    match system.id:
        case name if name in _BY_MAJOR:
            return f"{_BY_MAJOR[name]}:{major}"
        case "alpine" if minor:
            return f"Alpine:v{major}.{minor}"
        case "ubuntu" if minor:
            return f"Ubuntu:{major}.{minor}{':LTS' if minor == '04' and int(major) % 2 == 0 else ''}"
        case _:
            return None


def _ask(packages: list[tuple[str, str]], ecosystem: str, fetch: Fetch) -> Known:
    found: dict[tuple[str, str], set[str]] = {}
    queries = [_Query(_Package(name, ecosystem), version) for name, version in packages]
    for _ in range(_MOST_PAGES):
        if not queries:
            return {package: frozenset(each) for package, each in found.items()}
        batch, queries = queries[:_BATCH], queries[_BATCH:]
        for query, result in zip(batch, _results(batch, fetch), strict=True):
            ids = found.setdefault((query.package.name, query.version), set())
            ids.update(each.id for each in result.vulns if _IDENTIFIER.fullmatch(each.id))
            if result.next_page_token:
                queries.append(_Query(query.package, query.version, result.next_page_token))
    raise Unreadable("osv.dev has more to say than is asked for")


def _results(batch: list[_Query], fetch: Fetch) -> list[_Result]:
    data = fetch.post("osv", "v1/querybatch", msgspec.json.encode(_Queries(batch)), largest=_LARGEST)
    try:
        found = msgspec.json.decode(data, type=_Results).results
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("osv.dev's answer cannot be read") from None
    if len(found) != len(batch):
        raise Unreadable("osv.dev does not answer everything that it was asked")
    return found
