"""What the instructions of a Dockerfile mean together: stages, the values of variables, and images.

Source: Dockerfile reference ("Scope", "Using ARG variables", "Environment replacement") and moby/buildkit 0.32,
frontend/dockerfile/dockerfile2llb/convert.go. Build arguments are taken at their defaults; what only a build can know
stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.frontend import frontend
from dockwright.dockerfile.lexer import MAX_EXPANSION, SubstitutionError, TooLong, expand
from dockwright.dockerfile.model import Directive, Instruction, Scopes, Stage
from dockwright.dockerfile.variables import PLATFORM_ARGUMENTS, Missing, UnknownValue, Variables
from dockwright.errors import InvalidReference
from dockwright.finding import Problem
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile.variables import Lookup, Value
    from dockwright.source import Source

_FROM_WITH_NAME = 3
_EXPANDED_WORDS = frozenset(("ADD", "COPY", "EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"))
_EXPANDED_FLAGS = frozenset(("chown", "chmod", "checksum"))


class Resolved(Scopes):
    """Stages, images and problems of a file, and the scopes to expand further text with."""

    def __init__(self, source: Source, escape: str) -> None:
        """Begin with nothing; `resolve` fills it."""
        self._source = source
        self._escape = escape
        self._global = Variables(None, Missing.ABSENT)
        for name in PLATFORM_ARGUMENTS:
            self._global.set(name, Missing.UNKNOWN, -1)
        self._scopes: list[Variables] = []
        self._stages: list[Stage] = []
        self._by_name: dict[str, int] = {}
        self._images: list[ImageUse] = []
        self._edges: list[set[int]] = []
        self.problems: list[Problem] = []
        self._told: set[int] = set()

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
        value = self._value(instruction, text, report=False)
        return value if isinstance(value, Traced) else None

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
                self._global_argument(instruction)
        if body and not starts:
            place = body[0].keyword
            self.problems.append(Problem(place, "The file has no `FROM`, so there is nothing to build."))
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else len(body)
            self._stage(number, body[start], body[start + 1 : end])
        for stage in self._stages:
            for instruction in stage.instructions:
                self._uses(stage, instruction)

    def _syntax(self, directives: tuple[Directive, ...]) -> None:
        named = [directive for directive in directives if directive.name == "syntax"]
        directive = named[0] if named else frontend(self._source)
        if directive is not None:
            name = directive.value.text.partition(" ")[0]
            word = directive.value.slice(0, len(name))
            self._images.append(ImageUse(ImageKind.SYNTAX, word, word, _reference(word), None))

    def _global_argument(self, instruction: Instruction) -> None:
        for pair in instruction.pairs:
            if pair.value is not None:
                value = self._expanded(pair.value, self._global.get, instruction)
                self._global.set(pair.key.text, value, instruction.index)
            elif self._global.get(pair.key.text) is Missing.ABSENT:
                self._global.set(pair.key.text, Missing.UNSET, instruction.index)

    def _stage(self, number: int, start: Instruction, instructions: tuple[Instruction, ...]) -> None:
        word = start.words[0] if start.words else None
        base = None if word is None else self._known(self._expanded(word, self._global.get, start))
        parent = None if base is None else self._by_name.get(base.text.lower())
        named = start.words[2] if len(start.words) == _FROM_WITH_NAME and start.words[1].text.lower() == "as" else None
        name = named.text.lower() if named is not None else None
        label = name or str(number)
        scratch = base is not None and base.text == "scratch"
        image = None
        if word is not None and parent is None and not scratch:
            image = self._from_image(start, word, base, label)
        self._stages.append(Stage(number, name, named, start, instructions, base, parent, image))
        self._edges.append(set() if parent is None else {parent})
        inherited = None if parent is None else self._scopes[parent]
        fallback = Missing.ABSENT if scratch else Missing.UNKNOWN if inherited is None else inherited.fallback
        scope = Variables(inherited, fallback)
        self._scopes.append(scope)
        for instruction in instructions:
            self._declare(scope, instruction)
        if name is not None:
            self._by_name[name] = number

    def _from_image(self, start: Instruction, word: Traced, base: Traced | None, label: str) -> ImageUse:
        flag = start.flag("platform")
        platform = None
        if flag is not None and flag.value is not None:
            known = self._known(self._expanded(flag.value, self._global.get, start))
            platform = None if known is None else known.text
        use = ImageUse(ImageKind.FROM, word, base, _reference(base), label, platform)
        self._images.append(use)
        if (
            use.reference is None
            and base is not None
            and "$" not in word.text
            and len(start.words) in (1, _FROM_WITH_NAME)
        ):
            shown = base.text[:80]
            message = f"`{shown}` is no image reference; names are lower case, a tag follows `:`, a digest `@`."
            self.problems.append(Problem(use.span, message))
        return use

    def _declare(self, scope: Variables, instruction: Instruction) -> None:
        """Set what ARG and ENV set, and check the substitutions of the instructions that expand."""
        if instruction.name == "ARG":
            for pair in instruction.pairs:
                self._argument(scope, instruction, pair.key.text, pair.value)
        elif instruction.name in {"ENV", "LABEL"}:
            values = [
                (self._text(instruction, pair.key), self._value(instruction, pair.value))
                for pair in instruction.pairs
                if pair.value is not None
            ]
            for key, value in values if instruction.name == "ENV" else ():
                if key is not None:
                    scope.set(key, value, instruction.index)
        elif instruction.name in _EXPANDED_WORDS:
            for word in instruction.words:
                self._value(instruction, word)
            for flag in instruction.flags:
                if flag.value is not None and flag.name in _EXPANDED_FLAGS:
                    self._value(instruction, flag.value)

    def _argument(self, scope: Variables, instruction: Instruction, name: str, default: Traced | None) -> None:
        if default is not None:
            value = self._expanded(default, scope.get, instruction)
            # The builder's own value of a platform argument wins over the default.
            scope.set(name, Missing.UNKNOWN if name in PLATFORM_ARGUMENTS else value, instruction.index)
            return
        inherited = self._global.get(name)
        if inherited is not Missing.ABSENT:
            scope.set(name, inherited, instruction.index)
        elif isinstance(scope.get(name), Missing):
            scope.set(name, Missing.UNSET, instruction.index)

    def _text(self, instruction: Instruction, word: Traced) -> str | None:
        value = self._value(instruction, word)
        return value.text if isinstance(value, Traced) else None

    def _value(self, instruction: Instruction, text: Traced, *, report: bool = True) -> Value:
        """Expand a text where an instruction stands."""
        if instruction.stage < 0 or instruction.name == "FROM":
            scope, index = self._global, None
        else:
            scope, index = self._scopes[instruction.stage], instruction.index
        return self._expanded(text, lambda name: scope.get(name, index), instruction if report else None)

    def _expanded(self, text: Traced, lookup: Lookup, instruction: Instruction | None) -> Value:
        try:
            return expand(text, escape=self._escape, lookup=lookup)
        except UnknownValue:
            return Missing.UNKNOWN
        except TooLong:
            message = (
                f"The value grows past {MAX_EXPANSION} characters when its variables are expanded; it is not followed."
            )
            self._tell(instruction, text, message)
        except SubstitutionError as error:
            self._tell(instruction, text.slice(error.start, len(text)), f"BuildKit refuses this substitution: {error}.")
        return Missing.UNKNOWN

    def _tell(self, instruction: Instruction | None, text: Traced, message: str) -> None:
        """Report a problem once for each instruction."""
        if instruction is None or instruction.index in self._told:
            return
        self._told.add(instruction.index)
        self.problems.append(Problem(text.span or instruction.span, message))

    def _known(self, value: Value) -> Traced | None:
        return value if isinstance(value, Traced) else None

    def _uses(self, stage: Stage, instruction: Instruction) -> None:
        """Find the images and stages that an instruction takes files from."""
        triggered = instruction.name == "ONBUILD" and instruction.trigger is not None
        acting = instruction.trigger if triggered and instruction.trigger is not None else instruction
        for kind, word in _sources(acting):
            if not triggered:
                other = self._other_stage(kind, word.text)
                if other is not None:
                    self._edge(stage, other, word, instruction)
                    continue
                if kind is ImageKind.COPY_FROM and word.text.isdecimal():
                    message = f"There is no stage {word.text[:20]} to copy from."
                    self.problems.append(Problem(word.span or instruction.span, message))
                    continue
            elif word.text.isdecimal():
                continue
            if word.text.lower() != "scratch" and word.text:
                self._images.append(_use(kind, word, stage, triggered=triggered))

    def _other_stage(self, kind: ImageKind, name: str) -> int | None:
        found = self._by_name.get(name.lower())
        if found is not None or kind is not ImageKind.COPY_FROM or not name.isdecimal() or len(name) > len("999999"):
            return found
        return int(name) if int(name) < len(self._stages) else None

    def _edge(self, stage: Stage, other: int, word: Traced, instruction: Instruction) -> None:
        if other >= stage.index:
            which = "its own stage" if other == stage.index else "a stage that is defined later"
            message = f"`{word.text[:80]}` is {which}; files can only be taken from an earlier one."
            self.problems.append(Problem(word.span or instruction.span, message))
            return
        self._edges[stage.index].add(other)


def _use(kind: ImageKind, word: Traced, stage: Stage, *, triggered: bool) -> ImageUse:
    if triggered:
        kind = ImageKind.ONBUILD_COPY_FROM if kind is ImageKind.COPY_FROM else ImageKind.ONBUILD_MOUNT_FROM
    traced = None if "$" in word.text else word
    return ImageUse(kind, word, traced, _reference(traced), stage.label)


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
