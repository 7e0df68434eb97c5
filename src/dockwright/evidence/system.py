"""Which distribution an image is of, and which repositories it is set up for, from a few of its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.packages.kinds import Kind
from dockwright.lifecycle import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dockwright.evidence.packages.model import Package

    Text = Callable[[str], bytes]

_LONGEST: Final = 100
_LONGEST_URI: Final = 1000
_VARIABLES: Final = ("etc/dnf/vars", "etc/yum/vars")
_VARIABLE: Final = re.compile(r"\$(?P<brace>\{)?(?P<name>\w{1,50})(?(brace)\})", re.ASCII)
_LINE: Final = re.compile(r"(ID|VERSION_ID|VERSION_CODENAME)=(.*)", re.ASCII)
_WORD: Final = re.compile(r"[\w.+~ -]*", re.ASCII)
_DEBIAN: Final = re.compile(r"([0-9]+)(?:\.[0-9]+)*\+deb([0-9]+)u[0-9]+", re.ASCII)
_RPM_RELEASES: Final = {
    "redhat-release": "rhel",
    "rocky-release": "rocky",
    "almalinux-release": "almalinux",
    "fedora-release-common": "fedora",
}


class System(Struct, frozen=True):
    """A distribution and its release.

    Attributes:
        id: `ID` of os-release(5): `debian`, `alpine`, `rhel`; empty if it is not known.
        release: `VERSION_ID`: `12`, `3.20.3`; empty where there are no releases (Debian sid), or if it is not known.
        codename: `bookworm`; empty where there is none, or if it is not known.
    """

    id: str = ""
    release: str = ""
    codename: str = ""

    def __str__(self) -> str:
        """Name it for people."""
        return f"{self.id} {self.release or self.codename}".strip() or "an unknown system"


class Repository(Struct, frozen=True):
    """A place that an image's package manager is set up to take packages from.

    Attributes:
        uri: where it is, as it is written; it may hold variables that the image does not set (`$releasever`), and
            passwords.
        suite: Debian's: `bookworm-security`; empty elsewhere.
        components: Debian's: `main`.
        name: the section's name in rpm's families, apk's tag; empty elsewhere.
        is_list: whether there is only a list of places at `uri` (rpm's `mirrorlist` and `metalink`).
    """

    uri: str
    suite: str = ""
    components: tuple[str, ...] = ()
    name: str = ""
    is_list: bool = False


# --- the distribution -----------------------------------------------------------------------------------------------


def of_packages(kind: Kind, packages: Iterable[Package]) -> System | None:
    """Return the distribution that the packages themselves tell; None if they do not.

    It saves reading the lowest layer, which has os-release, and is the largest.
    """
    for package in packages:
        match kind, package.name:
            case Kind.DPKG, "base-files":
                return _debian(package.version)
            case Kind.APK, "alpine-release":
                return System("alpine", package.version.rpartition("-")[0])
            case Kind.RPM, name if name in _RPM_RELEASES:
                return System(_RPM_RELEASES[name], package.version.rpartition("-")[0].rpartition(":")[2])
            case _:
                pass
    return None


def _debian(base_files: str) -> System | None:
    """Tell Debian's release from `12.4+deb12u15`; others' base-files, and unreleased ones, are written otherwise."""
    match = _DEBIAN.fullmatch(base_files)
    if match is None or match[1] != match[2]:
        return None
    cycle = find("debian", match[1])
    return System("debian", match[1], cycle.codename if cycle else "")


def of_release_file(text: bytes) -> System:
    """Read os-release(5); what is no plain word in it counts as not there."""
    found: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").splitlines():
        if match := _LINE.fullmatch(line.strip()):
            value = match[2].strip().strip("\"'")
            found[match[1]] = value if len(value) <= _LONGEST and _WORD.fullmatch(value) else ""
    release, codename = found.get("VERSION_ID", ""), found.get("VERSION_CODENAME", "")
    return System(found.get("ID", "").lower(), release, codename)


# --- repositories ---------------------------------------------------------------------------------------------------


def repositories(texts: Mapping[str, bytes]) -> tuple[Repository, ...]:
    """Return the repositories that are enabled, given the files of an image by their paths."""
    found: dict[Repository, None] = {}
    variables = _variables(texts)
    for path in sorted(texts):
        text = texts[path].decode("utf-8", "replace")
        found |= dict.fromkeys(_of_file(path, text, variables))
    return tuple(found)


def _variables(texts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the variables that an image sets for rpm's repositories: dnf.conf(5), a file for each."""
    found = {}
    for path in sorted(texts, reverse=True):  # yum's, then dnf's, which count
        folder, _, name = path.rpartition("/")
        if folder in _VARIABLES:
            found[name] = texts[path][:_LONGEST].decode("utf-8", "replace").partition("\n")[0].strip()
    return found


def _of_file(path: str, text: str, variables: Mapping[str, str]) -> Iterator[Repository]:
    folder, _, name = path.rpartition("/")
    match folder, name.rpartition(".")[2]:
        case ("etc/apt", "list") | ("etc/apt/sources.list.d", "list"):
            return _one_line(text)
        case "etc/apt/sources.list.d", "sources":
            return _deb822(text)
        case "etc/apk", _:
            return _apk(text)
        case (("etc/yum.repos.d" | "etc/zypp/repos.d"), "repo"):
            return _yum(text, variables)
        case _:
            return iter(())


def _one_line(text: str) -> Iterator[Repository]:
    """Read sources.list(5), one-line style: `deb [signed-by=...] https://... bookworm main`."""
    for line in text.splitlines():
        before, options, rest = line.partition("#")[0].partition("[")
        words = [*before.split(), *(rest.partition("]")[2] if options else "").split()]
        if len(words) > 2 and words[0] == "deb":  # noqa: PLR2004 - type, place, suite
            yield Repository(words[1], words[2], tuple(words[3:]))


def _deb822(text: str) -> Iterator[Repository]:
    """Read sources.list(5), deb822 style: stanzas of fields, whose values may go on in indented lines."""
    for stanza in re.split(r"\n[ \t\r]*\n", text):
        fields: dict[str, list[str]] = {}
        values: list[str] = []
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] not in {" ", "\t"}:
                name, _, line = line.partition(":")  # noqa: PLW2901 - what follows the name is the value
                values = fields.setdefault(name.strip().lower(), [])
            values += line.split()
        if "deb" in fields.get("types", ()) and fields.get("enabled", ["yes"])[:1] not in [["no"], ["false"], ["0"]]:
            components = tuple(fields.get("components", ()))
            for uri in fields.get("uris", ()):
                yield from (Repository(uri, suite, components) for suite in fields.get("suites", ()))


def _apk(text: str) -> Iterator[Repository]:
    """Read apk-repositories(5): a URL a line, perhaps after a tag (`@edge https://...`)."""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words and words[0].startswith("@"):
            yield from (Repository(uri, name=words[0][1:]) for uri in words[1:2])
        elif words:
            yield Repository(words[0])


def _yum(text: str, variables: Mapping[str, str]) -> Iterator[Repository]:
    """Read yum.repos.d: sections with `baseurl`, `metalink` or `mirrorlist`."""
    for name, fields in _sections(text).items():
        uris = [(uri, key) for key in ("baseurl", "metalink", "mirrorlist") for uri in fields.get(key, "").split()]
        if uris and fields.get("enabled", "1").lower() not in {"0", "no", "false"}:
            uri, key = uris[0]
            said = _filled_in(uri, variables)
            if said:
                yield Repository(said, name=name, is_list=key != "baseurl")


def _filled_in(uri: str, variables: Mapping[str, str]) -> str:
    """Fill in the variables that an image sets, unless nothing of this length is an address."""
    if len(uri) > _LONGEST_URI:
        return uri
    return _VARIABLE.sub(lambda match: variables.get(match["name"], match[0]), uri)


def _sections(text: str) -> dict[str, dict[str, str]]:
    """Read an INI file. Python's own reader takes quadratic time for some lines."""
    found: dict[str, dict[str, str]] = {}
    fields: dict[str, str] = {}
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            fields = found.setdefault(line[1:-1].strip(), {})
        elif not line.startswith(("#", ";")):
            key, equals, value = line.partition("=")
            if equals:
                fields[key.strip().lower()] = value.strip()
    return found
