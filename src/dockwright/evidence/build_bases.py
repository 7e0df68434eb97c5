"""Which images a Dockerfile builds from: the base of the stage that is published, and what its other stages take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.dockerfile import parse
from dockwright.errors import UsageError
from dockwright.evidence.unknown import Unknown
from dockwright.image import ImageKind, Reference
from dockwright.source import Edit, Source, Span, apply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.dockerfile.model import Dockerfile, Stage
    from dockwright.image import ImageUse

_VALUE: Final = re.compile(r"[\w./:@-]{0,512}", re.ASCII)
_COPIES: Final = frozenset({ImageKind.COPY_FROM, ImageKind.MOUNT_FROM})
_LAYERS: Final = ("RUN", "COPY", "ADD")


class BuildBases(Struct, frozen=True):
    """What a build takes from registries.

    Attributes:
        final: what the published stage is built on; None if it starts from nothing (`FROM scratch`).
        others: what its other stages are built on, or files are copied from, each once.
        unclear: why others are not known: clauses.
        least_layers: 1 if the published stage adds a layer for certain, else 0.
    """

    final: Reference | Unknown | None
    others: tuple[Reference, ...] = ()
    unclear: tuple[str, ...] = ()
    least_layers: int = 0


def build_bases(source: Source, target: str | None = None, arguments: Mapping[str, str] | None = None) -> BuildBases:
    """Return what a Dockerfile builds from.

    Args:
        source: the Dockerfile.
        target: the stage that is published; None is the last one.
        arguments: build arguments, as `docker build --build-arg` takes them; only those above the first `FROM` count.

    Raises:
        UsageError: there is no such stage, or a build argument cannot be part of a name.
    """
    dockerfile = parse(_with_arguments(source, arguments or {}))
    stage = dockerfile.target(target)
    if stage is None:
        wanted = "no stage" if target is None else f"no stage `{target}`"
        raise UsageError(f"`{source.path}` has {wanted}", help="Name one of its stages as the target.")
    lineage = dockerfile.lineage(stage)
    uses = list(_others(dockerfile, stage, lineage))
    others = dict.fromkeys(each.reference for each in uses if each.reference is not None)
    final = _final(lineage[-1])
    return BuildBases(
        final,
        tuple(each for each in others if each != final),
        tuple(dict.fromkeys(_not_known(each) for each in uses if each.reference is None)),
        int(any(True for each in lineage for _ in dockerfile.instructions(*_LAYERS, stage=each))),
    )


def _final(stage: Stage) -> Reference | Unknown | None:
    if stage.image is None:
        return None if stage.scratch else Unknown("the Dockerfile does not say what its last stage is built on")
    return stage.image.reference or Unknown(_not_known(stage.image))


def _others(dockerfile: Dockerfile, stage: Stage, lineage: tuple[Stage, ...]) -> Iterator[ImageUse]:
    """Yield what the stages that the build needs take from registries, but the base of the published one."""
    needed = [dockerfile.stages[index] for index in sorted(dockerfile.needed(stage))]
    for each in needed:
        if each.image is not None and each is not lineage[-1]:
            yield each.image
    labels = {each.label for each in needed}
    yield from (use for use in dockerfile.images if use.kind in _COPIES and use.stage in labels)


def _not_known(use: ImageUse) -> str:
    return f"which image `{use.word.text[:120]}` is, is known only to the build (`--build-arg` may say it)"


def _with_arguments(source: Source, arguments: Mapping[str, str]) -> Source:
    """Return the file with these values of its arguments above the first `FROM` in place of the defaults.

    Raises:
        UsageError: a value has characters that are in no name of an image, so that it would need quotes.
    """
    edits: list[Edit] = []
    first: dict[str, str] = dict(arguments)
    for instruction in parse(source).instructions("ARG"):
        if instruction.stage >= 0:
            break
        for pair in instruction.pairs:
            value = first.get(pair.key.text)
            if value is None:
                continue
            if _VALUE.fullmatch(value) is None:
                raise UsageError(f"the build argument `{pair.key.text}` cannot be part of an image's name")
            key, word = pair.key.span, pair.word.span
            if key is not None and word is not None:
                edits.append(Edit(Span(source, key.end, word.end), f"={value}"))
    return Source(source.path, apply(source.text, edits)) if edits else source
