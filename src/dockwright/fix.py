"""Applying fixes: in rounds, until nothing is left that can be applied.

A fix goes in whole or not at all. Where two meet in the text, the one further up goes first, and the other has its turn
in the next round, when its rule has looked at the new text. A fix after which a file has more errors than before is
left out and told: it is a bug in its rule.
"""

from __future__ import annotations

from bisect import bisect, insort
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dockwright.diff import EVERY_LINE, Lines
from dockwright.dockerfile import parse
from dockwright.errors import EditConflict
from dockwright.finding import Applicability
from dockwright.review import review
from dockwright.source import Source, apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.config import Config
    from dockwright.finding import Finding, Result
    from dockwright.project import Origin, Project, Tree
    from dockwright.review import AskOnline, ChangedLines, Within
    from dockwright.rules import Rule
    from dockwright.shellcheck import ShellCheck
    from dockwright.source import Edit

    Edits = Mapping[str, Sequence[Edit]]

MOST_ROUNDS = 10


class Fixed(Struct, frozen=True):
    """What fixes did.

    Attributes:
        before: the files that changed, as they were, by path.
        after: the same files as they are now.
        result: what a review says of the files now.
        count: how many fixes went in.
        broken: fixes that would have broken a file, in words: bugs of ours.
        created: the paths of the files that were not there before.
    """

    before: Mapping[str, Source]
    after: Mapping[str, Source]
    result: Result
    count: int
    broken: tuple[str, ...]
    created: frozenset[str] = frozenset()


def fix(  # noqa: PLR0913 - what `review` takes
    sources: Iterable[Source],
    *,
    unsafe: bool,
    project: Project,
    config: Config,
    changed_lines: ChangedLines | None = None,
    rules: Iterable[Rule] | None = None,
    within: Within | None = None,
    shellcheck: ShellCheck | None = None,
    online: AskOnline | None = None,
) -> Fixed:
    """Return the files with the fixes of their findings; nothing is written.

    Args:
        sources: the files under review.
        unsafe: whether unsafe fixes count too.
        project: see `review`.
        config: see `review`.
        changed_lines: see `review`; only findings that it would report are fixed.
        rules: see `review`.
        within: see `review`.
        shellcheck: see `review`.
        online: see `review`.
    """
    run = _Run({source.path: source for source in sources}, project)
    chosen_rules = None if rules is None else tuple(rules)

    def again(changed: ChangedLines | None) -> Result:
        return review(
            run.under_review(),
            project=run.project(),
            config=config,
            changed_lines=changed,
            rules=chosen_rules,
            within=within,
            shellcheck=shellcheck,
            online=online,
        )

    result = again(changed_lines)
    for _ in range(MOST_ROUNDS):
        edits = run.apply(result.findings, unsafe=unsafe)
        if not edits:
            break
        if changed_lines is not None:
            changed_lines = {path: moved(lines, edits.get(path, ())) for path, lines in changed_lines.items()}
            changed_lines |= dict.fromkeys(run.created & edits.keys(), EVERY_LINE)
        result = again(changed_lines)
    after = {path: run.files[path] for path in run.before}
    return Fixed(run.before, after, result, run.count, tuple(run.broken), frozenset(run.created))


class _Run:
    """The files as they are after the rounds so far."""

    def __init__(self, files: Mapping[str, Source], project: Project) -> None:
        self.files = dict(files)
        self.before: dict[str, Source] = {}
        self.created: set[str] = set()
        self.count = 0
        self._project = project
        self.broken: list[str] = []
        self._dockerfiles = tuple(files)
        self._barred: set[tuple[str, str]] = set()

    def project(self) -> Project:
        """Return the surroundings as they are now: a new tree, as facts are remembered by tree."""
        return structs.replace(self._project, tree=_Patched(self._project.tree, dict(self.files), self.created))

    def under_review(self) -> list[Source]:
        """Return the Dockerfiles as they are now."""
        return [self.files[path] for path in self._dockerfiles]

    def apply(self, findings: Iterable[Finding], *, unsafe: bool) -> dict[str, list[Edit]]:
        """Do one round: return the edits that were made, none if there is nothing to do."""
        wanted = [finding for finding in findings if _wanted(finding, unsafe=unsafe)]
        chosen = self._chosen(wanted)
        while chosen and self._breaks(_edits(chosen)):
            chosen = self._unbroken(chosen) or self._chosen(wanted)
        edits = _edits(chosen)
        for path, some in edits.items():
            old = some[0].span.source
            if path not in self.files and not old.text and self._project.tree.read(path) is None:
                self.created.add(path)
            self.before.setdefault(path, old)
            self.files[path] = Source(path, apply(old.text, some))
        self.count += len(chosen)
        return edits

    def _chosen(self, wanted: list[Finding]) -> list[Finding]:
        """Take each fix that meets none of those taken before it."""
        taken: dict[str, list[tuple[int, int]]] = {}
        chosen: list[Finding] = []
        for finding in wanted:
            places = [(edit.span.source.path, (edit.span.start, edit.span.end)) for edit in _of(finding)]
            if _key(finding) in self._barred or any(_meets(place, taken.get(path, [])) for path, place in places):
                continue
            chosen.append(finding)
            for path, place in places:
                insort(taken.setdefault(path, []), place)
        return chosen

    def _unbroken(self, chosen: list[Finding]) -> list[Finding]:
        """Bar the rules whose fixes break a file; if they only do so together, take one, and the next round goes on."""
        good: list[Finding] = []
        for finding in chosen:
            if not self._breaks(_edits([finding])):
                good.append(finding)
            elif _key(finding) not in self._barred:
                self._barred.add(_key(finding))
                self.broken.append(f"The fix of `{finding.rule}` would break `{finding.span.source.path}`")
        return good[:1] if len(good) == len(chosen) else good

    def _breaks(self, edits: Edits) -> bool:
        """Tell whether a Dockerfile has more errors after some edits."""
        for path in edits.keys() & set(self._dockerfiles):
            old = self.files[path]
            try:
                new = Source(path, apply(old.text, edits[path]))
            except EditConflict:
                return True
            if len(parse(new).errors) > len(parse(old).errors):
                return True
        return False


class _Patched:
    """A tree in which some files are already changed."""

    def __init__(self, tree: Tree, files: Mapping[str, Source], created: Iterable[str]) -> None:
        self._tree = tree
        self._files = files
        self._created = frozenset(created)

    @property
    def origin(self) -> Origin:
        """What the tree says."""
        return self._tree.origin

    def paths(self) -> Sequence[str]:
        """Return the tree's paths, and those of files that fixes have made."""
        known = self._tree.paths()
        return sorted({*known, *self._created}) if self._created else known

    def read(self, path: str) -> Source | None:
        """Return a file as it is now."""
        return self._files.get(path) or self._tree.read(path)


def _wanted(finding: Finding, *, unsafe: bool) -> bool:
    fix = finding.fix
    return fix is not None and bool(fix.edits) and (unsafe or fix.applicability is Applicability.SAFE)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.span.source.path


def _of(finding: Finding) -> tuple[Edit, ...]:
    return () if finding.fix is None else finding.fix.edits


def _edits(findings: Iterable[Finding]) -> dict[str, list[Edit]]:
    """Return the edits of all fixes, by path."""
    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        for edit in _of(finding):
            edits.setdefault(edit.span.source.path, []).append(edit)
    return edits


def _meets(place: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    """Tell whether a range overlaps or touches one of some sorted ones that do neither with each other."""
    after = bisect(taken, place)
    return (after > 0 and taken[after - 1][1] >= place[0]) or (after < len(taken) and taken[after][0] <= place[1])


def moved(lines: Lines, edits: Iterable[Edit]) -> Lines:
    """Return where changed lines are after edits of their file; the lines that the edits wrote are changed too."""
    heights: list[tuple[int, int, int]] = []  # the first line of each edit, the line after it, its new height
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        first, end = edit.span.first, edit.span.source.position(edit.span.end)
        if first.column == end.column == 1 and (not edit.text or edit.text.endswith("\n")):
            heights.append((first.line, end.line, edit.text.count("\n")))
        else:
            heights.append((first.line, end.line + 1, edit.text.count("\n") + 1))
    shifts = [0, *accumulate(height - (after - first) for first, after, height in heights)]
    firsts = [first for first, _, _ in heights]

    def there(line: int) -> int:
        count = bisect(firsts, line)
        if count and line < heights[count - 1][1]:
            return heights[count - 1][0] + shifts[count - 1]
        return line + shifts[count]

    kept = [range(there(each.start), there(each.stop)) for each in lines.ranges]
    made = [
        range(first + shift, first + shift + height)
        for (first, _, height), shift in zip(heights, shifts[:-1], strict=True)
    ]
    return Lines(tuple(sorted((*kept, *made), key=lambda each: (each.start, each.stop))))


def unified_diff(fixed: Fixed) -> str:
    """Return what fixes changed as a patch that `git apply` takes; `source.encode` makes its exact bytes."""
    return "".join(
        file_diff(fixed.before[path], fixed.after[path], new=path in fixed.created) for path in sorted(fixed.before)
    )


def file_diff(before: Source, after: Source, *, new: bool = False, gone: bool = False) -> str:
    """Return what became of one file as such a patch; `new`: it was not there before; `gone`: it is not any more."""
    from difflib import unified_diff as lines_of

    old = "/dev/null" if new else _quoted(f"a/{before.path}")
    names = old, "/dev/null" if gone else _quoted(f"b/{after.path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines_of(_lines(before.text), _lines(after.text), *names)
    )


def _lines(text: str) -> list[str]:
    """Split at newlines only, and keep them."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])


def _quoted(path: str) -> str:
    """Write a path as git does: in quotes with octal escapes if it has control characters, quotes or backslashes."""
    if all(char >= " " and char not in '"\\\x7f' for char in path):
        return f"{path}\t" if " " in path else path
    special = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return (
        '"'
        + "".join(special.get(char) or (char if " " <= char != "\x7f" else f"\\{ord(char):03o}") for char in path)
        + '"'
    )
