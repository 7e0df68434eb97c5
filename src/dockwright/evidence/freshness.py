"""How far an image is behind what its distribution has published for security, for one platform, with a grade."""

from __future__ import annotations

from contextlib import suppress
from functools import cmp_to_key, partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from dockwright.errors import RegistryError
from dockwright.evidence.enrichment import Enrichment, enrich, enrich_change
from dockwright.evidence.grade import Grade, grade, letter
from dockwright.evidence.inventory import Inventory, inventory
from dockwright.evidence.pocket import Fixes, Lacking, Published, published
from dockwright.evidence.pocket.mirrors import LISTED, image_list, image_servers, listed_server, mirror_of
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform  # noqa: TC001 - msgspec reads the annotations
from dockwright.registry.gather import gather
from dockwright.registry.once import Once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from dockwright.evidence.layer_cache import LayerCache
    from dockwright.evidence.pocket import Fetch
    from dockwright.evidence.pocket.model import Record
    from dockwright.evidence.system import System
    from dockwright.registry import Client

__all__ = ["Freshness", "Grade", "Prober"]

_MOST_SOURCES: Final = 100  # whose changelogs are looked up; each may be a download
_LONGEST: Final = 100
_LARGEST_LIST: Final = 1024 * 1024  # bytes of a list of mirrors
_AT_ONCE: Final = 3  # downloads of one image: each is held in memory
_NOT_ASKED: Final = "since when the security updates that it lacks are published was not looked up"
_KERNELS: Final = frozenset({"linux", "kernel", "kernel-headers"})
_KERNEL_FAMILIES: Final = ("linux-signed", "linux-headers", "linux-hwe", "linux-meta")


class Freshness(Struct, frozen=True):
    """What an image for one platform lacks of what its distribution has published.

    Attributes:
        platform: which one.
        inventory: what is installed.
        published: what the distribution has published for that.
        fixes: what the updates for security bring, one for each source package, the worst first; those that could not
            be learnt are in the notes, and there are none where nobody asked for them.
        grade: from A to F, with the reason.
        notes: sentences on what is not covered, and on how far it is verified.
        osv: what osv.dev lists for what is lacking, which counts for nothing else here; None if it was not asked.
    """

    platform: Platform
    inventory: Inventory | Unknown
    published: Published | Unknown
    fixes: tuple[Fixes, ...]
    grade: Grade | Unknown
    notes: tuple[str, ...]
    osv: Enrichment | Unknown | None = None

    @property
    def security(self) -> tuple[Lacking, ...]:
        """The packages that lack security updates, but kernel headers; says nothing unless it is `complete`."""
        return tuple(each for each in self._lacking if each.security and not is_kernel(each.package.source))

    @property
    def others(self) -> tuple[Lacking, ...]:
        """The packages that lack other updates, or updates of which it is not known whether they are for security."""
        return tuple(each for each in self._lacking if not each.security)

    @property
    def kernel(self) -> tuple[Lacking, ...]:
        """The kernel's headers that lack security updates, which concern hosts and not this image."""
        return tuple(each for each in self._lacking if each.security and is_kernel(each.package.source))

    @property
    def unknown(self) -> Unknown | None:
        """Why it is not known which security updates are lacking; None if it is known."""
        if isinstance(self.inventory, Unknown):
            return self.inventory
        if isinstance(self.published, Unknown):
            return self.published
        return self.published.undecided if self.published.lacking else None

    @property
    def complete(self) -> bool:
        """Whether it is known which security updates are lacking."""
        return self.unknown is None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The CVE and GHSA ids that the distribution names in what is lacking, each once; of the worst source first."""
        return tuple(dict.fromkeys(identifier for each in self.fixes for identifier in each.identifiers))

    @property
    def _lacking(self) -> tuple[Lacking, ...]:
        return () if isinstance(self.published, Unknown) else self.published.lacking


def is_kernel(source: str) -> bool:
    """Tell whether a source package is the kernel: images have its headers, and run on the kernel of their host."""
    return source in _KERNELS or source.startswith(_KERNEL_FAMILIES)


class Prober:
    """Learns how far images are behind; safe in threads, one for a run. Each thing is learnt once in it."""

    def __init__(
        self,
        client: Client,
        fetch: Fetch,
        *,
        cache: LayerCache,
        now: datetime,
        trust_sources: bool,
        osv: bool = False,
    ) -> None:
        """Take what is asked.

        Args:
            client: registries.
            fetch: distributions.
            cache: what was read of layers before.
            now: the time, with its zone.
            trust_sources: whether the servers that an image itself names are asked, where none is configured; only
                for images that the user chose.
            osv: whether osv.dev is asked about what lacks updates; it is sent the names and versions.
        """
        self._client = client
        self._fetch = fetch
        self._cache = cache
        self._now = now
        self._trust_sources = trust_sources
        self._asks_osv = osv
        self._inventories: Once[Inventory | Unknown] = Once()
        self._published: Once[Published | Unknown] = Once()
        self._freshness: Once[Freshness] = Once()
        self._fixes: Once[Fixes | Unknown] = Once()

    def inventory(self, name: str, digest: str, platform: Platform) -> Inventory | Unknown:
        """Return the packages of an image (`Reference.name`, the digest of its index or manifest) for a platform."""
        return self._inventories.get(
            (name, digest, platform),
            lambda: inventory(
                self._client,
                name,
                digest,
                platform,
                cache=self._cache,
                needs_sources=partial(self._needs_sources, platform),
            ),
        )

    def freshness(
        self, name: str, digest: str, platform: Platform, *, fixes: bool = True, osv: bool = True
    ) -> Freshness:
        """Return what an image for a platform lacks; what cannot be learnt is `Unknown` in it, and nothing is raised.

        Args:
            name: `Reference.name`.
            digest: of its index or manifest.
            platform: which one; as the image has it.
            fixes: whether to learn what the updates fix, and since when they are there, at the price of downloads.
            osv: whether osv.dev is asked as well, if the run asks it at all.
        """
        asks = fixes and osv and self._asks_osv
        return self._freshness.get(
            (name, digest, platform, fixes, asks), lambda: self._learn(name, digest, platform, fixes=fixes, osv=asks)
        )

    def osv(self, old: Inventory, new: Inventory) -> Enrichment | Unknown | None:
        """Return what osv.dev lists for what changes between two images, without kernels; None if it is not asked."""
        return enrich_change(old, new, leave_out=is_kernel, fetch=self._fetch) if self._asks_osv else None

    def _needs_sources(self, platform: Platform, system: System) -> bool:
        mirror = mirror_of(system, platform)
        return self._trust_sources and bool(mirror) and not self._fetch.has(mirror)

    def _learn(self, name: str, digest: str, platform: Platform, *, fixes: bool, osv: bool) -> Freshness:
        found = self.inventory(name, digest, platform)
        if isinstance(found, Unknown):
            return Freshness(platform, found, found, (), found, ())
        answer = self._published.get((name, digest, platform), lambda: self._ask(found))
        if isinstance(answer, Unknown):
            return Freshness(platform, found, answer, (), answer, ())
        judged = _judged(platform, found, answer, now=self._now, fixes=fixes)
        if not osv:
            return judged
        lacking = [each for each in answer.lacking if not is_kernel(each.package.source)]
        return structs.replace(judged, osv=enrich(found, lacking, fetch=self._fetch))

    def _ask(self, found: Inventory) -> Published | Unknown:
        servers = self._servers(found) if self._needs_sources(found.platform, found.system) else {}
        fetch = self._fetch.at(servers)
        answer = published(found, fetch=fetch, now=self._now)
        if isinstance(answer, Unknown):
            return answer
        mirror = mirror_of(found.system, found.platform)
        notes = (f"`{servers[mirror]}` was asked, which the image itself names.",) if mirror in servers else ()
        server = fetch.url(mirror) if fetch.has(mirror) else found.digest
        record = _Remembered(answer.record, (server, found.system), self._fixes)
        return structs.replace(answer, notes=(*answer.notes, *notes), record=record)

    def _servers(self, found: Inventory) -> dict[str, str]:
        """Return the servers that an image names, or the first of the list of mirrors that it names."""
        servers, mirror = image_servers(found), mirror_of(found.system, found.platform)
        server, path = image_list(found)
        if mirror not in servers and mirror in LISTED and server:
            with suppress(RegistryError):  # then no server is known
                text = self._fetch.at({mirror: server}).get(mirror, path, largest=_LARGEST_LIST)
                servers[mirror] = listed_server(mirror, text.decode("utf-8", "replace"))
        return servers


class _Remembered:
    """A record that is asked once for what several platforms of an image, and several images, have in common."""

    def __init__(self, record: Record, whose: tuple[str, System], answers: Once[Fixes | Unknown]) -> None:
        """Take what is asked, of which server and release it is: what one says must not be taken for another's word."""
        self._record = record
        self._whose = whose
        self._answers = answers

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return what is fixed in versions above `old`, up to and with `new`."""
        return self._answers.get((self._whose, source, old, new), lambda: self._record.fixes(source, old, new))


# --- what is lacking --------------------------------------------------------------------------------------------------


def _judged(platform: Platform, found: Inventory, answer: Published, *, now: datetime, fixes: bool) -> Freshness:
    """Look up what the updates fix, and grade the image by that."""
    bare = Freshness(platform, found, answer, (), Unknown(_NOT_ASKED), answer.notes)
    if bare.unknown is not None:
        return Freshness(platform, found, answer, (), bare.unknown, answer.notes)
    wanted = _spans(found, bare.security)
    if not fixes:
        known = bare.grade if wanted else grade((), now.date())
        return Freshness(platform, found, answer, (), known, answer.notes)
    learnt = _learnt(answer, wanted[:_MOST_SOURCES])
    good = sorted((each for each in learnt if isinstance(each, Fixes)), key=partial(_rank, now.date()))
    notes = (*answer.notes, *_unlearnt(wanted, learnt), *_kernel(answer, found, bare.kernel))
    mark = grade(good, now.date(), unlearnt=len(wanted) - len(good))
    return Freshness(platform, found, answer, tuple(good), mark, notes)


def _spans(found: Inventory, lacking: Iterable[Lacking]) -> list[tuple[str, str, str]]:
    """Return each source package that lacks updates, its lowest version that is there, and the highest published."""
    order = cmp_to_key(found.kind.compare)
    spans: dict[str, tuple[list[str], list[str]]] = {}
    for each in lacking:
        old, new = spans.setdefault(each.package.source, ([], []))
        old.append(each.package.source_version)
        new.append(each.source_version)
    return [(source, min(old, key=order), max(new, key=order)) for source, (old, new) in sorted(spans.items())]


def _learnt(answer: Published, wanted: list[tuple[str, str, str]]) -> list[Fixes | Unknown]:
    found = gather([partial(answer.fixes, *each) for each in wanted], ["" for _ in wanted], per_host=_AT_ONCE)
    return [each if isinstance(each, Fixes | Unknown) else Unknown(str(each)) for each in found]


def _rank(today: date, fixes: Fixes) -> tuple[int, date, int, str]:
    """Put what gives the worst grade first; then what is oldest, and what names most."""
    return -ord(letter(fixes, today) or "A"), fixes.since or today, -len(fixes.identifiers), fixes.source


def _unlearnt(wanted: list[tuple[str, str, str]], learnt: list[Fixes | Unknown]) -> Iterator[str]:
    for (source, _, _), each in zip(wanted, learnt, strict=False):
        if isinstance(each, Unknown):
            yield f"What the updates of `{source[:_LONGEST]}` fix is not known: {each.reason}."
    left = len(wanted) - len(learnt)
    if left:
        yield f"What the updates of {left} more source packages fix was not looked up: there are too many."


def _kernel(answer: Published, found: Inventory, lacking: tuple[Lacking, ...]) -> Iterator[str]:
    """Count the kernel's headers apart: what is fixed in a kernel is fixed on the host, and not by another image."""
    for each in _learnt(answer, _spans(found, lacking)):
        count = 0 if isinstance(each, Unknown) else len(each.identifiers)
        named = (
            "an unknown number of CVEs" if isinstance(each, Unknown) else f"{count:,} CVE{'' if count == 1 else 's'}"
        )
        yield f"Kernel headers: {named}, which concern hosts, not this image, and are not counted."
