"""What an update changes in the image: asked for within the limits of a run, each pair of images once.

It never stops anything: what cannot be learnt is `Unknown`, and then updates are as they would be without.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from dockwright.bump import Brings, UpdateType
from dockwright.errors import RegistryError
from dockwright.evidence.comparing import Comparer, platforms_of, put_together
from dockwright.evidence.comparison import Comparison, Subject
from dockwright.evidence.limits import Deadline
from dockwright.evidence.security import Security
from dockwright.evidence.unknown import Unknown, Unreadable
from dockwright.registry.once import Once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from dockwright.bump import Update
    from dockwright.evidence.comparison import PlatformComparison
    from dockwright.evidence.freshness import Freshness, Prober
    from dockwright.image import Platform, Reference
    from dockwright.registry import Client
    from dockwright.update.images import Image
    from dockwright.watch import Watch

MOST_COMPARED: Final = 40
"""Pairs of images that are compared in a run, the most urgent first."""

MOST_PROBED: Final = 40
"""Images in a run that are already what their tag is, of which is asked what they lack."""

MOST_PLATFORMS: Final = 2
"""Platforms of a pair that are compared: those that are used, else `linux/amd64` and another one."""

MOST_SECONDS: Final = 900.0
"""After this time nothing more is begun."""

_ORDER: Final = (
    UpdateType.REFRESH,
    UpdateType.PATCH,
    UpdateType.REPLACEMENT,
    UpdateType.MINOR,
    UpdateType.MAJOR,
)
"""The updates that are looked at; a `pin` changes nothing in the image."""


class Evidence:
    """What is learnt in a run; safe in threads."""

    def __init__(self, client: Client, prober: Prober, watch: Watch) -> None:
        """Take who is asked, and who wants to know how far it is."""
        self.found: Mapping[Update, Comparison] = {}
        self._client = client
        self._prober = prober
        self._comparer = Comparer(client, prober)
        self._watch = watch
        self._deadline = Deadline(MOST_SECONDS)
        self._comparisons: Once[Comparison] = Once()
        self._lock = threading.Lock()
        self._left = MOST_COMPARED

    # --- two images -----------------------------------------------------------------------------------------------

    def of_all(self, updates: Iterable[tuple[Update, Image]]) -> list[Comparison | None]:
        """Return what each update changes, the most urgent asked for first; None where nothing is asked."""
        pairs = list(updates)
        asked = [(place, update, image) for place, (update, image) in enumerate(pairs) if update.type in _ORDER]
        asked.sort(key=lambda each: _ORDER.index(each[1].type))

        def ask(_: str, update: Update, image: Image) -> Comparison:
            try:
                return self.compared(update.current, update.new, image)
            except RegistryError as error:
                return _unread(update, str(error).removesuffix("."))
            finally:
                self._watch.step()

        self._watch.expect(len(asked))
        jobs = [(update.new.name, update, image) for _, update, image in asked]
        answers: list[Comparison | None] = [None] * len(pairs)
        for (place, _, _), answer in zip(asked, self._client.gather(ask, jobs), strict=True):
            answers[place] = None if isinstance(answer, RegistryError) else answer
        return answers

    def compared(self, old: Reference, new: Reference, image: Image) -> Comparison:
        """Return what changes from one image to another, on the platforms on which `image` is used.

        Raises:
            RegistryError: one of the two cannot be read.
        """
        subjects = self._subject(old), self._subject(new)
        wanted = image.platforms or frozenset()
        key = (old.name, subjects[0].digest, new.name, subjects[1].digest, wanted)
        return self._comparisons.get(key, lambda: self._compare(*subjects, wanted))

    def _subject(self, reference: Reference) -> Subject:
        found = self._client.resolve(reference.name, reference.digest or reference.tag or "latest")
        return Subject(reference, found.digest, found.platforms)

    def _compare(self, old: Subject, new: Subject, wanted: Collection[Platform]) -> Comparison:
        chosen = [each for each in platforms_of(old, new) if not wanted or each.normal in wanted]
        if (reason := self._refusal()) is not None:
            return Comparison(old, new, unknown=reason)
        try:
            compared = [self._comparer.platform(old, new, platform) for platform in chosen[:MOST_PLATFORMS]]
        except Exception as error:  # noqa: BLE001 - evidence stops no update: a bug of ours is told in its place
            return Comparison(old, new, unknown=Unknown(f"of a bug in Dockwright ({type(error).__name__}: {error})"))
        return put_together(old, new, compared, chosen[MOST_PLATFORMS:])

    def _refusal(self) -> Unknown | None:
        """Count a comparison; say why there are to be no more."""
        try:
            self._deadline.check()
        except Unreadable:
            return Unknown("this run has taken too long already")
        with self._lock:
            self._left -= 1
            return Unknown(f"more than {MOST_COMPARED} pairs of images would be compared") if self._left < 0 else None

    def is_metadata(self, comparison: Comparison) -> bool:
        """Tell whether nothing changes on any platform but what describes the images: attestations, annotations.

        Also those platforms are asked that were left out, as long as the answer is yes.
        """
        same = all(_is_same(each) for each in comparison.platforms)
        return bool(
            same
            and comparison.platforms
            and not comparison.lost
            and all(self._comparer.is_metadata(comparison.old, comparison.new, each) for each in comparison.left_out)
        )

    # --- one image ------------------------------------------------------------------------------------------------

    def lacking(self, images: Sequence[Image]) -> list[Freshness | None]:
        """Return what images lack whose tag is what is pinned, on the first platform of each; None where not asked."""

        def ask(_: str, image: Image) -> Freshness | None:
            try:
                return self._lacking(image)
            except Exception:  # noqa: BLE001 - as above; a notice that is missing is the least harm
                return None
            finally:
                self._watch.step()

        chosen = images[:MOST_PROBED]
        self._watch.expect(len(chosen))
        answers = self._client.gather(ask, [(image.reference.name, image) for image in chosen])
        found = [None if isinstance(each, RegistryError) else each for each in answers]
        return [*found, *[None] * (len(images) - len(chosen))]

    def _lacking(self, image: Image) -> Freshness | None:
        try:
            self._deadline.check()
        except Unreadable:
            return None
        subject = self._subject(image.reference)
        wanted = image.platforms
        platforms = [each for each in platforms_of(subject, subject) if not wanted or each.normal in wanted]
        if not platforms or subject.digest is None:
            return None
        return self._prober.freshness(image.reference.name, subject.digest, platforms[0])


def _is_same(platform: PlatformComparison) -> bool:
    return platform.same or (platform.same_files is True and platform.settings == ())


def _unread(update: Update, reason: str) -> Comparison:
    old, new = (Subject(each, each.digest) for each in (update.current, update.new))
    return Comparison(old, new, unknown=Unknown(reason))


def brings(comparison: Comparison) -> Brings:
    """Return the security updates that come on any of the platforms that were compared."""
    known = [each.security for each in comparison.platforms if isinstance(each.security, Security)]
    return Brings(
        tuple(dict.fromkeys(marked.source for each in known for marked in each.updates)),
        tuple(dict.fromkeys(identifier for each in known for identifier in each.identifiers)),
        next(_unknown(comparison), ""),
    )


def _unknown(comparison: Comparison) -> Iterator[str]:
    """Yield the reasons why it is not known which security updates come."""
    if comparison.unknown is not None:
        yield comparison.unknown.reason
    for each in comparison.platforms:
        for part in (each.packages, each.security):
            if isinstance(part, Unknown) and not _is_same(each):
                yield part.reason
        if isinstance(each.security, Security) and each.security.uncertain:
            yield f"it is not said what `{each.security.uncertain[0].source}` fixes"
