"""Comments that say that a finding is known: ours, hadolint's, BuildKit's and tally's.

    # dockwright ignore=runs-as-root,DL3007 the base drops privileges itself
    # dockwright stage ignore=floating-tag only built locally
    # dockwright file ignore=floating-tag

What a comment covers, by the line on which a finding begins:

- Above an instruction: the whole instruction. Comments and blank lines between are fine, and comments may be stacked.
- Between the lines of an instruction, or in the script of a `RUN <<EOF`: the next line that has text and is no comment.
- `stage`: the stage whose FROM follows; anywhere else the stage that it stands in.
- `file` (or `global`, hadolint's word): the file, from anywhere in it.

ShellCheck's `# shellcheck disable=SC2086` counts too; a here-document's are left to ShellCheck, which reads them.
hadolint's `# hadolint ignore=DL3007`, `stage ignore=` and `global ignore=` mean the same, and so do tally's, whose
names begin with whose they are (`# tally ignore=hadolint/DL3007;reason=...`). BuildKit's `# check=skip=A,B`
covers the file as a directive, else the instruction below; `skip=all` means the rules that BuildKit has too. A reason
may follow, after a blank, with `-` or `#` or without. Dockerfiles have no comments at the end of a line.

In workflows, Compose and bake files our own comments cover the line at whose end they stand, or, on a line of their
own, the next line that has text; those with `file` cover the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile import parse
from dockwright.finding import Applicability, Fix, Problem
from dockwright.rule_names import did_you_mean
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.finding import Finding
    from dockwright.rule_names import RuleNames
    from dockwright.source import Source

# `*+` and `++` never give back: a line may be 65,535 blanks long.
_NAME = r"\w(?:[\w./:-]*\w)?"
# Text, not compiled patterns: a file without comments needs none of them.
_PRAGMA = (
    r"(?is)#\s*+(?:(?P<tool>dockwright|hadolint|tally)(?:\s*+:)?\s++(?:(?P<scope>stage|file|global)\s++)?ignore|"
    r"(?P<shellcheck>shellcheck)\s++disable)\s*+[=:]\s*+"
    rf"(?P<names>{_NAME}(?:\s*+,\s*+{_NAME})*)?(?P<reason>.*)"
)
_CHECK = r"(?i)#\s*+check\s*+=\s*+(?P<options>\S++)"
_SKIP = r"(?:^|;)skip=(?P<names>[^;\s]*+)"
_LINE_COMMENT = r"(?im)(?:^|(?<=[ \t]))#[ \t]*dockwright[ \t:][^\n]*"
_LINE_BASED = (".yml", ".yaml", ".hcl", ".json", ".json5", ".toml", ".txt", ".lock", ".sh", "ignore", "Makefile")
_DIRECTIVE = r"#\s*+\w++\s*+="

DOCKWRIGHT = "dockwright"
BUILDKIT = "buildkit"
TALLY = "tally"
_EVERY = "all"


class Suppression(Struct, frozen=True):
    """A comment that ignores rules.

    Attributes:
        span: the comment.
        tool: whose it is: `dockwright`, `hadolint`, `shellcheck`, `buildkit` or `tally`.
        names: the rules as they are named.
        reason: why, as the author says; may be empty.
        lines: the numbers of the lines that it covers.
        instruction: what it covers, if that is one instruction or a line of it.
        script: whether it stands in a here-document, whose text is the user's and not a Dockerfile's.
    """

    span: Span
    tool: str
    names: tuple[Span, ...]
    reason: str
    lines: range
    instruction: Span | None = None
    script: bool = False

    def rules(self, name: Span, known: RuleNames) -> tuple[str, ...]:
        """Return the ids of the rules that one of its names means."""
        if self.tool == BUILDKIT and name.text == _EVERY:
            return known.of_tool(BUILDKIT)
        return known.resolve(self._written(name))

    def keys(self, name: Span, known: RuleNames) -> tuple[str, ...]:
        """Return what one of its names stands for: the id of a rule, or aliases (see `RuleNames.keys`)."""
        if self.tool == BUILDKIT and name.text == _EVERY:
            return known.aliases_of_tool(BUILDKIT)
        return known.keys(self._written(name))

    def _written(self, name: Span) -> str:
        """Return a name as we write it: tally has `hadolint/DL3007` for `hadolint:DL3007`."""
        return name.text.replace("/", ":", 1) if self.tool == TALLY else name.text


def suppressions(dockerfile: Dockerfile) -> tuple[Suppression, ...]:
    """Return the ignore comments of a file, in order."""
    text = dockerfile.source.text.lower()
    if "gnore" not in text and "check" not in text:  # without the `i`, of which Unicode has others that patterns take
        return ()
    found = list(_directives(dockerfile))
    starts = [instruction.span.start for instruction in dockerfile.body]
    for comment in dockerfile.comments:
        pragma = _read(comment.span)
        if pragma is not None:
            after = bisect_right(starts, comment.span.start)
            found.append(_place(pragma, dockerfile, after, inside=comment.inside))
    for instruction in dockerfile.instructions("RUN", triggers=True):
        found += _in_script(instruction)
    return tuple(sorted(found, key=lambda each: each.span.start))


def comments_of(source: Source) -> tuple[Suppression, ...]:
    """Return the ignore comments of a file of any kind."""
    if source.path.endswith(_LINE_BASED):
        return tuple(_in_lines(source))
    return suppressions(parse(source)) if "#" in source.text else ()


def _in_lines(source: Source) -> Iterator[Suppression]:
    """Yield our own comments of a file in which `#` begins a comment."""
    for match in re.finditer(_LINE_COMMENT, source.text):
        pragma = _read(source.span(*match.span()))
        if pragma is None or pragma.scope == "stage":
            continue
        last = len(source.line_starts)
        line = pragma.span.first.line
        alone = not source.line(line)[: pragma.span.first.column - 1].strip()
        if pragma.scope:
            lines = range(1, last + 1)
        else:
            lines = _next_line(pragma.span, last) if alone else range(line, line + 1)
        yield Suppression(pragma.span, pragma.tool, pragma.names, pragma.reason, lines)


class _Pragma(Struct, frozen=True):
    span: Span
    tool: str
    scope: str
    names: tuple[Span, ...]
    reason: str


def _read(span: Span) -> _Pragma | None:
    """Read a comment; None if it ignores nothing."""
    match = re.match(_PRAGMA, span.text)
    if match is not None:
        scope = (match["scope"] or "").lower()
        names = _names(span, match.start("names"), match.end("names")) if match["names"] else ()
        tool = (match["tool"] or match["shellcheck"]).lower()
        reason = match["reason"].strip(" \t\r-#:;,")
        return _Pragma(span, tool, scope, names, reason.removeprefix("reason=") if tool == TALLY else reason)
    match = re.match(_CHECK, span.text)
    skip = re.search(_SKIP, match["options"]) if match is not None else None
    if match is None or skip is None:
        return None
    start = match.start("options")
    return _Pragma(span, BUILDKIT, "", _names(span, start + skip.start("names"), start + skip.end("names")), "")


def _names(span: Span, start: int, end: int) -> tuple[Span, ...]:
    here = span.start
    return tuple(
        Span(span.source, here + word.start(), here + word.end())
        for word in re.compile(_NAME).finditer(span.text, start, end)
    )


def _directives(dockerfile: Dockerfile) -> Iterator[Suppression]:
    for directive in dockerfile.directives:
        pragma = _read(directive.span) if directive.name == "check" else None
        if pragma is not None:
            yield Suppression(pragma.span, pragma.tool, pragma.names, "", _whole(dockerfile))


def _whole(dockerfile: Dockerfile) -> range:
    return range(1, len(dockerfile.source.line_starts) + 1)


def _place(pragma: _Pragma, dockerfile: Dockerfile, after: int, *, inside: bool) -> Suppression:
    """Find what a comment covers; `after` is the index of the first instruction that begins below it."""
    covered: Instruction | None = None
    if pragma.scope in {"file", "global"}:
        lines = _whole(dockerfile)
    elif pragma.scope == "stage":
        lines = _stage(dockerfile, after)
    elif inside and after:
        covered = dockerfile.body[after - 1]
        lines = _next_line(pragma.span, covered.end_line)
    elif after < len(dockerfile.body):
        covered = dockerfile.body[after]
        lines = covered.span.lines
    else:
        lines = range(0)
    return Suppression(
        pragma.span, pragma.tool, pragma.names, pragma.reason, lines, None if covered is None else covered.span
    )


def _stage(dockerfile: Dockerfile, after: int) -> range:
    """Return the lines of the stage whose FROM is instruction `after`, or of the one around it."""
    below = dockerfile.body[after] if after < len(dockerfile.body) else dockerfile.body[-1] if dockerfile.body else None
    if below is None or not dockerfile.stages:
        return range(0)
    index = max(below.stage, 0)
    starts = [stage.start.line for stage in dockerfile.stages]
    end = starts[index + 1] if index + 1 < len(starts) else len(dockerfile.source.line_starts) + 1
    return range(starts[index], end)


def _next_line(span: Span, last: int) -> range:
    for number in range(span.first.line + 1, last + 1):
        text = span.source.line(number).lstrip()
        if text and not text.startswith("#"):
            return range(number, number + 1)
    return range(0)


def _in_script(instruction: Instruction) -> Iterator[Suppression]:
    """Yield the comments in a here-document that is itself the script of a RUN."""
    if len(instruction.heredocs) != 1 or "ignore" not in instruction.heredocs[0].body.text:
        return
    heredoc = instruction.heredocs[0]
    if instruction.arguments.text.strip() != heredoc.word.text:
        return
    source, offset = heredoc.body.source, heredoc.body.start
    for line in heredoc.body.text.split("\n"):
        start = offset + len(line) - len(line.lstrip())
        pragma = _read(Span(source, start, offset + len(line))) if line.lstrip().startswith("#") else None
        if pragma is not None and not pragma.scope:
            lines = _next_line(pragma.span, heredoc.body.last.line)
            span = instruction.span
            yield Suppression(pragma.span, pragma.tool, pragma.names, pragma.reason, lines, span, script=True)
        offset += len(line) + 1


def suppress(
    findings: Iterable[Finding], comments: Iterable[Suppression], known: RuleNames
) -> tuple[tuple[Finding, ...], frozenset[Span]]:
    """Return the findings that no comment covers, and the names in comments that took one away."""
    by_rule: dict[str, list[tuple[Suppression, Span]]] = {}
    for comment in comments:
        for name in comment.names:
            for key in comment.keys(name, known):
                by_rule.setdefault(key, []).append((comment, name))
    kept: list[Finding] = []
    used: set[Span] = set()
    for finding in findings:
        names = [name for comment, name in _about(finding, by_rule) if _covers(comment, finding)]
        used.update(names)
        if not names:
            kept.append(finding)
    return tuple(kept), frozenset(used)


def _about(
    finding: Finding, by_rule: Mapping[str, list[tuple[Suppression, Span]]]
) -> Iterator[tuple[Suppression, Span]]:
    """Yield the comments that name a finding's rule, one of its aliases, or, of `shellcheck:SC2086`, the engine."""
    engine, colon, _ = finding.rule.partition(":")
    for key in (finding.rule, *finding.aliases):
        yield from by_rule.get(key, ())
    if colon:
        yield from by_rule.get(engine, ())


def _covers(comment: Suppression, finding: Finding) -> bool:
    return finding.span.source is comment.span.source and finding.span.first.line in comment.lines


def unknown(comments: Iterable[Suppression], known: RuleNames) -> Iterator[Problem]:
    """Yield what our own comments name and no rule is called; others' comments may name others' rules."""
    for comment in comments:
        if comment.tool != DOCKWRIGHT:
            continue
        if not comment.names:
            yield Problem(comment.span, "This comment names no rule, so it ignores nothing. Write one after `ignore=`.")
        for name in comment.names:
            if not known.resolve(name.text):
                meant = known.closest(name.text)
                fix = Fix(f"Write `{meant}`", (Edit(name, meant),), Applicability.SAFE) if meant else None
                message = f"No rule is called `{name.text}`, so nothing is ignored by it{did_you_mean(meant) or '.'}"
                yield Problem(name, message, fix)


def unused(
    comments: Iterable[Suppression], used: frozenset[Span], known: RuleNames, *, judged: AbstractSet[str]
) -> Iterator[Problem]:
    """Yield what our own comments ignore in vain; `judged` are the rules whose silence means something.

    One comment is one problem. A rule that is off, or that broke, is not judged, nor are the rules of these comments.
    """
    for comment in comments:
        idle = tuple(
            name
            for name in comment.names
            if name not in used and (ids := comment.rules(name, known)) and judged >= set(ids)
        )
        if comment.tool == DOCKWRIGHT and idle and not comment.script:
            place = comment.span if len(idle) == len(comment.names) else idle[0]
            causes = () if comment.instruction is None else (comment.instruction,)
            yield Problem(place, _in_vain(idle), _removal(comment, idle), causes)


def _in_vain(idle: tuple[Span, ...]) -> str:
    names = ", ".join(f"`{name.text}`" for name in idle)
    verb = "finds" if len(idle) == 1 else "find"
    return f"{names} {verb} nothing here, so this comment would only hide what is written later. Remove it."


def _removal(comment: Suppression, idle: tuple[Span, ...]) -> Fix | None:
    """Remove names, or the comment's line; not above the first line that could become a parser directive by it."""
    span = comment.span
    source = span.source
    left = [name.text for name in comment.names if name not in idle]
    if left:
        names = Span(source, comment.names[0].start, comment.names[-1].end)
        return Fix("Remove what is not needed", (Edit(names, ",".join(left)),), Applicability.SAFE)
    if _before_directive(span):
        return None
    start = source.line_starts[span.first.line - 1]
    end = source.text.find("\n", span.start) + 1
    return Fix("Remove the comment", (Edit(Span(source, start, end or len(source.text)), ""),), Applicability.SAFE)


def _before_directive(span: Span) -> bool:
    """Tell whether the next line would be read as a directive if the comment's line did not end their block."""
    line = span.first.line
    above = all(span.source.line(number).lstrip().startswith("#") for number in range(1, line))
    below = span.source.line(line + 1) if line < len(span.source.line_starts) else ""
    return above and re.match(_DIRECTIVE, below.lstrip()) is not None
