"""What is wanted of GitHub for a plan: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.bump import UpdateType
from dockwright.errors import EditConflict
from dockwright.github.proposals.body import body_of
from dockwright.github.proposals.marker import branch_of, content_of, covers, work_of
from dockwright.github.proposals.model import Rewritten, Wanted
from dockwright.github.proposals.outcome import WORKFLOW_ADVICE, State
from dockwright.github.proposals.title import message_of, title_of
from dockwright.github.tree import blob_name
from dockwright.source import apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockwright.bump import Plan
    from dockwright.github.proposals.answers import Entry
    from dockwright.github.proposals.body import Setting
    from dockwright.source import Edit, Source

_PLAIN = frozenset({"100644", "100755"})
_WORKFLOWS = ".github/workflows/"
_URGENCY = (
    UpdateType.REFRESH,
    UpdateType.PATCH,
    UpdateType.REPLACEMENT,
    UpdateType.PIN,
    UpdateType.MINOR,
    UpdateType.MAJOR,
)


class Unfit(Struct, frozen=True):
    """A plan that cannot be proposed now, and why."""

    branch: str
    title: str
    state: State
    reason: str
    advice: str = ""


def paths_of(plan: Plan) -> frozenset[str]:
    """Return the files that a plan changes."""
    return frozenset(edit.span.source.path for update in plan.updates for edit in update.edits)


def is_workflow(path: str) -> bool:
    """Tell whether GitHub takes a file for a workflow, which needs a permission of its own."""
    return path.startswith(_WORKFLOWS)


def want(plan: Plan, entries: Mapping[str, Entry], setting: Setting, *, workflows: bool) -> Wanted | Unfit:
    """Return the pull request that a plan makes, or why it makes none.

    Args:
        plan: what is to be updated.
        entries: the files at the tip of the base branch.
        setting: where the body stands.
        workflows: whether the token may change workflows, as far as is known.
    """
    branch, title = branch_of(plan.key), title_of(plan)
    try:
        files = tuple(_rewritten(edits, entries) for _, edits in sorted(_by_path(plan).items()))
    except EditConflict:
        return Unfit(branch, title, State.FAILED, "Two of its edits overlap; this is a bug in Dockwright")
    except _Moved as moved:
        reason = f"`{moved}` on `{setting.base}` is not the file that was read"
        return Unfit(
            branch, title, State.MOVED, reason, "The next run reads it anew; has something else been checked out?"
        )
    whole = Wanted(
        plan=plan,
        branch=branch,
        content=content_of(plan),
        work=work_of(files),
        covers=frozenset().union(*map(covers, plan.updates)),
        files=files,
        title=title,
        message=message_of(plan, title),
        body=body_of(plan, setting),
        rank=-1 if plan.urgent else min(_URGENCY.index(update.type) for update in plan.updates),
    )
    reduced = _reduced(plan, whole, setting)
    if reduced is None or workflows:
        return replace(whole, reduced=reduced if reduced and reduced.files else None)
    if not reduced.files:
        return Unfit(branch, title, State.WITHHELD, _only_workflows(reduced.left_out), WORKFLOW_ADVICE)
    return reduced


def _only_workflows(paths: Iterable[str]) -> str:
    files = ", ".join(f"`{path}`" for path in paths)
    return f"It only changes {files}, and the token of a workflow may not change workflows"


def _reduced(plan: Plan, whole: Wanted, setting: Setting) -> Wanted | None:
    """Return the same without workflow files; None if it has none."""
    files = tuple(file for file in whole.files if not is_workflow(file.path))
    if len(files) == len(whole.files):
        return None
    left_out = tuple(file.path for file in whole.files if is_workflow(file.path))
    body = body_of(plan, replace(setting, left_out=left_out))
    return replace(whole, files=files, work=work_of(files), body=body, left_out=left_out)


class _Moved(Exception):
    """A file is not what was read."""


def _by_path(plan: Plan) -> dict[str, list[Edit]]:
    """Return the edits of each file; the same edit may belong to several updates (an `ARG` of two images)."""
    found: dict[str, dict[tuple[int, int, str], Edit]] = {}
    for update in plan.updates:
        for edit in update.edits:
            found.setdefault(edit.span.source.path, {})[edit.span.start, edit.span.end, edit.text] = edit
    return {path: list(edits.values()) for path, edits in found.items()}


def _rewritten(edits: list[Edit], entries: Mapping[str, Entry]) -> Rewritten:
    source = edits[0].span.source
    entry = entries.get(source.path)
    if entry is None or entry.mode not in _PLAIN or entry.sha != blob_name(source) or not _agree(edits, source):
        raise _Moved(source.path)
    return Rewritten(source.path, entry.sha, apply(source.text, edits), entry.mode)


def _agree(edits: Iterable[Edit], source: Source) -> bool:
    """Tell whether all edits are of the same text."""
    return all(edit.span.source is source or edit.span.source.text == source.text for edit in edits)
