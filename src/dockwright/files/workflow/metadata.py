"""The tags that docker/metadata-action makes, roughly: of what kind, and the text where it follows from the event.

After the action's README and src/meta.ts: which rule applies to which event, and when `latest` comes along.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import Tag, TagKind
from dockwright.files.settings import Given, options_of
from dockwright.files.value import HOLE, Truth, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.event import Event

NAMES = frozenset({"docker/metadata-action", "crazy-max/ghaction-docker-meta", "docker/github-builder"})
_DEFAULT_RULES = ("type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr")
_KINDS = {
    "schedule": TagKind.SCHEDULE,
    "semver": TagKind.SEMVER,
    "pep440": TagKind.PEP440,
    "match": TagKind.MATCH,
    "edge": TagKind.EDGE,
    "raw": TagKind.RAW,
    "sha": TagKind.SHA,
}
_REFS = {"branch": TagKind.BRANCH, "tag": TagKind.GIT_TAG, "pr": TagKind.PULL_REQUEST}
_OF_GIT_TAGS = frozenset({TagKind.SEMVER, TagKind.PEP440, TagKind.MATCH})
_MAKES_LATEST = _OF_GIT_TAGS | {TagKind.GIT_TAG}
_FORBIDDEN = re.compile(r"[^a-zA-Z0-9._-]+")
_MOST = 100


class Metadata(Struct, frozen=True):
    """Tags on one event, and whether these are all."""

    tags: tuple[Tag, ...]
    known: bool


class _Rule(Struct, frozen=True):
    kind: TagKind
    value: Value
    options: dict[str, Value]


def metadata_of(given: Given, event: Event | None, *, default_branch: str | None, at: Value | None) -> Metadata:
    """Return the tags that the action makes of its inputs; without an event, of all its rules.

    `at` is the action itself, where the default rules are implied.
    """
    images = given.lines("images")
    rules = list(_rules(given.lines("tags"), at))
    made: list[tuple[_Rule, str | None]] = []
    known = bool(images) and not any(image.unknown for image in images)
    latest = _latest_flavor(given.lines("flavor"))
    for rule in rules:
        applies = _applies(rule, event, default_branch)
        if applies.possible:
            made.append((rule, _text(rule, event, given.lines("flavor"))))
            known = known and applies.certain
    extra = _latest(made, latest, at)
    tags = [_tag(image, rule, text) for image in images for rule, text in (*made, *extra)]
    return Metadata(tuple(tags[:_MOST]), known and event is not None)


def _rules(lines: Sequence[Value], at: Value | None) -> Iterator[_Rule]:
    written = None if at is None else at.written
    for line in lines or [Value.of(rule, written) for rule in _DEFAULT_RULES]:
        options = options_of(line)
        kind = options.get("type")
        text = "raw" if kind is None else kind.text
        if text == "ref":
            event = options.get("event")
            yield _Rule(_REFS.get(event.text or "" if event else "", TagKind.RAW), line, options)
        else:
            if kind is None and "value" not in options:
                options["value"] = line
            yield _Rule(_KINDS.get(text or "", TagKind.RAW), line, options)


def _applies(rule: _Rule, event: Event | None, default_branch: str | None) -> Truth:
    enabled = rule.options.get("enable")
    asked = Truth.TRUE if enabled is None else _enabled(enabled, event, default_branch)
    if event is None:
        return asked & Truth.UNKNOWN
    return asked & _suits(rule, event, default_branch)


def _suits(  # noqa: PLR0911 - one for each kind of rule
    rule: _Rule, event: Event, default_branch: str | None
) -> Truth:
    """Return whether a rule makes a tag on an event."""
    match rule.kind:
        case TagKind.SCHEDULE:
            return Truth.of(event.name == "schedule")
        case TagKind.BRANCH:
            return _is(event, branch=True)
        case TagKind.GIT_TAG:
            return _is(event, branch=False)
        case TagKind.PULL_REQUEST:
            return Truth.of(event.name in {"pull_request", "pull_request_target"})
        case TagKind.EDGE:
            branch = rule.options.get("branch")
            wanted = branch.text if branch is not None else default_branch
            return _on_branch(event, wanted)
        case kind if kind in _OF_GIT_TAGS:
            value = rule.options.get("value")
            given = value is not None and bool(value.traced.text)
            return (
                Truth.UNKNOWN
                if given and value is not None and value.text is None
                else (Truth.TRUE if given else _is(event, branch=False))
            )
        case _:
            return Truth.TRUE


def _is(event: Event, *, branch: bool) -> Truth:
    if not event.prefix:
        return Truth.UNKNOWN if event.ref is None else Truth.of(event.ref.startswith("refs/heads/") is branch)
    return Truth.of(event.is_branch if branch else event.is_tag)


def _on_branch(event: Event, branch: str | None) -> Truth:
    if _is(event, branch=True) is Truth.FALSE:
        return Truth.FALSE
    if event.name == "schedule" and event.ref is None and branch is None:
        return Truth.TRUE  # a schedule runs on the default branch, whatever it is called
    if branch is None or event.ref is None:
        return Truth.FALSE if branch is not None and f"refs/heads/{branch}" in event.never else Truth.UNKNOWN
    return Truth.of(event.ref == f"refs/heads/{branch}")


def _enabled(value: Value, event: Event | None, default_branch: str | None) -> Truth:
    text = value.traced.text.strip()
    if text == "{{is_default_branch}}":
        return Truth.UNKNOWN if event is None else _on_branch(event, default_branch)
    return Truth.UNKNOWN if "{{" in text else value.truth()


def _text(rule: _Rule, event: Event | None, flavor: Sequence[Value]) -> str | None:
    """Return the tag that a rule makes, where it follows from the rule and the event alone."""
    match rule.kind:
        case TagKind.SCHEDULE:
            pattern = rule.options.get("pattern")
            text = "nightly" if pattern is None else pattern.text
        case TagKind.RAW:
            value = rule.options.get("value")
            text = None if value is None else value.text
        case TagKind.BRANCH | TagKind.GIT_TAG if event is not None and event.ref is not None:
            text = _FORBIDDEN.sub("-", event.ref.split("/", 2)[2])
        case TagKind.EDGE:
            text = "edge"
        case _:
            text = None
    if text is None or "{{" in text:
        return None
    prefix, suffix = _around(rule, flavor, "prefix"), _around(rule, flavor, "suffix")
    return None if prefix is None or suffix is None else f"{prefix}{text}{suffix}"


def _around(rule: _Rule, flavor: Sequence[Value], name: str) -> str | None:
    value = rule.options.get(name) or next((found for line in flavor if (found := options_of(line).get(name))), None)
    if value is None:
        return ""
    return None if value.text is None or "{{" in value.text else value.text


def _latest_flavor(flavor: Sequence[Value]) -> Truth | None:
    """Return whether `latest` is always made; None leaves it to the rules (`auto`)."""
    for line in flavor:
        value = options_of(line).get("latest")
        if value is not None and value.text != "auto":
            return value.truth()
    return None


def _latest(
    made: Sequence[tuple[_Rule, str | None]], flavor: Truth | None, at: Value | None
) -> list[tuple[_Rule, str | None]]:
    cause = next((rule for rule, _ in made if rule.kind in _MAKES_LATEST), None)
    if flavor is not None:
        cause = made[0][0] if flavor.certain and made else None
    if cause is None:
        return []
    value = cause.value if at is None else Value(cause.value.traced, cause.value.written or at.written)
    return [(_Rule(TagKind.LATEST, value, {}), "latest")]


def _tag(image: Value, rule: _Rule, text: str | None) -> Tag:
    name = image.traced.text
    options = options_of(image)
    shown = options["name"].shown if "name" in options else image.shown
    return Tag(rule.value, rule.kind, text, None if name == HOLE and not shown else shown)
