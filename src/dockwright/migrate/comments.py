"""hadolint's comments in Dockerfiles to ours: only the words change that have to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.migrate.model import Note, Translated
from dockwright.source import Edit, Source, Span, apply
from dockwright.suppress import suppressions

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile
    from dockwright.rule_names import RuleNames
    from dockwright.suppress import Suppression

_HADOLINT = "hadolint"
_GLOBAL = re.compile(r"\bglobal(?=\s+ignore)", re.IGNORECASE)
_SHELL = re.compile(r"#\s*+hadolint\s++shell\s*+=\s*+\S", re.IGNORECASE)


def translate_comments(source: Source, names: RuleNames) -> Translated:
    """Return the edits of a Dockerfile's comments; one that names what no rule is called stays as it is."""
    dockerfile = parse(source)
    edits: list[Edit] = []
    notes: list[Note] = []
    for comment in suppressions(dockerfile):
        if comment.tool != _HADOLINT:
            continue
        unknown = [name.text for name in comment.names if not names.resolve(name.text)]
        if unknown:
            shown = ", ".join(f"`{name}`" for name in unknown)
            notes.append(_note(comment.span, f"No rule here is called {shown}, so this comment stays as it is."))
        elif comment.names:
            edits += _edits(comment)
    edits += [_renamed(comment.span) for comment in dockerfile.comments if _SHELL.match(comment.span.text)]
    if not _same(dockerfile, edits):
        return Translated((), (*notes, Note(source.path, 1, "Its comments would be read otherwise, so they stay.")))
    return Translated(tuple(edits), tuple(notes))


def _note(span: Span, text: str) -> Note:
    return Note(span.source.path, span.first.line, text)


def _edits(comment: Suppression) -> list[Edit]:
    """Return the edits of one comment: whose it is, and hadolint's word for the file."""
    span = comment.span
    edits = [_renamed(span)]
    word = _GLOBAL.search(span.text, 0, comment.names[0].start - span.start)
    if word is not None:
        edits.append(Edit(Span(span.source, span.start + word.start(), span.start + word.end()), "file"))
    return edits


def _renamed(span: Span) -> Edit:
    """Return the edit that makes a comment ours."""
    start = span.start + span.text.lower().index(_HADOLINT)
    return Edit(Span(span.source, start, start + len(_HADOLINT)), "dockwright")


def _same(dockerfile: Dockerfile, edits: list[Edit]) -> bool:
    """Tell whether the file reads as before, its comments included."""
    edited = parse(Source(dockerfile.source.path, apply(dockerfile.source.text, edits)))
    before, after = suppressions(dockerfile), suppressions(edited)
    return (
        len(edited.errors) == len(dockerfile.errors)
        and [(each.name, each.arguments.text) for each in edited.body]
        == [(each.name, each.arguments.text) for each in dockerfile.body]
        and [(each.lines, [name.text for name in each.names]) for each in before]
        == [(each.lines, [name.text for name in each.names]) for each in after]
    )
