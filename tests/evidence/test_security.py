"""Which changes are security updates: by hand, case by case, from what a distribution has published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.changes import changes
from dockwright.evidence.freshness import Freshness
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fixes, Lacking, Published
from dockwright.evidence.security import Security, security
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from tests.support.mirrors.images import AMD64, image

if TYPE_CHECKING:
    from dockwright.evidence.inventory import Inventory

BOOKWORM = System("debian", "12", "bookworm")
NOT_ASKED = Unknown("nobody asked")


class Record:
    """Says for each version what it fixes, and was asked what."""

    def __init__(self, **said: Fixes | Unknown) -> None:
        self.said = said
        self.asked: list[tuple[str, str, str]] = []

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        self.asked.append((source, old, new))
        return self.said.get(source, Fixes(source, old, new, "changelog", ("CVE-2026-1",)))


def package(name: str, version: str, source: str = "") -> Package:
    return Package(name, version, "amd64", source or name, version)


def inventory(*packages: Package, system: System = BOOKWORM, kind: Kind = Kind.DPKG) -> Inventory:
    return image(kind, system, *sorted(packages))


def side(found: Inventory, record: Record, newest: dict[str, str], *, others: tuple[str, ...] = ()) -> Freshness:
    """Return what an image lacks, given the newest versions; those of `others` are not for security."""
    lacking = tuple(
        Lacking(each, newest[each.name], newest[each.name], "bookworm-security", each.name not in others)
        for each in found.packages
        if each.name in newest and found.kind.compare(newest[each.name], each.version) > 0
    )
    as_of = datetime(2026, 11, 21, tzinfo=UTC)
    published = Published(found.system, lacking, ("bookworm-security main",), as_of, (), record)
    return Freshness(AMD64, found, published, (), NOT_ASKED, ())


def judged(
    old: Inventory, new: Inventory, newest: dict[str, str], record: Record, *, others: tuple[str, ...] = ()
) -> Security | Unknown:
    sides = [side(each, record, newest, others=others) for each in (old, new)]
    return security(changes(old, new), sides[0], sides[1], record.fixes)


def marks(found: Security | Unknown) -> dict[str, bool | None]:
    assert isinstance(found, Security)
    return {each.source: each.security for each in found.upgraded}


NONE = Fixes("a", "1", "2", "changelog")


@pytest.mark.parametrize(
    ("new", "newest", "said", "mark"),
    [
        ("2", "2", None, True),  # what was lacking is there
        ("3", "2", None, True),
        ("2", "1", None, False),  # nothing was lacking
        ("2", "3", Fixes("a", "1", "2", "changelog", ("CVE-2026-1",)), True),  # some of it is there
        ("2", "3", Fixes("a", "1", "2", "changelog", (), ("DSA-1-1",)), True),
        ("2", "3", Fixes("a", "1", "2", "changelog", suites=("bookworm-security",)), True),
        ("2", "3", Fixes("a", "1", "2", "changelog", suites=("bookworm",)), False),
        ("2", "3", NONE, False),
        ("2", "3", Fixes("a", "1", "2", "changelog", complete=False), None),
        ("2", "3", Unknown("the changelog is gone"), None),
        ("2", "2", Unknown("the changelog is gone"), True),
    ],
)
def test_an_upgrade_is_a_security_update(
    new: str, newest: str, said: Fixes | Unknown | None, *, mark: bool | None
) -> None:
    record = Record(**({} if said is None else {"a": said}))
    found = judged(inventory(package("a", "1")), inventory(package("a", new)), {"a": newest}, record)
    assert marks(found) == {"a": mark}
    assert isinstance(found, Security)
    assert [each.source for each in found.open] == (["a"] if newest > new else [])


def test_only_what_is_for_security_is_asked_about() -> None:
    record = Record()
    old = inventory(package("a", "1"), package("b", "1"), package("c", "1"))
    new = inventory(package("a", "2"), package("b", "2"), package("c", "1"))
    assert marks(judged(old, new, {"a": "2", "b": "2"}, record, others=("b",))) == {"a": True, "b": False}
    assert record.asked == [("a", "1", "2")]


def test_what_is_added_removed_or_downgraded_is_no_update() -> None:
    old = inventory(package("a", "1"), package("b", "2"))
    new = inventory(package("b", "1"), package("c", "1"))
    assert marks(judged(old, new, {"a": "2", "b": "3"}, Record())) == {}


def test_the_most_severe_is_first() -> None:
    severities = {"a": "low", "b": "", "c": "critical", "d": "medium", "e": "medium"}
    said = {
        name: Fixes(name, "1", "2", "changelog", ("CVE-2026-1",) * (1 + (name == "e")), (), severity)
        for name, severity in severities.items()
    }
    old, new = (inventory(*(package(name, version) for name in severities)) for version in "12")
    assert list(marks(judged(old, new, dict.fromkeys(severities, "2"), Record(**said)))) == ["c", "e", "d", "a", "b"]


def test_kernel_headers_do_not_count() -> None:
    old, new = (
        inventory(package("linux-libc-dev", version, "linux"), package("linux-pam", version)) for version in "12"
    )
    found = judged(old, new, {"linux-libc-dev": "2", "linux-pam": "2"}, Record())
    assert isinstance(found, Security)
    assert [each.source for each in found.updates] == ["linux-pam"]
    assert [each.source for each in found.kernel] == ["linux"]
    assert found.identifiers == ("CVE-2026-1",)


def test_no_more_is_asked_than_is_polite() -> None:
    names = [f"p{number}" for number in range(80)]
    old, new = (inventory(*(package(name, version) for name in names)) for version in "12")
    record = Record()
    found = judged(old, new, dict.fromkeys(names, "2"), record)
    assert set(marks(found).values()) == {True}
    assert len(record.asked) == 60


@pytest.mark.parametrize(
    ("old", "new", "known"),
    [
        (System("debian", "12", "bookworm"), System("debian", "13", "trixie"), False),
        (System("debian", "12.5"), System("debian", "12.6"), True),
        (System("alpine", "3.20.3"), System("alpine", "3.20.5"), True),
        (System("alpine", "3.20.3"), System("alpine", "3.21.0"), False),
        (System("ubuntu", "24.04"), System("ubuntu", "24.10"), False),
        (System("rhel", "9.3"), System("rhel", "9.4"), True),
        (System("rhel", "8.9"), System("rhel", "9.4"), False),
        (System("wolfi", "20230201"), System("wolfi", "20230201"), True),
        (System("debian", "", "sid"), System("debian", "", "sid"), True),
        (System("debian", "12"), System("ubuntu", "12"), False),
    ],
)
def test_updates_of_two_releases_are_not_set_side_by_side(old: System, new: System, *, known: bool) -> None:
    before, after = inventory(package("a", "1"), system=old), inventory(package("a", "2"), system=new)
    assert isinstance(judged(before, after, {"a": "2"}, Record()), Security) is known


def test_what_is_unknown_of_one_side_is_unknown() -> None:
    old, new = inventory(package("a", "1")), inventory(package("a", "2"))
    good = side(new, Record(), {})
    bad = Freshness(AMD64, old, Unknown("the index has expired"), (), NOT_ASKED, ())
    for sides in ((bad, good), (good, bad), (bad, bad)):
        assert security(changes(old, new), *sides, Record().fixes) == Unknown("the index has expired")
