"""Edits of cache settings, made so that everything else in the file stays to the character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.caches import end_of_entry
from dockwright.files.build import Tool
from dockwright.finding import Applicability, Fix
from dockwright.source import Edit

if TYPE_CHECKING:
    from dockwright.facts.caches import Situation
    from dockwright.files.build import Cache
    from dockwright.files.value import Value
    from dockwright.source import Span


def mode_max(situation: Situation, cache: Cache) -> Fix | None:
    """Return the fix that keeps the layers of all stages; None where it cannot be written in place."""
    tool = situation.build.tool
    if cache.backend == "inline":
        return _inline_to_registry(situation, cache)
    mode = cache.options.get("mode")
    if mode is not None:
        place = mode.traced.exact
        return None if place is None else _safe("Use `mode=max`", Edit(place, "max"))
    if tool is Tool.GITHUB_BUILDER:
        below = _line_below(cache.value.span, "cache-mode: max")
        return None if below is None else _safe("Set `cache-mode: max`", below)
    end = end_of_entry(cache, tool)
    return None if end is None else _safe("Add `mode=max`", Edit(end, ",mode=max"))


def _safe(description: str, *edits: Edit) -> Fix:
    return Fix(description, edits, Applicability.SAFE)


def _line_below(value: Span | None, text: str) -> Edit | None:
    """Return the edit that writes a line below a `key: value` that has a line for itself, as deep as it is."""
    if value is None:
        return None
    source, number = value.source, value.first.line
    line = source.line(number)
    match = re.fullmatch(r"([ ]*)[\w-]+:[ ]+[^\s{\[|>&*][^\n{]*", line)
    if match is None:
        return None
    end = source.line_starts[number - 1] + len(line)
    newline = "\r\n" if source.text.startswith("\r\n", end) else "\n"
    return Edit(source.span(end, end), f"{newline}{match[1]}{text}")


def _inline_to_registry(situation: Situation, cache: Cache) -> Fix | None:
    """Return the fix that exports to the registry, where the only import is of an image that is written out."""
    settings = situation.settings
    if cache.value.traced.exact is None or cache.value.text != "type=inline" or len(settings.cache_from) != 1:
        return None
    imported = settings.cache_from[0]
    ref = imported.ref
    place = None if ref is None else ref.traced.exact
    if imported.backend != "registry" or ref is None or ref.text is None or place is None:
        return None
    new = buildcache(ref)
    whole = imported.value.traced.exact
    if whole is None or new is None:
        return None
    start = Edit(place, new) if "type=" in whole.text else Edit(whole, f"type=registry,ref={new}")
    edits = (start, Edit(cache.value.traced.exact, f"type=registry,ref={new},mode=max"))
    return Fix("Export all stages to the registry as `buildcache`", edits, Applicability.UNSAFE)


def tagged_buildcache(ref: Value) -> Edit | None:
    """Return the edit that gives an image the tag `buildcache`; None where its tag is not written out in the file."""
    text = ref.traced.text
    colon = text.find(":", text.rfind("/") + 1)
    if "@" in text or colon < 0:
        place = None if "@" in text else ref.traced.slice(len(text) - 1, len(text)).exact
        return None if place is None else Edit(place.source.span(place.end, place.end), ":buildcache")
    place = ref.traced.slice(colon + 1, len(text)).exact
    return None if place is None else Edit(place, "buildcache")


def buildcache(ref: Value) -> str | None:
    """Return the name of an image with the tag `buildcache`."""
    text = ref.text or ""
    if "@" in text or not text:
        return None
    head, slash, tail = text.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}:buildcache"
