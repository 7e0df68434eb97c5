"""What the configuration file may say about updates, and how it becomes `Updates`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct

from dockwright.bump import UpdateType
from dockwright.config.updates import Grouping, ImagePolicy, ImageRule, Schedule, Updates, Urgency, Variants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.config.document import Document

_CHOICES = {"group": Grouping, "schedule": Schedule, "security": Urgency, "variants": Variants}
_TYPES = ("refresh", "patch", "minor", "major")

_ALLOWED = re.compile(r"(?:[<>]=?|[=!]?=)[vV]?\d{1,9}(?:\.\d{1,9}){0,7}|[\w.*?-]+", re.ASCII)
"""A part of `allowed`, as `versions.read_allowed` reads it."""

_PLATFORM = r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?"

Days = Annotated[int, Meta(ge=0, le=365)]
Type = Literal["refresh", "patch", "minor", "major"]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Pattern = Annotated[str, Meta(pattern="^[^!]")]
Platforms = tuple[Annotated[str, Meta(pattern=f"^{_PLATFORM}$")], ...]


class Cooldown(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, by the type of the update."""

    refresh: Days = 0
    patch: Days = 0
    minor: Days = 0
    major: Days = 0


class ImageSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What may be set for all images and for some."""

    types: Annotated[
        tuple[Type, ...],
        Meta(
            description="The updates that are proposed: `refresh` (the same tag, rebuilt), `patch` (the same series),"
            " `minor`, `major`. `[]` leaves an image alone."
        ),
    ] = ("refresh", "patch")
    pin: Annotated[bool, Meta(description="Whether a tag without a digest gets one, which then is kept fresh.")] = False
    series: Annotated[
        Name | None, Meta(description="The only release series that is proposed (`3.12`), also from another one.")
    ] = None
    allowed: Annotated[
        Name | None, Meta(description="The only versions that are proposed: `>=3.12 <3.14`, or a pattern (`3.12.*`).")
    ] = None
    ignored: Annotated[
        tuple[Name, ...], Meta(description="Tags that are never proposed, as patterns (`*-windowsservercore*`).")
    ] = ()
    prereleases: Annotated[
        bool, Meta(description="Whether an update may lead from a release to a release candidate and the like.")
    ] = False
    variants: Annotated[
        Variants,
        Meta(
            description="Whether what a tag says after its version (`alpine3.20`, `bookworm`) may become another"
            " release of it: `keep`, `dead-only` (where it is no longer built), `newest`."
        ),
    ] = Variants.DEAD_ONLY
    platforms: Annotated[
        Platforms,
        Meta(
            description="What the new image has to run on (`linux/amd64`), and whose changes count for a refresh;"
            " by default `FROM --platform=`, or else all that the current image runs on."
        ),
    ] = ()
    cooldown: Annotated[
        Days | Cooldown,
        Meta(
            description="How many days old a tag or a digest has to be, where the registry tells; a number,"
            " or one for each type."
        ),
    ] = 0
    max_hold: Annotated[
        Days,
        Meta(
            description="After so many days an image that is rebuilt more often than its cooldown is refreshed all"
            " the same."
        ),
    ] = 30
    routine_refresh: Annotated[
        Days,
        Meta(
            description="How many days old the pinned image has to be before a refresh opens a pull request that is"
            " known to bring neither a security update nor another version. Where that is not known, nothing waits."
        ),
    ] = 7
    security: Annotated[
        Urgency,
        Meta(
            description="When an update is proposed that brings security updates of the image's distribution:"
            " `at-once`, whatever `cooldown`, `schedule` and `routine-refresh` say, or `as-others`."
        ),
    ] = Urgency.AT_ONCE
    security_label: Annotated[
        str, Meta(max_length=100, description="The label of such a pull request besides `labels`; empty for none.")
    ] = "security"
    group: Annotated[
        Grouping,
        Meta(
            description="What shares a pull request: the updates of a release `series` of an image, of an `image`, of"
            " a `type`, or `all`; minor and major ones always have their own."
        ),
    ] = Grouping.SERIES
    group_name: Annotated[
        Name | None, Meta(description="Images with the same name here share pull requests, whatever `group` says.")
    ] = None
    schedule: Annotated[
        Schedule,
        Meta(
            description="The days on which a pull request may be opened: `always`, a weekday (`monday`), or `monthly`:"
            " the first seven days of a month. Open ones are kept true every day. How often there is a run is up to"
            " the workflow."
        ),
    ] = Schedule.ALWAYS
    labels: Annotated[tuple[Name, ...], Meta(description="Labels of the pull request.")] = ()
    reviewers: Annotated[
        tuple[Name, ...], Meta(description="Users who are asked for a review, or teams as `organization/team`.")
    ] = ()
    assignees: Annotated[tuple[Name, ...], Meta(description="Users to whom the pull request is assigned.")] = ()
    commit_message_prefix: Annotated[
        str, Meta(max_length=50, description="What titles of commits and pull requests begin with (`build(deps): `).")
    ] = ""


class ImageSettingsFor(ImageSettings, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Settings for some images; of several that match one and set the same key, the last counts."""

    match: Annotated[
        Pattern | Annotated[tuple[Pattern, ...], Meta(min_length=1)],
        Meta(
            description="Patterns of the images' names (`python`, `ghcr.io/acme`, `*/*-dev`), with or without a tag"
            " (`python:3.*`). A name without a registry is one of Docker Hub."
        ),
    ]


class UpdatesFile(ImageSettings, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Which updates of images are proposed, and how."""

    images: Annotated[tuple[ImageSettingsFor, ...], Meta(description="Other settings for some images.")] = ()
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=1000)],
        Meta(
            description="How many pull requests may be open at a time; one for security is opened all the same, unless"
            " `security` is `as-others`."
        ),
    ] = 10
    ignore_paths: Annotated[tuple[Pattern, ...], Meta(description="Files whose images are left alone.")] = ()
    evidence: Annotated[
        bool,
        Meta(
            description="Whether the images before and after an update are read, so that its pull request says which"
            " packages and settings change, and which security updates come."
        ),
    ] = True


def check_updates(document: Document) -> None:
    """Refuse keys and choices that there are not.

    Raises:
        ConfigError: for the first of them, naming the line.
    """
    document.check_keys(UpdatesFile, "updates")
    _check_settings(document, "updates")
    images = document.at("updates", "images")
    for index in range(len(images) if isinstance(images, list) else 0):
        document.check_keys(ImageSettingsFor, "updates", "images", index)
        _check_settings(document, "updates", "images", index)


def _check_settings(document: Document, *where: str | int) -> None:
    types = document.at(*where, "types")
    for index in range(len(types) if isinstance(types, list) else 0):
        document.check_choice(_TYPES, *where, "types", index)
    platforms = document.at(*where, "platforms")
    for index, platform in enumerate(platforms if isinstance(platforms, list) else ()):
        if isinstance(platform, str) and not re.fullmatch(_PLATFORM, platform, re.ASCII):
            message = f"`{platform}` is no platform; write it as `linux/amd64`"
            raise document.error((*where, "platforms", index), message)
    allowed = document.at(*where, "allowed")
    for part in _parts(allowed) if isinstance(allowed, str) else ():
        if not _ALLOWED.fullmatch(part):
            message = f"`{part}` in `allowed` is neither a comparison with a version nor a pattern of tags"
            raise document.error((*where, "allowed"), message, help="Write `>=3.12 <3.14`, for example, or `3.12.*`.")
    document.check_keys(Cooldown, *where, "cooldown")
    for key, choice in _CHOICES.items():
        document.check_choice([each.value for each in choice], *where, key)


def _parts(allowed: str) -> list[str]:
    return re.sub(r"([<>=!])[ \t]+", r"\1", allowed).replace(",", " ").split()


def read_updates(file: UpdatesFile, document: Document) -> Updates:
    """Return the settings as they are used; a rule for some images has what is written in it, and no defaults."""
    rules = []
    for index, each in enumerate(file.images):
        written = document.at("updates", "images", index)
        keys = [str(key).replace("-", "_") for key in written] if isinstance(written, dict) else []
        match = (each.match,) if isinstance(each.match, str) else each.match
        rules.append(ImageRule(match, _used(each, [key for key in keys if key != "match"])))
    policy = ImagePolicy(**_used(file, ImageSettings.__struct_fields__))
    return Updates(
        policy=policy, rules=tuple(rules), limit=file.limit, ignore_paths=file.ignore_paths, evidence=file.evidence
    )


def _used(settings: ImageSettings, keys: Iterable[str]) -> dict[str, Any]:
    """Return some settings in the types of `ImagePolicy`."""
    used = {key: getattr(settings, key) for key in keys}
    if "types" in used:
        used["types"] = frozenset(UpdateType(name) for name in settings.types)
    if "cooldown" in used:
        used["cooldown"] = _days(settings.cooldown)
    return used


def _days(cooldown: int | Cooldown) -> dict[UpdateType, int]:
    if isinstance(cooldown, int):
        return {UpdateType(name): cooldown for name in _TYPES} if cooldown else {}
    return {UpdateType(name): getattr(cooldown, name) for name in _TYPES}
