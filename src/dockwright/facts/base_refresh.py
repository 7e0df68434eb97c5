"""How long a layer above a base image can stay as it is: until the base image changes.

BuildKit asks the registry for a tag's digest in each build, so that a new base image makes everything above it anew.
How long official images went without a refresh was measured over two years of their history
(github.com/docker-library/official-images, until 2026-11): Debian at most 28 days, Ubuntu 66, Alpine 105.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.bases import Family, family_of
from dockwright.facts.frozen_images import dropped_tag, patch_of
from dockwright.facts.replayed_packages import base_variables
from dockwright.facts.stages import roots
from dockwright.lifecycle import State, assess, retired

if TYPE_CHECKING:
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.files.build import Settings
    from dockwright.image import ImageUse, Reference
    from dockwright.lifecycle import Support

_DISTRIBUTIONS = frozenset({"alpine", "centos", "debian", "fedora", "rockylinux", "ubuntu"})


class Refresh(Struct, frozen=True):
    """What ends the life of a cached layer.

    Attributes:
        image: the base image; None if it is not known.
        until: the end of a sentence, without a full stop: `until the base image is refreshed`.
        pinned: whether a digest holds the base image, so that it never changes by itself.
        single: whether its tag is of a single patch version, so that it soon does not change any more.
        over: whether the distribution has no updates any more, so that nothing is lost in the cache.
    """

    image: ImageUse | None
    until: str
    pinned: bool = False
    single: bool = False
    over: bool = False


def refresh_of(dockerfile: Dockerfile, target: Stage, settings: Settings, today: date) -> Refresh:
    """Return what ends the life of the layers of a stage that is built so."""
    root = roots(dockerfile)[target.index]
    given = {each.name.text for each in settings.build_args}
    image = None if given & (base_variables(root) | {None}) and base_variables(root) else root.image
    reference = None if image is None else image.reference
    if image is None or reference is None:
        return Refresh(None, "until the base image changes")
    name = f"`{reference.familiar.partition('@')[0]}`"
    ended = {each.component.product for each in assess(reference.name, reference.tag or "", today=today) if _over(each)}
    if ended & _DISTRIBUTIONS:
        return Refresh(image, f"until {name} is replaced", pinned=reference.digest is not None, over=True)
    if reference.digest is not None:
        return Refresh(image, f"until somebody changes the digest of {name}", pinned=True)
    if ended or retired(reference.name, reference.tag or "latest") or dropped_tag(reference, today):
        return Refresh(image, f"until {name}, which is not refreshed any more, is replaced")
    if any(patch_of(reference.tag or "", each) for each in assess(reference.name, reference.tag or "", today=today)):
        until = f"until {name}, which is not refreshed any more once there is a next patch version, is replaced"
        return Refresh(image, until, single=True)
    return Refresh(image, _usual(reference, name))


def _over(support: Support) -> bool:
    return support.state is State.ENDED


def _usual(reference: Reference, name: str) -> str:
    """Say how long it takes until an image that is maintained changes."""
    match family_of(reference):
        case Family.ALPINE:
            return f"until {name} is refreshed (images on Alpine: up to 15 weeks)"
        case _ if reference.repository == "library/ubuntu":
            return f"until {name} is refreshed (up to 9 weeks)"
        case Family.DEBIAN:
            return f"until {name} is refreshed (up to 4 weeks)"
        case _:
            return f"until {name} changes"
