"""Whether an image is built on what its base is today, exactly.

First what is recorded: the digest of the base, which may be that of its index (BuildKit) or of its manifest for the
platform (Docker Official Images). If that is today's, all is well. If not, or if nothing is recorded, the layers tell:
the digests of a base's unpacked layers (`diff_ids`) are the first of those of every image that is built on it, however
layers are packed and wherever they are. An image whose layers were flattened, or written anew, cannot be told from a
stale one by that: it is unknown, unless what it was built on can still be looked at.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from dockwright.errors import RegistryError
from dockwright.evidence.build_time import build_time
from dockwright.evidence.image import Configuration, Image, read_configuration, read_image
from dockwright.evidence.recorded import Evidence, Recorded
from dockwright.evidence.staleness import Base, State
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from dockwright.image import Platform, Reference
    from dockwright.registry import Client, Resolved

_MOST_RECORDS: Final = 8
_FLATTENED: Final = (
    "its layers are not those of an image that is built on it: they may be flattened, or of another Dockerfile"
)


class Built(Struct, frozen=True):
    """What is known of the published image for one platform.

    Attributes:
        diff_ids: of its layers, unpacked, from the lowest up.
        records: what is said of its base, the most trusted first.
        least_layers: how many layers its Dockerfile adds to its base's, at least: 0 or 1.
    """

    diff_ids: tuple[str, ...]
    records: tuple[Recorded, ...]
    least_layers: int = 0


class _Today(Struct, frozen=True):
    """The base as it is today, or as it is pinned: its index, and the image for the platform."""

    resolved: Resolved
    image: Image
    diff_ids: tuple[str, ...]
    created: datetime | None

    @property
    def digests(self) -> frozenset[str]:
        return frozenset({self.resolved.digest, self.image.digest})


def match_base(client: Client, built: Built, reference: Reference, platform: Platform) -> Base:
    """Return whether an image is built on what the base of its final stage is today; nothing is raised."""
    today = _today(client, reference, platform)
    if isinstance(today, Unknown):
        return Base(reference, State.UNKNOWN, reason=today.reason)
    common, total = _common(today.diff_ids, built.diff_ids), len(today.diff_ids)
    known = Base(
        reference,
        State.UNKNOWN,
        today=today.resolved.digest,
        tag_today=_tag_today(client, reference),
        layers=(common, total),
        created=today.created,
    )
    return _judged(known, today, built, _Records(client, built.records, reference, platform))


def _today(client: Client, reference: Reference, platform: Platform) -> _Today | Unknown:
    try:
        resolved = client.resolve(reference.name, reference.digest or reference.tag or "latest")
    except RegistryError as error:
        return Unknown(str(error))
    image = read_image(client, reference.name, resolved.digest, platform)
    if isinstance(image, Unknown):
        return image
    said = read_configuration(client, reference.name, image)
    if isinstance(said, Unknown):
        return said
    return _Today(resolved, image, said.diff_ids, build_time(said.created))


def _tag_today(client: Client, reference: Reference) -> str | None:
    """Return what the tag of a pinned image stands for, beside its pin."""
    if reference.digest is None or reference.tag is None:
        return None
    try:
        return client.digest(reference.name, reference.tag)
    except RegistryError:
        return None


def _common(base: Sequence[str], image: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(base, image, strict=False)))


class _Records:
    """What is said of the base, and what that is found to be."""

    def __init__(self, client: Client, records: Sequence[Recorded], reference: Reference, platform: Platform) -> None:
        self._client = client
        self._reference = reference
        self._platform = platform
        self.all = records
        self.named = [each for each in records if each.digest and each.names(reference)][:_MOST_RECORDS]

    def meeting(self, digests: Iterable[str]) -> Recorded | None:
        """Return what says that it is built on one of these; a label that names nothing may be the base's own."""
        wanted = frozenset(digests)
        return next(
            (each for each in self.all if each.digest in wanted and (each.by is not Evidence.LABEL or each.reference)),
            None,
        )

    def other(self) -> Recorded | None:
        """Return the annotation that names another base than the one that is asked for."""
        said = (each for each in self.all if each.by is Evidence.ANNOTATION and each.reference is not None)
        return next((each for each in said if not each.names(self._reference)), None)

    def diff_ids(self, record: Recorded) -> tuple[str, ...] | None:
        """Return the layers of what was built on then, if the registry still has it."""
        return layers_of(self._client, self._reference.name, record.digest, self._platform)


def layers_of(client: Client, name: str, digest: str, platform: Platform) -> tuple[str, ...] | None:
    """Return the digests of an image's unpacked layers; None if they cannot be read."""
    image = read_image(client, name, digest, platform)
    said = image if isinstance(image, Unknown) else read_configuration(client, name, image)
    return said.diff_ids if isinstance(said, Configuration) else None


def _judged(known: Base, today: _Today, built: Built, records: _Records) -> Base:
    met = records.meeting(today.digests)
    common, total = known.layers or (0, 0)
    if met is not None and met.by is not Evidence.LABEL:
        return _changed(known, State.CURRENT, met.by, met.digest)
    if total and common == total:
        return _changed(known, State.CURRENT, Evidence.LAYERS, today.resolved.digest)
    if not total or not built.diff_ids:
        return _changed(known, State.UNKNOWN, None, None, "it has no layers to compare")
    if met is not None:  # a label, and layers that are not the base's
        said = "a label says that it is built on it, and its layers are others"
        return _changed(known, State.UNKNOWN, None, met.digest, said)
    return _not_met(known, today, built, records)


def _not_met(known: Base, today: _Today, built: Built, records: _Records) -> Base:
    """Judge an image whose lowest layers are not the base's, and of which nothing says that it is built on it."""
    for record in records.named:
        then = records.diff_ids(record)
        if then is None:
            continue
        if then == today.diff_ids:
            said = "only its description changed: the layers are the same"
            return _changed(known, State.CURRENT, record.by, record.digest, said)
        return _changed(known, State.MOVED, record.by, record.digest)
    first = records.named[0] if records.named else None
    if _is_layered(known, today, built):
        other = records.other()
        said = f"it says that it is built on `{other.reference.familiar}`" if other and other.reference else ""
        by = Evidence.LAYERS if first is None else first.by
        return _changed(known, State.MOVED, by, None if first is None else first.digest, said)
    return _changed(known, State.UNKNOWN, None, None if first is None else first.digest, _FLATTENED)


def _is_layered(known: Base, today: _Today, built: Built) -> bool:
    """Tell whether the layers can be those of an image that is built on an earlier state of the base.

    Where some are still the base's, they are. Else there must be no fewer than the base and its Dockerfile make.
    """
    common = known.layers[0] if known.layers else 0
    return common > 0 or len(built.diff_ids) >= len(today.diff_ids) + built.least_layers


def _changed(known: Base, state: State, by: Evidence | None, recorded: str | None, reason: str = "") -> Base:
    return structs.replace(known, state=state, by=by, recorded=recorded, reason=reason)


# --- other stages -----------------------------------------------------------------------------------------------------


def match_stage(client: Client, records: Sequence[Recorded], reference: Reference) -> Base:
    """Return whether what another stage is built on, or files are copied from, is today's; provenance alone tells."""
    try:
        today = client.resolve(reference.name, reference.digest or reference.tag or "latest")
    except RegistryError as error:
        return Base(reference, State.UNKNOWN, final=False, reason=str(error))
    known = Base(reference, State.UNKNOWN, final=False, today=today.digest, tag_today=_tag_today(client, reference))
    named = [each for each in records if each.by is Evidence.PROVENANCE and each.names(reference) and each.digest]
    if not named:
        return _changed(known, State.UNKNOWN, None, None, "nothing says what it was, as the image has no provenance")
    return _stage(client, known, today, [each.digest for each in named[:_MOST_RECORDS]])


def _stage(client: Client, known: Base, today: Resolved, recorded: Sequence[str]) -> Base:
    images = {entry.digest for entry in today.entries}
    for digest in recorded:
        if digest == today.digest or digest in images:
            return _changed(known, State.CURRENT, Evidence.PROVENANCE, digest)
    try:
        then = {entry.digest for entry in client.resolve(known.reference.name, recorded[0]).entries}
    except RegistryError:
        said = "its registry no longer has what it was, so that nobody can tell what changed"
        return _changed(known, State.UNKNOWN, None, recorded[0], said)
    state = State.CURRENT if then and then == images else State.MOVED
    return _changed(known, state, Evidence.PROVENANCE, recorded[0])
