"""What the instructions of a Dockerfile mean together: stages, what they are built upon, and images.

Source: moby/buildkit 0.32, frontend/dockerfile/dockerfile2llb/convert.go (buildDispatchStates, toCommand,
initOnBuildTriggers) and convert_runmount.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.dockerfile.frontend import frontend
from dockwright.dockerfile.model import Directive, Instruction, Scopes, Stage
from dockwright.dockerfile.values import Values
from dockwright.errors import InvalidReference
from dockwright.finding import Problem
from dockwright.image import ImageKind, ImageUse, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.source import Source
    from dockwright.traced import Traced

_FROM_WITH_NAME = 3
_INDEX = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_LONGEST_SHOWN = 80
_SCRATCH = "scratch"


class Resolved(Scopes):
    """Stages, images and problems of a file, and the scopes to expand further text with."""

    def __init__(self, source: Source, escape: str) -> None:
        """Begin with nothing; `resolve` fills it."""
        self._source = source
        self._values = Values(escape)
        self._stages: list[Stage] = []
        self._by_name: dict[str, int] = {}
        self._images: list[ImageUse] = []
        self._edges: list[set[int]] = []
        self._problems: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """What BuildKit would refuse."""
        return self._problems + self._values.problems

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in order."""
        return tuple(self._stages)

    @property
    def images(self) -> tuple[ImageUse, ...]:
        """The image uses in order of the file."""
        return tuple(sorted(self._images, key=lambda use: use.span.start))

    def expand(self, instruction: Instruction, text: Traced) -> Traced | None:
        """See `Dockerfile.expand`."""
        return self._values.expand(instruction, text)

    def needed(self, stage: Stage) -> frozenset[int]:
        """See `Dockerfile.needed`."""
        found = {stage.index}
        todo = [stage.index]
        while todo:
            for other in self._edges[todo.pop()]:
                if other not in found:
                    found.add(other)
                    todo.append(other)
        return frozenset(found)

    def read(self, directives: tuple[Directive, ...], body: tuple[Instruction, ...]) -> None:
        """Go through the instructions in order."""
        self._syntax(directives)
        starts = [instruction.index for instruction in body if instruction.name == "FROM"]
        for instruction in body[: starts[0] if starts else len(body)]:
            if instruction.name == "ARG":
                self._values.read_global(instruction)
        if body and not starts:
            place = body[0].keyword
            self._problems.append(Problem(place, "The file has no `FROM`, so there is nothing to build."))
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else len(body)
            self._stage(number, body[start], body[start + 1 : end])
        for stage in self._stages:
            for instruction in stage.instructions:
                if instruction.name == "ONBUILD" and instruction.trigger is not None:
                    self._trigger_uses(stage, instruction.trigger)
                else:
                    self._uses(stage, instruction)

    def _syntax(self, directives: tuple[Directive, ...]) -> None:
        named = [directive for directive in directives if directive.name == "syntax"]
        directive = named[0] if named else frontend(self._source)
        if directive is not None:
            name = directive.value.text.partition(" ")[0]
            word = directive.value.slice(0, len(name))
            self._images.append(ImageUse(ImageKind.SYNTAX, word, word, _reference(word), None))

    def _stage(self, number: int, start: Instruction, instructions: tuple[Instruction, ...]) -> None:
        word = start.words[0] if start.words else None
        base = None if word is None else self._values.base(start, word)
        parent = None if base is None else self._parent(start, base)
        named = start.words[2] if len(start.words) == _FROM_WITH_NAME and start.words[1].text.lower() == "as" else None
        name = named.text.lower() if named is not None else None
        scratch = parent is None and base is not None and base.text == _SCRATCH
        image = None
        if word is not None and parent is None and not scratch:
            image = self._from_image(start, word, base, name or str(number))
        self._stages.append(Stage(number, name, named, start, instructions, base, parent, image))
        self._edges.append(set() if parent is None else {parent})
        self._values.begin_stage(parent, scratch=scratch)
        for instruction in (*self._triggered(start, number, parent), *instructions):
            self._values.read(instruction)
        if name is not None:
            self._by_name[name] = number

    def _parent(self, start: Instruction, base: Traced) -> int | None:
        """Return the stage of that name; only FROM insists on lower case (moby/buildkit#2003)."""
        name = base.text.lower()
        parent = self._by_name.get(name)
        if parent is not None and name != base.text:
            message = (
                f"BuildKit keeps names of stages in lower case, and `FROM {base.text}` finds none; write `{name}`."
            )
            self._refuse(start.words[0], start, message)
        return parent

    def _triggered(self, start: Instruction, number: int, parent: int | None) -> Iterator[Instruction]:
        """Yield the ONBUILD instructions of the stage that one builds upon: they act right after its FROM."""
        for instruction in self._stages[parent].instructions if parent is not None else ():
            if instruction.trigger is not None and instruction.name == "ONBUILD":
                yield structs.replace(instruction.trigger, stage=number, index=start.index)

    def _from_image(self, start: Instruction, word: Traced, base: Traced | None, label: str) -> ImageUse:
        flag = start.flag("platform")
        platform = None
        if flag is not None and flag.value is not None:
            known = self._values.base(start, flag.value)
            platform = None if known is None else known.text
            fixed = self._values.whatever_is_built(flag.value)
            if fixed is not None and "" in fixed.text.split("/"):
                shown = fixed.text[:_LONGEST_SHOWN]
                message = f"`{shown}` is no platform; only variables of `ARG`s above the first `FROM` count here."
                self._refuse(flag.word, start, message)
        use = ImageUse(ImageKind.FROM, word, base, _reference(base), label, platform)
        self._images.append(use)
        if use.reference is None and len(start.words) in (1, _FROM_WITH_NAME):
            fixed = self._values.whatever_is_built(word)
            if fixed is not None and _reference(fixed) is None:
                self._refuse(word, start, _no_reference(word.text, fixed.text))
        return use

    def _refuse(self, word: Traced, instruction: Instruction, message: str) -> None:
        self._problems.append(Problem(word.span or instruction.span, message))

    def _uses(self, stage: Stage, instruction: Instruction) -> None:
        """Find the images and stages that an instruction takes files from."""
        for kind, word in _sources(instruction):
            name = word.text
            other = self._other_stage(kind, name)
            if other is not None:
                self._edge(stage, other, word, instruction)
            elif kind is ImageKind.COPY_FROM and _INDEX.fullmatch(name):
                self._refuse(word, instruction, f"There is no stage {name} to copy from.")
            elif name and name != _SCRATCH:
                use = _use(kind, word, stage)
                self._images.append(use)
                if use.traced is not None and use.reference is None:
                    self._refuse(word, instruction, f"No stage is named so, and {_no_reference(name, name)}")

    def _trigger_uses(self, stage: Stage, trigger: Instruction) -> None:
        """Find the same for the instruction inside an ONBUILD.

        It acts in each stage that builds upon this one. A name may mean a stage there; in this file we can tell.
        """
        for kind, word in _sources(trigger):
            other = self._other_stage(kind, word.text)
            if other is not None:
                for child in self._stages[other + 1 :]:
                    if child.parent == stage.index:
                        self._edges[child.index].add(other)
            elif word.text and word.text != _SCRATCH and not _INDEX.fullmatch(word.text):
                self._images.append(_use(_IN_ONBUILD[kind], word, stage))

    def _other_stage(self, kind: ImageKind, name: str) -> int | None:
        """Return the stage that a name means: the last of that name in the file, whatever the case."""
        if kind is ImageKind.COPY_FROM and _INDEX.fullmatch(name):
            return int(name) if 0 <= int(name) < len(self._stages) else None
        return self._by_name.get(name.lower())

    def _edge(self, stage: Stage, other: int, word: Traced, instruction: Instruction) -> None:
        if other >= stage.index:
            which = "its own stage" if other == stage.index else "a stage that is defined later"
            message = f"`{word.text[:_LONGEST_SHOWN]}` is {which}; files can only be taken from an earlier one."
            own = ("hadolint:DL3023",) if other == stage.index else None
            self._problems.append(Problem(word.span or instruction.span, message, aliases=own))
            return
        self._edges[stage.index].add(other)


_IN_ONBUILD = {
    ImageKind.COPY_FROM: ImageKind.ONBUILD_COPY_FROM,
    ImageKind.MOUNT_FROM: ImageKind.ONBUILD_MOUNT_FROM,
}


def _use(kind: ImageKind, word: Traced, stage: Stage) -> ImageUse:
    traced = None if "$" in word.text else word
    return ImageUse(kind, word, traced, _reference(traced), stage.label)


def _no_reference(written: str, name: str) -> str:
    """Say what is wrong with a name; one that is written otherwise has undeclared variables in it."""
    if written != name:
        shown = written[:_LONGEST_SHOWN]
        return f"`{shown}` names no image: it uses a variable that no `ARG` above the first `FROM` declares."
    shown = name[:_LONGEST_SHOWN]
    return f"`{shown}` is no image reference; names are lower case, a tag follows `:`, a digest `@`."


def _sources(instruction: Instruction) -> Iterator[tuple[ImageKind, Traced]]:
    """Yield what COPY --from and RUN --mount=from= name."""
    if instruction.name == "COPY":
        flag = instruction.flag("from")
        if flag is not None and flag.value is not None:
            yield ImageKind.COPY_FROM, flag.value
    for mount in instruction.mounts:
        source = mount.options.get("from")
        if source is not None:
            yield ImageKind.MOUNT_FROM, source


def _reference(name: Traced | None) -> Reference | None:
    if name is None:
        return None
    try:
        return Reference.parse(name.text)
    except InvalidReference:
        return None


def resolve(source: Source, directives: tuple[Directive, ...], escape: str, body: tuple[Instruction, ...]) -> Resolved:
    """Find out what a Dockerfile's instructions mean together."""
    resolved = Resolved(source, escape)
    resolved.read(directives, body)
    return resolved
