"""The events that start a workflow, told apart as far as its expressions can.

After "Events that trigger workflows" (docs.github.com). A push to `main`, to another branch and of a tag are separate
events; branches and tags that the workflow's expressions compare with get an event of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.event import Event
from dockwright.files.workflow.filters import SPECIAL, common_beginning, lets_through, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.workflow.model import Text, Trigger, Workflow
    from dockwright.source import Source

HEADS = "refs/heads/"
TAGS = "refs/tags/"
MOST = 40
"""Events of a workflow."""

_MOST_REFS = 6
_COMPARED = re.compile(
    r"\bgithub\.ref(_name)?[ \t]{0,9}[!=]=[ \t]{0,9}'([^'\n]{1,100})'"
    r"|'([^'\n]{1,100})'[ \t]{0,9}[!=]=[ \t]{0,9}github\.ref(_name)?\b"
)
_WITHOUT_REF = ""
_ON_DEFAULT_BRANCH = frozenset(
    "schedule repository_dispatch workflow_run issues issue_comment discussion discussion_comment fork gollum label "
    "milestone page_build project public registry_package status watch check_run check_suite branch_protection_rule "
    "delete member deployment_status".split()
)


def events_of(workflow: Workflow, *, default_branch: str | None = None) -> tuple[Event, ...]:
    """Return the events that start a workflow, in the order of its triggers."""
    compared = _compared_refs(workflow.source, default_branch)
    found: list[Event] = []
    for trigger in workflow.triggers:
        found += _events(trigger, compared, default_branch)
    return tuple(found[:MOST])


def _compared_refs(source: Source, default_branch: str | None) -> Sequence[str]:
    """Return the refs that expressions compare with, whole; names of unknown kind count as branches."""
    refs: dict[str, None] = {HEADS + default_branch: None} if default_branch else {}
    for match in _COMPARED.finditer(source.text):
        text = match[2] or match[3]
        named = match[1] or match[4]
        if named:
            text = HEADS + text
        if text.startswith((HEADS, TAGS)) and "${{" not in text:
            refs[text] = None
    return list(refs)[:_MOST_REFS]


def _events(trigger: Trigger, compared: Sequence[str], default_branch: str | None) -> Iterator[Event]:
    match trigger.name:
        case "push":
            yield from _pushes(trigger, compared)
        case "schedule":
            ref = HEADS + default_branch if default_branch else None
            for cron in trigger.crons:
                yield Event("schedule", cron.span, ref, HEADS, cron=cron.text)
        case "pull_request":
            yield Event(
                trigger.name, trigger.span, None, "refs/pull/", base=_only_branch(trigger), filtered=_by_path(trigger)
            )
        case "pull_request_target":
            base = _only_branch(trigger)
            ref = HEADS + base if base else None
            yield Event(trigger.name, trigger.span, ref, HEADS, base=base, filtered=_by_path(trigger))
        case "workflow_dispatch":
            yield from _anywhere(trigger, compared)
        case "release":
            yield Event(trigger.name, trigger.span, None, TAGS)
        case "merge_group":
            yield Event(trigger.name, trigger.span, None, HEADS + "gh-readonly-queue/")
        case name if name in _ON_DEFAULT_BRANCH:
            yield Event(name, trigger.span, HEADS + default_branch if default_branch else None, HEADS)
        case name:
            yield Event(name, trigger.span)


def _by_path(trigger: Trigger) -> bool:
    return trigger.paths is not None or trigger.paths_ignore is not None


def _only_branch(trigger: Trigger) -> str | None:
    branches = trigger.branches or ()
    return branches[0].text if len(branches) == 1 and not SPECIAL.search(branches[0].text) else None


def _anywhere(trigger: Trigger, compared: Sequence[str]) -> Iterator[Event]:
    """Yield one start by hand for each branch that matters, and one elsewhere."""
    refs = [ref for ref in compared if ref.startswith(HEADS)]
    for ref in refs:
        yield Event(trigger.name, trigger.span, ref, HEADS)
    yield Event(trigger.name, trigger.span, None, _WITHOUT_REF, frozenset(refs))


def _pushes(trigger: Trigger, compared: Sequence[str]) -> Iterator[Event]:
    branches = trigger.branches is not None or trigger.branches_ignore is not None
    tags = trigger.tags is not None or trigger.tags_ignore is not None
    if branches or not tags:
        yield from _pushes_of(trigger, HEADS, trigger.branches, trigger.branches_ignore, compared)
    if tags or not branches:
        yield from _pushes_of(trigger, TAGS, trigger.tags, trigger.tags_ignore, compared)


def _pushes_of(
    trigger: Trigger,
    kind: str,
    allowed: tuple[Text, ...] | None,
    ignored: tuple[Text, ...] | None,
    compared: Sequence[str],
) -> Iterator[Event]:
    """Yield the pushes of branches or of tags: those with a known name, then any other that the filter lets through."""
    filtered = _by_path(trigger)
    named: dict[str, None] = {}
    patterns: list[str] = []
    for pattern in allowed or ():
        if SPECIAL.search(pattern.text):
            patterns.append(pattern.text)
        else:
            named[kind + pattern.text] = None
    for ref in compared:
        if ref.startswith(kind) and _passes(ref[len(kind) :], allowed, ignored):
            named[ref] = None
    refs = list(named)[:_MOST_REFS]
    for ref in refs:
        yield Event("push", trigger.span, ref, kind, filtered=filtered)
    positive = [pattern for pattern in patterns if not pattern.startswith("!")]
    if allowed is None or positive or len(named) > len(refs):
        prefix = kind + common_beginning(positive if allowed is not None and len(named) == len(refs) else [])
        yield Event("push", trigger.span, None, prefix, frozenset(refs), filtered=filtered)


def _passes(name: str, allowed: tuple[Text, ...] | None, ignored: tuple[Text, ...] | None) -> bool:
    if ignored is not None:
        return not any(matches(pattern.text, name) for pattern in ignored)
    return allowed is None or lets_through(name, [pattern.text for pattern in allowed])
