"""The images that a target names: its `contexts`, and those of a Dockerfile that is written in the bake file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.dockerfile import parse
from dockwright.files._image_use import named, parsed, relocated
from dockwright.files.value import HOLE
from dockwright.image import ImageKind
from dockwright.source import Source
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.dockerfile import Dockerfile, Pair
    from dockwright.files.value import Value
    from dockwright.image import ImageUse
    from dockwright.source import Span

_SCHEME = "docker-image://"
_PLAIN = re.compile(r"[\w./:@+-]+", re.ASCII)
_SCRATCH = "scratch"


def of_contexts(contexts: Iterable[Value]) -> Iterator[ImageUse]:
    """Yield the images among named contexts: they take the place of what a Dockerfile calls by those names."""
    for value in contexts:
        if not value.traced.text.startswith(_SCHEME) or value.written is None:
            continue
        name = value.traced.slice(len(_SCHEME), len(value.traced))
        exact = name.exact
        # Where all of it comes from a variable, a finding belongs to where the variable is used.
        inside = exact is not None and value.written.start <= exact.start and exact.end <= value.written.end
        if name.text != _SCRATCH:
            yield from named(ImageKind.BAKE, name if inside else Traced.of(value.written), name)


def of_dockerfile(inline: Value, *, args: Mapping[str, Value], contexts: Mapping[str, Value]) -> Iterator[ImageUse]:
    """Yield the images of a Dockerfile, with the build arguments that its target gives."""
    first = parse(Source("Dockerfile", inline.traced.text))
    outer = _with_arguments(first, inline.traced, args)
    dockerfile = first if outer is inline.traced else parse(Source("Dockerfile", outer.text))
    replaced = {_canonical(name) for name in contexts}
    for use in dockerfile.images:
        found = relocated(use, outer) or relocated(use, outer, word=_around(use.span, outer, inline.written))
        name = None if found is None else found.traced
        if found is None or (name is not None and _canonical(name.text) in replaced):
            continue
        yield found


def _around(inner: Span, outer: Traced, written: Span | None) -> Traced | None:
    """Return what is written where a word stands whose parts come from variables: up to its neighbours."""
    if written is None:
        return None
    first, last = _inside(outer, inner.start, written), _inside(outer, inner.end - 1, written)
    before, after = _inside(outer, inner.start - 1, written), _inside(outer, inner.end, written)
    low = first.start if first else before.end if before else written.start
    high = last.end if last else after.start if after else written.end
    return Traced.of(written.source.span(low, high)) if low < high else None


def _inside(outer: Traced, offset: int, written: Span) -> Span | None:
    """Return the place of a character, if it is within a range."""
    span = outer.at(offset) if 0 <= offset < len(outer) else None
    return span if span is not None and written.start <= span.start and span.end <= written.end else None


def _canonical(name: str) -> str:
    """Return what BuildKit looks a named context up by."""
    reference = parsed(name)
    if reference is None:
        return name
    tagged = reference if reference.tag or reference.digest else structs.replace(reference, tag="latest")
    return tagged.canonical


def _with_arguments(dockerfile: Dockerfile, text: Traced, args: Mapping[str, Value]) -> Traced:
    """Return the text of a Dockerfile with the values of build arguments as the defaults of its global `ARG`s."""
    parts: list[Traced] = []
    done = 0
    for instruction in dockerfile.instructions("ARG"):
        for pair in instruction.pairs if instruction.stage < 0 else ():
            place = _place(pair)
            value = args.get(pair.key.text)
            if place is None or value is None:
                continue
            # What would need quotes there, or is not known, is as good as unknown to an image's name.
            known = value.traced if _PLAIN.fullmatch(value.traced.text) else Traced.made(HOLE)
            parts += (text.slice(done, place[0]), Traced.made("" if pair.value is not None else "="), known)
            done = place[1]
    return Traced.join((*parts, text.slice(done, len(text)))) if parts else text


def _place(pair: Pair) -> tuple[int, int] | None:
    """Return where the default of an `ARG` stands, or would stand."""
    span = pair.key.span if pair.value is None else pair.value.span
    if span is None:
        return None
    return (span.end, span.end) if pair.value is None else (span.start, span.end)
