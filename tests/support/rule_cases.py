"""Golden cases of rules: how to write `tests/rules/<id>.md`, and how it is read, run and rewritten.

A file is Markdown that explains the rule case by case, from the plain to the special. Prose and headings are free; the
fenced blocks are what is tested. A case begins with a `dockerfile` block, or any other with the word `case`, and ends
before the next one; a further Dockerfile of the same case has the word `also`:

    ## A registry's port is no tag

    Prose that says what is shown and why.

    ```dockerfile
    FROM localhost:5000/base
    ```

    ```text file=requirements.txt
    numpy==2.1
    ```

    ```findings
    1:6-1:25 warning `localhost:5000/base` has no tag ...
    ```

    ```fixed
    FROM localhost:5000/base:1
    ```

dockerfile    the file under review. Words after it: `file=docker/Dockerfile` (its path; `Dockerfile` without it),
              `today=2027-01-31` (2026-11-23 without it), `target=build` (the published stage), `crlf` (its line ends).
any word with `file=PATH`
              a further file of the project: ```text file=requirements.txt, ```yaml file=compose.yaml. It belongs to the
              block above it that begins the case.
findings      what the rule says, a line each: `line:column-line:column severity message`, from 1, the end exclusive; a
              finding in another file has `PATH:` in front. An empty block says that there are none.
fixed         the file after all safe fixes, only if they change it (`file=PATH` for another file).
fixed-unsafe  the file after all fixes, only if that differs from `fixed`.

any word with `online`
              what registries say of the case's base images, by their names (`facts.online.Base`).
Other blocks (```console, ...) and blocks before the first `dockerfile` block are prose. Fences may be longer than three
backticks. Only the rule that gives the file its name runs, enabled and with its default severity; suppressions work.
A rule of whole repositories speaks about all files of the case; the first is the one whose name is left out.

Write the `dockerfile` blocks and the prose, run `pytest tests/test_rules.py -k <id> --accept` to write `findings`,
`fixed` and `fixed-unsafe`, and read what it wrote: nobody else checks that it is right.

The page of a rule (its module's docstring) has the same blocks under `## Bad` and `## Good`: `dockerfile`, and further
files by `file=`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct, convert, structs

from dockwright.config import Config, Setting, load
from dockwright.facts.online import Base, Lacks, Online
from dockwright.fix import fix
from dockwright.image import Reference
from dockwright.project import MemoryTree, Project
from dockwright.review import review, rule_names
from dockwright.rules import all_rules
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dockwright.config.policy import Policy
    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Finding, Problem, Result
    from dockwright.image import ImageUse
    from dockwright.rules import Rule

FOLDER = Path(__file__).parent.parent / "rules"
TODAY = date(2026, 11, 23)
DOCKERFILE = "Dockerfile"

_FENCE = re.compile(r"(?P<fence>`{3,})(?P<info>[^`]*)")
_EXPECTED = ("findings", "fixed", "fixed-unsafe")


class Block(Struct, frozen=True):
    """A fenced block: its kind (the first word of the info string), the other words, and its lines' place and text."""

    kind: str
    options: Mapping[str, str]
    text: str
    first: int
    last: int

    @property
    def path(self) -> str:
        """The file that it is."""
        return self.options.get("file", DOCKERFILE)


class Case(Struct, frozen=True):
    """A `dockerfile` block and what belongs to it; `title` is the heading above it, `line` where the block stands."""

    rule: str
    title: str
    line: int
    dockerfile: Block
    others: tuple[Block, ...] = ()
    expected: tuple[Block, ...] = ()
    online: str = ""

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.rule}:{self.line} {self.title}"

    @property
    def source(self) -> Source:
        """The file under review."""
        text = self.dockerfile.text
        return Source(self.dockerfile.path, text.replace("\n", "\r\n") if "crlf" in self.dockerfile.options else text)

    def sources(self) -> tuple[Source, ...]:
        """Return the project's files, the one under review first."""
        return (self.source, *(Source(block.path, block.text) for block in self.others))

    def project(self, sources: Iterable[Source]) -> Project:
        """Return the surroundings."""
        today = self.dockerfile.options.get("today")
        return Project(
            tree=MemoryTree(tuple(sources)),
            today=date.fromisoformat(today) if today else TODAY,
            target=self.dockerfile.options.get("target"),
            policy=_policy(sources),
        )


def _policy(sources: Iterable[Source]) -> Policy:
    """Return what the case's own configuration asks of images."""
    found = {source.path: source for source in sources}
    return load(found.get, rule_names()).policy


def blocks(text: str) -> Iterator[tuple[str, Block]]:
    """Yield every fenced block with the heading above it."""
    lines = text.split("\n")
    title, number = "", 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("#"):
            title = line.lstrip("#").strip()
        opening = _FENCE.fullmatch(line)
        if opening is None:
            number += 1
            continue
        closing = _closing(lines, number, opening["fence"])
        kind, _, words = opening["info"].strip().partition(" ")
        options = dict(word.partition("=")[::2] for word in words.split())
        yield title, Block(kind, options, "".join(f"{each}\n" for each in lines[number + 1 : closing]), number, closing)
        number = closing + 1


def _closing(lines: list[str], opening: int, fence: str) -> int:
    for number in range(opening + 1, len(lines)):
        if lines[number].startswith(fence) and not lines[number].strip("`"):
            return number
    raise AssertionError(f"the block of line {opening + 1} has no end")


def cases(rule: str, text: str) -> list[Case]:
    """Return the cases of a file or of a part of a page."""
    found: list[Case] = []
    for title, block in blocks(text):
        if (block.kind == "dockerfile" and "also" not in block.options) or "case" in block.options:
            found.append(Case(rule, title, block.first + 1, block))
        elif found and block.kind in _EXPECTED:
            found[-1] = _with(found[-1], expected=block)
        elif found and "online" in block.options:
            found[-1] = structs.replace(found[-1], online=block.text)
        elif found and "file" in block.options:
            found[-1] = _with(found[-1], other=block)
    return found


def _with(case: Case, *, expected: Block | None = None, other: Block | None = None) -> Case:
    return Case(
        case.rule,
        case.title,
        case.line,
        case.dockerfile,
        (*case.others, other) if other else case.others,
        (*case.expected, expected) if expected else case.expected,
        case.online,
    )


def section(page: str, heading: str) -> str:
    """Return a part of a rule's page, without its heading; empty if there is none."""
    _, found, rest = page.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0] if found else ""


def rule_named(identifier: str) -> Rule:
    """Return a rule by its id."""
    return next(rule for rule in all_rules() if rule.id == identifier)


def rules_for(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules that must run for one to find something: itself, or all if the engine finds its problems."""
    if rule.check or rule.check_project or rule.check_online:
        return (rule,)
    return tuple(_without_fixes(each) for each in all_rules())


def _without_fixes(rule: Rule) -> Rule:
    check = rule.check

    def check_only(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
        for problem in check(dockerfile, project) if check else ():
            yield structs.replace(problem, fix=None)

    return structs.replace(rule, check=check_only) if check else rule


def finds_itself(rule: Rule) -> bool:
    """Tell whether a rule finds its problems itself."""
    return any((rule.check, rule.check_project, rule.check_online))


def _asked(case: Case) -> Callable[[Sequence[ImageUse]], Online]:
    """Return what answers as the case says that registries do."""
    table = convert(yaml.safe_load(case.online or "{}"), dict[str, dict[str, object]])
    known = {Reference.parse(name): _base(row) for name, row in table.items()}
    return lambda uses: Online({each.reference: known[each.reference] for each in uses if each.reference in known})


def _base(row: dict[str, object]) -> Base:
    images = {key: Reference.parse(str(row[key])) for key in ("refresh", "patch") if key in row}
    lacks = {key: convert(row[key], Lacks) for key in ("lacks", "better") if key in row}
    days = {key: convert(row[key], date) for key in ("made", "rebuilt") if key in row}
    return structs.replace(Base(has_packages=row.get("has-packages") is True), **images, **lacks, **days)


def _only(rule: Rule) -> Config:
    """Switch a rule on, and the others off whose problems the engine finds."""
    off = {each.id: Setting.OFF for each in all_rules() if not finds_itself(each)}
    return Config(rules=off | {rule.id: Setting.ON})


def run(case: Case) -> Result:
    """Review the case's file with its rule alone, enabled, with its default severity."""
    rule = rule_named(case.rule)
    project = case.project(case.sources())
    first = [case.source] if rule.check or not rule.check_project else []
    within = _everywhere if rule.check_project else None
    result = review(
        first, project=project, config=_only(rule), rules=rules_for(rule), within=within, online=_asked(case)
    )
    assert result.broken_rules == ()
    return structs.replace(result, findings=tuple(each for each in result.findings if each.rule == rule.id))


def fixed(case: Case, sources: Sequence[Source], *, unsafe: bool) -> tuple[Source, ...]:
    """Return the case's files after all its rule's fixes, in the order of `Case.sources`, which they are given in."""
    rule = rule_named(case.rule)
    project = case.project(sources)
    under_review = sources[:1] if rule.check or not rule.check_project else ()
    within = _everywhere if rule.check_project else None
    done = fix(
        under_review,
        unsafe=unsafe,
        project=project,
        config=_only(rule),
        rules=rules_for(rule),
        within=within,
        online=_asked(case),
    )
    assert done.broken == ()
    made = [done.after[path] for path in sorted(done.created)]
    return (*(done.after.get(source.path, source) for source in sources), *made)


def _everywhere(_path: str) -> bool:
    return True


def show(finding: Finding, dockerfile: str) -> str:
    """Write a finding as a line of a `findings` block."""
    first, last = finding.span.first, finding.span.last
    path = "" if finding.span.source.path == dockerfile else f"{finding.span.source.path}:"
    place = f"{path}{first.line}:{first.column}-{last.line}:{last.column}"
    message = finding.message.replace("\n", "\\n").encode("utf-8", "backslashreplace").decode()
    return f"{place} {finding.severity.label} {message}"


def actual(case: Case) -> dict[tuple[str, str], str]:
    """Return what the expected blocks should hold, by kind and path."""
    result = run(case)
    found = {("findings", DOCKERFILE): "".join(f"{show(each, case.source.path)}\n" for each in result.findings)}
    safe = fixed(case, case.sources(), unsafe=False)
    for kind, before, after in (
        ("fixed", case.sources(), safe),
        ("fixed-unsafe", safe, fixed(case, case.sources(), unsafe=True)),
    ):
        known = {source.path: source.text for source in before}
        for new in after:
            if known.get(new.path) != new.text:
                path = DOCKERFILE if new.path == case.source.path else new.path
                found[kind, path] = new.text.replace("\r\n", "\n")
    return found


def expected(case: Case) -> dict[tuple[str, str], str]:
    """Return what the expected blocks hold, by kind and path."""
    return {(block.kind, block.path): block.text for block in case.expected}


def accept(text: str, found: Iterable[tuple[Case, dict[tuple[str, str], str]]]) -> str:
    """Return the file's text with every case's expected blocks rewritten, where the first of them stood."""
    lines = text.split("\n")
    for case, blocks_of in reversed(list(found)):
        last = max(block.last for block in (case.dockerfile, *case.others))
        place = min((block.first for block in case.expected), default=last + 1)
        for block in reversed(case.expected):
            gap = block.first > 0 and not lines[block.first - 1] and block.first != place
            del lines[block.first - gap : block.last + 1]
        made = "\n\n".join(_render(kind, path, blocks_of[kind, path]) for kind, path in blocks_of).split("\n")
        lines[place:place] = made if case.expected else ["", *made]
    return "\n".join(lines)


def _render(kind: str, path: str, text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1 if longest >= len("```") else 3)
    info = kind if path == DOCKERFILE else f"{kind} file={path}"
    return f"{fence}{info}\n{text}{fence}"
