"""What the user set for updates: which of them are wanted, for which images, and how they are proposed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.bump import UpdateType
from dockwright.pattern import matches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dockwright.image import Reference

_FIRST_WEEK = 7


class Variants(Enum):
    """When the variant of a tag (`alpine3.20`, `bookworm`) may become another release of the same kind."""

    KEEP = "keep"
    DEAD_ONLY = "dead-only"
    """Only where the publisher no longer builds it."""
    NEWEST = "newest"


class Grouping(Enum):
    """Which updates go together into one pull request; minor and major ones never go with the others."""

    SERIES = "series"
    IMAGE = "image"
    TYPE = "type"
    ALL = "all"


class Schedule(Enum):
    """On which days a pull request may be opened."""

    ALWAYS = "always"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    MONTHLY = "monthly"
    """The first seven days of a month, so that a run a week meets one of them."""

    def allows(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        if self is Schedule.ALWAYS:
            return True
        if self is Schedule.MONTHLY:
            return day.day <= _FIRST_WEEK
        return list(Schedule)[day.isoweekday()] is self


class Urgency(Enum):
    """When an update that brings published security updates is proposed."""

    AT_ONCE = "at-once"
    """Whatever `cooldown` and `schedule` say."""
    AS_OTHERS = "as-others"


class ImagePolicy(Struct, frozen=True, kw_only=True):
    """What is wanted for one image.

    Attributes:
        types: the updates that are proposed; none leaves the image alone.
        pin: whether a tag is also to name its digest.
        series: stay inside this release series; None for the one that the tag is of.
        allowed: only versions that match; None for every one.
        ignored: tags that are never proposed, as patterns.
        prereleases: whether an update may lead from a release to a pre-release.
        variants: whether the variant may move.
        platforms: what the new image has to run on (`linux/amd64`); none for all that the current one runs on.
        cooldown: how many days old a tag or digest has to be, by type; one that is not there is 0.
        max_hold: days after which an image that is rebuilt more often than its cooldown moves all the same.
        routine_refresh: days since the pinned image was built, before a refresh opens a pull request that is known to
            bring neither a security update nor another version.
        security: when an update that brings security updates is proposed.
        security_label: the label of its pull request; empty for none.
        group: which updates go together.
        group_name: the updates of all images with the same name go together, whatever `group` says.
        schedule: on which days a pull request may be opened.
        labels: of the pull request.
        reviewers: of the pull request: users, or teams as `organization/team`.
        assignees: of the pull request.
        commit_message_prefix: what the commit's and the pull request's title begin with.
    """

    types: frozenset[UpdateType] = frozenset({UpdateType.REFRESH, UpdateType.PATCH})
    pin: bool = False
    series: str | None = None
    allowed: str | None = None
    ignored: tuple[str, ...] = ()
    prereleases: bool = False
    variants: Variants = Variants.DEAD_ONLY
    platforms: tuple[str, ...] = ()
    cooldown: Mapping[UpdateType, int] = {}
    max_hold: int = 30
    routine_refresh: int = 7
    security: Urgency = Urgency.AT_ONCE
    security_label: str = "security"
    group: Grouping = Grouping.SERIES
    group_name: str | None = None
    schedule: Schedule = Schedule.ALWAYS
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    commit_message_prefix: str = ""


class ImageRule(Struct, frozen=True):
    """Other settings, by the name of the field, for the images that one of the patterns matches."""

    match: tuple[str, ...]
    settings: Mapping[str, object]


class Updates(Struct, frozen=True, kw_only=True):
    """What is wanted for all images.

    Attributes:
        policy: for an image that no rule matches.
        rules: for some images; of several that match one and set the same, the last counts.
        limit: how many pull requests may be open at a time.
        ignore_paths: patterns of files whose images are left alone.
        evidence: whether pull requests say what changes in the images.
    """

    policy: ImagePolicy = ImagePolicy()
    rules: tuple[ImageRule, ...] = ()
    limit: int = 10
    ignore_paths: tuple[str, ...] = ()
    evidence: bool = True

    def policy_of(self, image: Reference) -> ImagePolicy:
        """Return what is wanted for an image."""
        settings: dict[str, object] = {}
        for rule in self.rules:
            if any(names(pattern, image) for pattern in rule.match):
                settings |= rule.settings
        return replace(self.policy, **settings) if settings else self.policy

    def ignores(self, path: str) -> bool:
        """Tell whether the images of a file are to be left alone."""
        return any(matches(pattern, path) for pattern in self.ignore_paths)


def names(pattern: str, image: Reference) -> bool:
    """Tell whether a pattern matches an image's name (`python`, `docker.io/library/python`), or name and tag.

    It means what it means for a path that starts at the top: `ghcr.io/acme` is everything there, `python:3.*` a tag.
    """
    tag = f":{image.tag or 'latest'}" if ":" in pattern.rpartition("/")[2] else ""
    bare = type(image)(image.registry, image.repository)
    return any(matches(f"/{pattern}", name + tag) for name in {bare.familiar, bare.canonical})
