"""Which published updates images lack: asks their registries, and the servers of their distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from dockwright.errors import RegistryError
from dockwright.evidence.checked import CheckedImage
from dockwright.evidence.comparing import platforms_of
from dockwright.evidence.comparison import Subject
from dockwright.evidence.freshness import Freshness
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.evidence.freshness import Prober
    from dockwright.image import Reference
    from dockwright.registry import Client
    from dockwright.watch import Watch

MOST_PLATFORMS: Final = 8
"""How many platforms of an image are looked at when none is named."""


def check(
    images: Sequence[Reference],
    *,
    client: Client,
    prober: Prober,
    watch: Watch,
    platforms: Sequence[Platform] = (),
) -> tuple[CheckedImage, ...]:
    """Return what each image lacks, in their order; what cannot be learnt is `Unknown` in it, and nothing is raised.

    Args:
        images: without a tag and a digest, each is `latest`.
        client: what is asked for what they name.
        prober: what is asked for their packages, and for what is published.
        watch: who is told how far it is.
        platforms: those to look at; none means those that an image has, `linux/amd64` first, and no more than
            `MOST_PLATFORMS`.
    """
    most = len(platforms) or MOST_PLATFORMS
    plans = [
        _missing(image, found) if isinstance(found, RegistryError) else _planned(found, platforms, most)
        for image, found in zip(images, _resolved(client, images), strict=True)
    ]
    jobs = [(index, platform) for index, plan in enumerate(plans) for platform in plan.platforms]
    asked = [(plans[index].image.subject, platform) for index, platform in jobs]
    learnt: list[list[Freshness]] = [[] for _ in plans]
    for (index, _), found in zip(jobs, _learnt(client, prober, watch, asked), strict=True):
        learnt[index].append(found)
    return tuple(structs.replace(plan.image, platforms=tuple(here)) for plan, here in zip(plans, learnt, strict=True))


class _Plan(Struct, frozen=True):
    """An image of which nothing has been learnt yet, and the platforms that are looked at."""

    image: CheckedImage
    platforms: tuple[Platform, ...] = ()


def _resolved(client: Client, images: Sequence[Reference]) -> list[Subject | RegistryError]:
    """Ask what the names stand for."""

    def subject(_: str, image: Reference) -> Subject:
        found = client.resolve(image.name, image.digest or image.tag or "latest")
        return Subject(image, found.digest, found.platforms)

    return client.gather(subject, [(image.name, image) for image in images])


def _missing(image: Reference, error: RegistryError) -> _Plan:
    return _Plan(CheckedImage(Subject(image, None, help=error.help), unknown=Unknown(str(error))))


def _planned(subject: Subject, wanted: Sequence[Platform], most: int) -> _Plan:
    chosen = platforms_of(subject, subject, wanted)
    nothing = None if chosen else Unknown("it has no platform that could be looked at")
    return _Plan(CheckedImage(subject, left_out=tuple(chosen[most:]), unknown=nothing), tuple(chosen[:most]))


def _learnt(
    client: Client, prober: Prober, watch: Watch, images: Sequence[tuple[Subject, Platform]]
) -> list[Freshness]:
    """Look at several platforms, of several images, at the same time."""

    def ask(name: str, digest: str, platform: Platform) -> Freshness:
        found = prober.freshness(name, digest, platform)
        watch.step()
        return found

    jobs = [(each.reference.name, each.digest or "", platform) for each, platform in images]
    watch.expect(len(jobs))
    answers = client.gather(ask, jobs)
    return [
        _unread(job[2], Unknown(str(answer))) if isinstance(answer, RegistryError) else answer
        for job, answer in zip(jobs, answers, strict=True)
    ]


def _unread(platform: Platform, reason: Unknown) -> Freshness:
    return Freshness(platform, reason, reason, (), reason, ())
