"""What a Dockerfile says, with the exact place of everything.

The words are those of BuildKit's Dockerfile reference. Texts are `Traced`: joined where the file continues a line,
and each knows the range that it is written in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.finding import Problem
    from dockwright.image import ImageUse
    from dockwright.source import Source, Span


class Comment(Struct, frozen=True, gc=False):
    """A comment line, from `#` to the end of its line; `inside` if it stands within a continued instruction."""

    span: Span
    inside: bool = False

    @property
    def text(self) -> str:
        """What follows the `#`, without surrounding blanks."""
        return self.span.text[1:].strip()


class Directive(Struct, frozen=True, gc=False):
    """A parser directive: `# syntax=`, `# escape=` or `# check=`; `name` in lower case, `span` from the `#`."""

    name: str
    value: Traced
    span: Span


class Flag(Struct, frozen=True, gc=False):
    """A flag before an instruction's arguments: `--name` or `--name=value`.

    `word` is the flag as written; `value` is what stands after `=`, None without one; quotes and escapes are gone
    from `value.text` as BuildKit drops them.
    """

    name: str
    word: Traced
    value: Traced | None


class Heredoc(Struct, frozen=True, gc=False):
    """A here-document of RUN, COPY or ADD.

    Attributes:
        name: the delimiter, without quotes.
        word: the word that opens it, as written (`<<EOF`, `3<<-"END"`).
        body: its lines with their line ends, as written.
        terminator: the line that ends it, without its line end.
        expands: whether variables in it are expanded (the delimiter is unquoted).
        strips_tabs: `<<-`: leading tabs of each line are dropped.
    """

    name: str
    word: Traced
    body: Span
    terminator: Span
    expands: bool
    strips_tabs: bool


class Pair(Struct, frozen=True, gc=False):
    """A `key=value` of ENV, LABEL or ARG, as written, quotes included; `value` is None for a bare `ARG name`.

    `legacy` marks `ENV key value` and `LABEL key value` (a space instead of `=`).
    """

    key: Traced
    value: Traced | None
    word: Traced
    legacy: bool = False


class Mount(Struct, frozen=True, gc=False):
    """A `RUN --mount=`: `type` is `bind` unless given; options have lower-case keys in their long form.

    Long forms: `source` (for src), `target` (for dst, destination). A bare key has the value None.
    """

    type: str
    options: Mapping[str, Traced | None]
    flag: Flag


class Instruction(Struct, frozen=True):
    """One instruction.

    Attributes:
        name: the keyword in upper case.
        keyword: where the keyword is written.
        span: from the keyword to the end of the last line, here-documents included, without the last line end.
        rest: everything after the keyword, continuations joined, comments inside left out.
        flags: the flags, in order.
        arguments: the rest after the flags.
        words: the arguments as BuildKit splits them: at blanks (FROM, EXPOSE, ADD, COPY, VOLUME), whole (USER, WORKDIR,
            STOPSIGNAL, MAINTAINER, CMD in shell form, ...), or the strings of a JSON array. Raw: quotes and variables
            as written (JSON strings are unescaped).
        exec_form: the arguments are a JSON array of strings.
        pairs: of ENV, LABEL and ARG.
        mounts: of RUN.
        heredocs: in order of their words.
        trigger: the instruction inside ONBUILD, or the CMD inside HEALTHCHECK.
        stage: index of the stage that it belongs to; -1 before the first FROM.
        index: its number in the file.
        line: the number of its first line.
        end_line: the number of the last line that BuildKit counts to it; a continuation may end in blank lines.
    """

    name: str
    keyword: Span
    span: Span
    rest: Traced
    flags: tuple[Flag, ...] = ()
    arguments: Traced = field(default_factory=lambda: Traced("", (), ()))
    words: tuple[Traced, ...] = ()
    exec_form: bool = False
    pairs: tuple[Pair, ...] = ()
    mounts: tuple[Mount, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    trigger: Instruction | None = None
    stage: int = -1
    index: int = 0
    line: int = 0
    end_line: int = 0

    def flag(self, name: str) -> Flag | None:
        """Return the last flag of that name (without `--`)."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


class Stage(Struct, frozen=True):
    """A build stage: a FROM and what follows it.

    Attributes:
        index: its number, from 0.
        name: its name in lower case; None without `AS`.
        name_word: where the name is written.
        start: its FROM.
        instructions: what follows the FROM.
        base: what is built upon, variables expanded; None if that can't be known.
        parent: the index of the earlier stage that it builds upon; None for an image or `scratch`.
        image: the image that it builds upon; None for a stage or `scratch`.
    """

    index: int
    name: str | None
    name_word: Traced | None
    start: Instruction
    instructions: tuple[Instruction, ...]
    base: Traced | None
    parent: int | None
    image: ImageUse | None

    @property
    def label(self) -> str:
        """How people refer to it: its name, or else its number."""
        return self.name or str(self.index)

    @property
    def scratch(self) -> bool:
        """Whether it starts from nothing."""
        return self.parent is None and self.base is not None and self.base.text == "scratch"


class Dockerfile:
    """A parsed Dockerfile. It is always there: what BuildKit would refuse is told in `errors`.

    Attributes:
        source: the file.
        directives: the parser directives at its top.
        escape: the escape character.
        comments: all comments, also those inside instructions, in order; directives are not among them.
        body: all instructions in order.
        stages: in order.
        images: every place that names an image, in order of the file.
        errors: what BuildKit would refuse, with its place.
        keywords: the names of all instructions, also of those inside ONBUILD and HEALTHCHECK.
        cache: what other modules derive from it and keep, each under a type of its own (`dockerfile.script`).
    """

    __slots__ = (
        "_scopes",
        "body",
        "cache",
        "comments",
        "directives",
        "errors",
        "escape",
        "images",
        "keywords",
        "source",
        "stages",
    )

    def __init__(  # noqa: PLR0913 - one for each attribute
        self,
        source: Source,
        *,
        directives: tuple[Directive, ...],
        escape: str,
        comments: tuple[Comment, ...],
        body: tuple[Instruction, ...],
        stages: tuple[Stage, ...],
        images: tuple[ImageUse, ...],
        errors: tuple[Problem, ...],
        scopes: Scopes,
    ) -> None:
        """Hold the parts; `dockwright.dockerfile.parse` makes them."""
        self.source = source
        self.directives = directives
        self.escape = escape
        self.comments = comments
        self.body = body
        self.stages = stages
        self.images = images
        self.errors = errors
        inner = {each.trigger.name for each in body if each.trigger is not None}
        self.keywords = frozenset({each.name for each in body} | inner)
        self.cache: dict[type, object] = {}
        self._scopes = scopes

    def instructions(self, *names: str, stage: Stage | None = None, triggers: bool = False) -> Iterator[Instruction]:
        """Yield the instructions of these keywords (all without one), of one stage or of the file.

        With `triggers`, the instruction inside an ONBUILD is yielded too (in place of its ONBUILD).
        """
        for instruction in self.body if stage is None else stage.instructions:
            found = instruction
            if triggers and instruction.name == "ONBUILD" and instruction.trigger is not None:
                found = instruction.trigger
            if not names or found.name in names:
                yield found

    def lineage(self, stage: Stage) -> tuple[Stage, ...]:
        """Return the stage and the stages that it builds upon, nearest first."""
        found = [stage]
        while (parent := found[-1].parent) is not None:
            found.append(self.stages[parent])
        return tuple(found)

    def target(self, name: str | None = None) -> Stage | None:
        """Return the stage that `--target name` builds (any case, or a number); the last without a name."""
        if name is None:
            return self.stages[-1] if self.stages else None
        for stage in reversed(self.stages):
            if stage.name == name.lower():
                return stage
        return self.stages[int(name)] if name.isdecimal() and int(name) < len(self.stages) else None

    def needed(self, stage: Stage) -> frozenset[int]:
        """Return the indexes of every stage that building this one builds, itself among them."""
        return self._scopes.needed(stage)

    def expand(self, instruction: Instruction, text: Traced) -> Traced | None:
        """Expand variables, quotes and escapes in a text of an instruction, as BuildKit would there.

        Returns None when a variable's value can't be known from the file (the base image's environment, an ARG
        without default, a platform argument).
        """
        return self._scopes.expand(instruction, text)


class Scopes:
    """What `Dockerfile.expand` and `Dockerfile.needed` ask; `dockwright.dockerfile.resolve` implements it."""

    def expand(self, instruction: Instruction, text: Traced) -> Traced | None:
        """See `Dockerfile.expand`."""
        raise NotImplementedError

    def needed(self, stage: Stage) -> frozenset[int]:
        """See `Dockerfile.needed`."""
        raise NotImplementedError
