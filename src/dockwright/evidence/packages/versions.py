"""How distributions order versions: dpkg, apk-tools and rpm, each by its own rules.

Versions come out of images and mirrors, so any text must have an order and none may raise. Numbers are compared as
digits, never converted: a version may be a million of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# --- dpkg: deb-version(7), "Sorting algorithm" --------------------------------------------------------------------

_DPKG_RUN = re.compile(r"([^0-9]*)([0-9]*)", re.ASCII)


def compare_dpkg(one: str, other: str) -> int:
    """Compare versions of Debian and Ubuntu packages: a number below, equal to or above 0."""
    for mine, yours in zip(_dpkg_parts(one), _dpkg_parts(other), strict=True):
        if found := _compare_dpkg_part(mine, yours):
            return found
    return 0


def _dpkg_parts(version: str) -> tuple[str, str, str]:
    """Return epoch, upstream version and revision."""
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, hyphen, revision = rest.rpartition("-")
    return (epoch, upstream, revision) if hyphen else (epoch, rest, "")


def _compare_dpkg_part(one: str, other: str) -> int:
    mine, yours = _DPKG_RUN.finditer(one), _DPKG_RUN.finditer(other)
    while True:
        letters, digits = _run(mine)
        other_letters, other_digits = _run(yours)
        if not (letters or digits or other_letters or other_digits):
            return 0
        found = _compare_dpkg_letters(letters, other_letters) or _compare_digits(digits, other_digits)
        if found:
            return found


def _run(runs: Iterator[re.Match[str]]) -> tuple[str, str]:
    match = next(runs, None)
    return ("", "") if match is None else (match[1], match[2])


def _compare_dpkg_letters(one: str, other: str) -> int:
    for index in range(max(len(one), len(other))):
        found = _dpkg_rank(one[index : index + 1]) - _dpkg_rank(other[index : index + 1])
        if found:
            return found
    return 0


def _dpkg_rank(letter: str) -> int:
    """Return a character's rank: `~`, the end (or a digit), letters, everything else."""
    if not letter:
        return 0
    if letter == "~":
        return -1
    return ord(letter) if letter.isascii() and letter.isalpha() else ord(letter) + 0x80


def _compare_digits(one: str, other: str) -> int:
    one, other = one.lstrip("0"), other.lstrip("0")
    return (len(one) - len(other)) or (one > other) - (one < other)


# --- apk-tools: apk-package(5), "pkgver" ----------------------------------------------------------------------------

_INITIAL, _DIGITS, _LETTER, _SUFFIX, _SUFFIX_NUMBER, _HASH, _REVISION, _APK_END, _INVALID = range(9)
_APK_TOKEN = re.compile(
    r"(?P<digits>\.?[0-9]+)|(?P<letter>[a-z])|_(?P<suffix>alpha|beta|pre|rc|cvs|svn|git|hg|p)(?P<number>[0-9]*)"
    r"|~(?P<hash>[0-9a-f]+)|-r(?P<revision>[0-9]+)",
    re.ASCII,
)
_BEFORE_RELEASE = ("alpha", "beta", "pre", "rc")
_AFTER_RELEASE = ("cvs", "svn", "git", "hg", "p")

_ApkToken = tuple[int, str]


def compare_apk(one: str, other: str) -> int:
    """Compare versions of Alpine's, Wolfi's and Chainguard's packages: a number below, equal to or above 0."""
    mine, yours = _apk_tokens(one), _apk_tokens(other)
    while True:
        (kind, text), (other_kind, other_text) = next(mine), next(yours)
        if kind != other_kind:
            return _compare_apk_kinds((kind, text), (other_kind, other_text))
        if kind in {_APK_END, _INVALID}:
            return 0
        if found := _compare_apk_values(kind, text, other_text):
            return found


def _apk_tokens(version: str) -> Iterator[_ApkToken]:
    """Yield the parts in order; what no version may hold ends them."""
    at, last = 0, -1
    while at < len(version):
        match = _APK_TOKEN.match(version, at)
        tokens = () if match is None else _apk_token(match, first=at == 0)
        for kind, text in tokens:
            if not _may_follow(kind, last):
                yield _INVALID, ""
                return
            yield kind, text
            last = kind
        if match is None:
            yield _INVALID, ""
            return
        at = match.end()
    yield _APK_END, ""


def _apk_token(match: re.Match[str], *, first: bool) -> tuple[_ApkToken, ...]:
    match match.lastgroup:
        case "digits":
            digits = match["digits"]
            return ((_INITIAL, digits),) if first and digits[0] != "." else ((_DIGITS, digits),)
        case "letter":
            return ((_LETTER, match["letter"]),)
        case "number":
            number = ((_SUFFIX_NUMBER, match["number"]),) if match["number"] else ()
            return ((_SUFFIX, match["suffix"]), *number)
        case "hash":
            return ((_HASH, match["hash"]),)
        case _:
            return ((_REVISION, match["revision"]),)


def _may_follow(kind: int, last: int) -> bool:
    if last < 0:
        return kind == _INITIAL
    if kind == _DIGITS:
        return last in {_INITIAL, _DIGITS}
    if kind == _SUFFIX:
        return last < _HASH
    return kind > last


def _compare_apk_values(kind: int, one: str, other: str) -> int:
    match kind:
        case 1:  # _DIGITS: with a leading zero, as digits after a decimal point
            one, other = one.removeprefix("."), other.removeprefix(".")
            if one[0] == "0" or other[0] == "0":
                return (one > other) - (one < other)
            return _compare_digits(one, other)
        case 3:  # _SUFFIX
            ranks = (*_BEFORE_RELEASE, *_AFTER_RELEASE)
            return ranks.index(one) - ranks.index(other)
        case 2 | 5:  # _LETTER, _HASH
            return (one > other) - (one < other)
        case _:
            return _compare_digits(one, other)


def _compare_apk_kinds(mine: _ApkToken, yours: _ApkToken) -> int:
    """Compare where one version goes on in another way, or ends: the longer is greater, unless it is a pre-release."""
    if mine[0] == _SUFFIX and mine[1] in _BEFORE_RELEASE:
        return -1
    if yours[0] == _SUFFIX and yours[1] in _BEFORE_RELEASE:
        return 1
    return yours[0] - mine[0]


# --- rpm: rpm-version(7); rpmio/rpmvercmp.cc ------------------------------------------------------------------------

_RPM_PART = re.compile(r"[~^]|[0-9]+|[a-zA-Z]+", re.ASCII)


def compare_rpm(one: str, other: str) -> int:
    """Compare `[epoch:]version-release` of RPM packages: a number below, equal to or above 0."""
    (epoch, version, release), (other_epoch, other_version, other_release) = _evr(one), _evr(other)
    found = _compare_digits(epoch, other_epoch) or compare_rpm_part(version, other_version)
    # A version without a release means any release.
    return found or (compare_rpm_part(release, other_release) if release and other_release else 0)


def _evr(text: str) -> tuple[str, str, str]:
    epoch, colon, rest = text.partition(":")
    if not colon or not epoch.isdecimal():
        epoch, rest = "0", text
    version, hyphen, release = rest.rpartition("-")
    return (epoch, version, release) if hyphen else (epoch, rest, "")


def compare_rpm_part(one: str, other: str) -> int:
    """Compare versions, or releases, segment by segment."""
    if one == other:
        return 0
    mine, yours = _RPM_PART.findall(one), _RPM_PART.findall(other)
    for index in range(max(len(mine), len(yours))):
        left = mine[index] if index < len(mine) else ""
        right = yours[index] if index < len(yours) else ""
        if found := _compare_rpm_segment(left, right):
            return found
        if not left or not right:
            break
    return 0


def _compare_rpm_segment(one: str, other: str) -> int:
    """Compare segments, the empty text being the end: `~`, the end, `^`, letters, numbers."""
    if "~" in {one, other}:
        return (other == "~") - (one == "~")
    if "^" in {one, other}:
        return _compare_rpm_caret(one, other)
    if not one or not other:
        return bool(one) - bool(other)
    if one[0].isdigit() != other[0].isdigit():
        return 1 if one[0].isdigit() else -1
    return _compare_digits(one, other) if one[0].isdigit() else (one > other) - (one < other)


def _compare_rpm_caret(one: str, other: str) -> int:
    if one == other:
        return 0
    if one == "^":
        return -1 if other else 1
    return 1 if one else -1
