"""What the body of a proposal's pull request says.

All that comes from files, registries and configuration is made harmless here; evidence comes as Markdown that is.
GitHub takes 65,536 characters: evidence gives way first, then the descriptions of single updates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from dockwright.bump import UpdateType
from dockwright.escape import markdown, markdown_block, markdown_code, markdown_message, well_formed
from dockwright.github.proposals.title import bare, security_of, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.bump import Plan, Skipped, Update
    from dockwright.image import ImageUse, Reference

LONGEST = 65_536 - 4_000
"""Characters of a body; the rest is for the marker."""

_FILE = ".github/dockwright.yml"
_MOST_ROWS = 100
_FEW_PLACES, _MOST_PLACES = 5, 200
_MOST_PLATFORMS = 12
_MOST_LEFT_ALONE = 50
_MOST_IMAGES = 20
_LONGEST_TEXT = 2_000  # characters of a sentence or a path
_SHORT_DIGEST = len("sha256:") + 12


class Setting(Struct, frozen=True):
    """Where a body stands.

    Attributes:
        page: the repository's page.
        base: the branch that the pull request goes to.
        commit: the commit that was read.
        skipped: what is left alone.
        evidence: what is known of an update besides, as Markdown.
        left_out: the workflow files that this token may not change.
    """

    page: str
    base: str
    commit: str
    skipped: tuple[Skipped, ...] = ()
    evidence: Mapping[Update, str] = {}
    left_out: tuple[str, ...] = ()


def body_of(plan: Plan, setting: Setting) -> str:
    """Return the body of a pull request, without its marker."""
    first = [" ".join(filter(None, [_intro(plan), _security(plan)])), *_table(plan.updates), *_warnings(setting)]
    last = [_left_alone(plan, setting), _advice(plan, setting), _footer(setting)]
    room = LONGEST - sum(len(block) + 2 for block in [*first, *last]) - 200
    described = [_described(update, setting, alone=len(plan.updates) == 1) for update in plan.updates]
    told = [(index, "told", text) for index, text in enumerate(described)]
    shown = [
        (index, "shown", text) for index, each in enumerate(plan.updates) if (text := setting.evidence.get(each, ""))
    ]
    kept: dict[tuple[int, str], str] = {}
    for index, kind, text in [*told, *shown]:
        if len(text) + 2 <= room:
            kept[index, kind] = text
            room -= len(text) + 2
    middle = [kept[key, kind] for key in range(len(described)) for kind in ("told", "shown") if (key, kind) in kept]
    dropped = len(told) + len(shown) - len(kept)
    missing = [f"{_counted(dropped, 'more section')} did not fit in here."] if dropped else []
    return well_formed("\n\n".join(filter(None, [*first, *middle, *missing, *last])))


def _intro(plan: Plan) -> str:
    if len(plan.updates) > 1:
        places = {(use.span.source.path, use.span.start) for each in plan.updates for use in each.uses}
        return f"This moves {_counted(len(plan.updates), 'image')} in {_counted(len(places), 'place')}."
    update = plan.updates[0]
    match update.type:
        case UpdateType.REFRESH:
            return f"{_code(tagged(update.current))} has been rebuilt, so its digest moves."
        case UpdateType.PIN:
            return f"{_code(tagged(update.current))} gets its digest, so that each build has the same image."
        case UpdateType.PATCH | UpdateType.MINOR | UpdateType.MAJOR | UpdateType.REPLACEMENT:
            kind = update.type.value
            return f"Moves {_code(tagged(update.current))} to {_code(tagged(update.new))} ({kind})."


def _security(plan: Plan) -> str:
    said = security_of(plan)
    return f"It brings {said} that the image's distribution has published." if said else ""


def _table(updates: Sequence[Update]) -> list[str]:
    """Return the table of a group."""
    if len(updates) == 1:
        return []
    rows = [
        f"| {_html_code(bare(each.current))} | {_cell(each.current)} | {_moved(each)}{_cell(each.new)} |"
        f" {each.type.value} |"
        for each in updates[:_MOST_ROWS]
    ]
    more = len(updates) - _MOST_ROWS
    return ["\n".join(["| image | from | to | type |", "|---|---|---|---|", *rows]), *([f"{more} more."] * (more > 0))]


def _moved(update: Update) -> str:
    """Name the new image where it is another one."""
    return "" if update.current.name == update.new.name else f"{_html_code(bare(update.new))} "


def _cell(reference: Reference) -> str:
    digest = f" <sub>{markdown(reference.digest[:_SHORT_DIGEST])}</sub>" if reference.digest else ""
    return _html_code(reference.tag or "latest") + digest


def _warnings(setting: Setting) -> list[str]:
    """Say what the commit lacks."""
    if not setting.left_out:
        return []
    files = ", ".join(_code(path) for path in setting.left_out[:_MOST_IMAGES])
    why = "The token that made this may not change workflows, so these stay as they are."
    what = "Change them by hand, or run Dockwright with the token of an app that has `workflows: write`."
    return [f"> Not in here: {files}. {why} {what}"]


def _described(update: Update, setting: Setting, *, alone: bool) -> str:
    """Say all about one update."""
    heading = [] if alone else [f"### {_heading(update)}", ""]
    items = [f"Where: {_places(update.uses, setting)}", *_facts(update)]
    items += [_sentence(note) for note in update.notes]
    return "\n".join([*heading, _sentence(update.reason), "", *(f"- {item}" for item in items)])


def _heading(update: Update) -> str:
    old, new = _code(tagged(update.current)), _code(tagged(update.new))
    return f"{old} to {new}" if old != new else f"{old} (digest)"


def _facts(update: Update) -> list[str]:
    facts = []
    if _digest(update, 1):
        old = f"{_code(_digest(update, 0))} to " if _digest(update, 0) else ""
        facts.append(f"Digest: {old}{_code(_digest(update, 1))}")
    if update.platforms:
        names = [_code(str(platform)) for platform in update.platforms[:_MOST_PLATFORMS]]
        more = len(update.platforms) - len(names)
        facts.append(f"Runs on: {', '.join(names)}{f' and {more} more' if more else ''}")
    return facts


def _digest(update: Update, which: int) -> str:
    """Return the digest of the current image (0) or of the new one (1), as the files or else the registry have it."""
    reference = (update.current, update.new)[which]
    return reference.digest or update.digests[which] or ""


def _places(uses: Sequence[ImageUse], setting: Setting) -> str:
    """Link places; where they are many, folded."""
    links = list(dict.fromkeys(_place(use, setting) for use in uses))
    if len(links) <= _FEW_PLACES:
        return ", ".join(links)
    more = len(links) - _MOST_PLACES
    shown = ", ".join(links[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")
    return f"<details><summary>{len(links)} places</summary>\n\n  {shown}\n\n  </details>"


def _place(use: ImageUse, setting: Setting) -> str:
    path, line = well_formed(use.span.source.path), use.span.first.line
    stage = f" (stage {_code(use.stage)})" if use.stage and not use.stage.isdecimal() else ""
    return f"[{_code(f'{path}:{line}')}]({setting.page}/blob/{setting.commit}/{quote(path)}#L{line}){stage}"


def _left_alone(plan: Plan, setting: Setting) -> str:
    """Say what was not proposed of these images, or in these files.

    Not that a registry failed: tomorrow it will not, and a body is not written anew for that.
    """
    names = {update.current.name for update in plan.updates}
    paths = {use.span.source.path for update in plan.updates for use in update.uses}
    about = [
        each
        for each in setting.skipped
        if not each.failed
        and (
            (each.current is not None and each.current.name in names)
            or any(use.span.source.path in paths for use in each.uses)
        )
    ]
    if not about:
        return ""
    items = [_skipped(each, setting) for each in about[:_MOST_LEFT_ALONE]]
    more = len(about) - _MOST_LEFT_ALONE
    rest = [f"- {more} more"] if more > 0 else []
    return _fold(f"Left alone ({len(about)})", [*items, *rest])


def _skipped(skipped: Skipped, setting: Setting) -> str:
    name = "An image" if skipped.current is None else _code(skipped.current.familiar)
    where = f" in {', '.join(_place(use, setting) for use in skipped.uses[:_FEW_PLACES])}" if skipped.uses else ""
    reason = " ".join([_ended(skipped.reason), *map(_sentence, skipped.notes)])
    return f"- {name}{where}: {reason}"


def _advice(plan: Plan, setting: Setting) -> str:
    """Say how to hold an update, or to be spared it."""
    paste = f"- To hold or stop it for good, paste what you need of this into `{_FILE}` on {_code(setting.base)}:"
    lines = [
        "- Close this pull request to decline it: the same is not proposed again, something newer is.",
        "- Push to its branch to change it: Dockwright leaves alone what others have pushed to.",
        paste,
        "",
        *(f"  {line}".rstrip() for line in markdown_block(_rule(plan), "yaml")),
    ]
    return _fold("Hold or ignore this", lines)


def _rule(plan: Plan) -> list[str]:
    """Return what to paste into the configuration; names and tags hold nothing that YAML would take otherwise."""
    names = list(dict.fromkeys(bare(update.current) for update in plan.updates))[:_MOST_IMAGES]
    same = {UpdateType.REFRESH, UpdateType.PIN}
    tags = sorted({each.new.tag for each in plan.updates if each.new.tag and each.type not in same})
    lines = ["updates:", "  images:", f"    - match: [{', '.join(map(_quoted, names))}]"]
    if tags:
        lines.append(f"      ignored: [{', '.join(map(_quoted, tags[:_MOST_IMAGES]))}]  # never to these tags")
    if any(each.type is UpdateType.PIN for each in plan.updates):
        lines.append("      pin: false")
    return [
        *lines,
        f"      {'# ' if tags else ''}types: []  # no updates at all",
        "      # cooldown: 14  # only what is two weeks old",
    ]


def _quoted(text: str) -> str:
    return f'"{text}"'


def _footer(setting: Setting) -> str:
    made = f"Made by Dockwright of {_html_code(setting.base)} at {setting.commit[:12]}."
    return f"<sub>{made} It keeps this up to date until it is merged or closed.</sub>"


# --- pieces ---------------------------------------------------------------------------------------------------------


def _fold(summary: str, lines: Iterable[str]) -> str:
    """Return a fold: HTML up to the blank line, and Markdown after it."""
    return "\n".join([f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"])


def _sentence(text: str) -> str:
    """Return a message as a sentence."""
    return _ended(text[:1].upper() + text[1:])


def _ended(text: str) -> str:
    """Return a message, perhaps of several sentences, with its full stop."""
    shown = " ".join(text.split())
    shown = shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}..."
    return markdown_message(shown if shown.endswith((".", "!", "?")) else f"{shown}.")


def _code(text: str) -> str:
    return markdown_code(text[:_LONGEST_TEXT])


def _html_code(text: str) -> str:
    """Return code as HTML, which may stand in a table."""
    return f"<code>{markdown(text[:_LONGEST_TEXT])}</code>"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
