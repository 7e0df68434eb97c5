"""The words of a decision: why a tag is proposed, and what else its reader should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.bump import UpdateType
from dockwright.lifecycle import State, assess
from dockwright.versions.policy import VariantMoves
from dockwright.versions.series import Series, Verdict, cycle_of, has_ended, is_long_term
from dockwright.versions.words import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.lifecycle import Support
    from dockwright.versions.case import Case
    from dockwright.versions.tag import Tag

_PASSED_OVER = {
    Verdict.ENDED: "gets no security updates any more",
    Verdict.UNRELEASED: "is not released yet",
    Verdict.SHORT_TERM: "is not known to be supported for long, as the present one is",
    Verdict.OTHER_BRANCH: "is of another branch of development",
}


# wiki.postgresql.org/wiki/Locale_data_changes
_REINDEX = "; another system may sort text otherwise, so rebuild its indexes then (`REINDEX`)"


def patch(case: Case, tag: Tag) -> str:
    """Say why a tag of the same series is proposed."""
    if tag.release == case.current.release and tag.stage == case.current.stage:
        said = f"`{tag.text}` is a newer build of {series_name(case, case.series, tag)}"
    elif case.current.is_prerelease and not tag.is_prerelease:
        said = f"`{tag.text}` is the release that `{case.current.text}` was a candidate for"
    else:
        said = f"`{tag.text}` is a newer release of {series_name(case, case.series, tag)}"
    return said + _moves(case, tag, case.series)


def moved(case: Case, tag: Tag, type_: UpdateType) -> str:
    """Say why the same tag on another system is proposed."""
    if type_ is UpdateType.REPLACEMENT:
        return f"`{tag.text}` is the same release on `{tag.system_text}`" + _because(case, case.series)
    old, new = case.alive(case.series).newest[case.current.system], case.alive(case.series).newest[tag.system]
    return (
        f"`{tag.text}` is at {_dotted(new)} now, and `{case.current.text}` has stopped at {_dotted(old)}"
        f"{_because(case, case.series)}"
    )


def newer(case: Case, tag: Tag, series: Series) -> str:
    """Say why a tag of a newer series is proposed."""
    name = series_name(case, series, tag)
    supported = " with long-term support" if is_long_term(case.product, series, case.today) else ""
    kind = "a newer series" if series[:1] == case.series[:1] else "a newer major version"
    said = f"{name} is {kind}{supported}" if name[0] != "`" else f"`{tag.text}` is of {kind}{supported}"
    return said + _moves(case, tag, series)


def series_name(case: Case, series: Series, tag: Tag) -> str:
    """Name a series: by its title if it is known, else as its tags write it."""
    cycle = cycle_of(case.product, series)
    if cycle is not None:
        return cycle.title
    written = NUMBER.search(tag.text)
    if not series or written is None:
        return "the same kind"
    return f"`{'.'.join(written[0].split('.')[: len(series)])}`"


def of_floating(case: Case, floating: bool) -> Iterator[str]:  # noqa: FBT001 - one of two kinds of sentence
    """Yield what there is to say about a tag that has no version, or whose repository's tags are not known."""
    if not case.catalog:
        yield "The repository's tags are not known, so nothing newer can be told."
    elif floating:
        yield f"`{case.current.text}` has no version, so there is no newer tag to tell: only its digest gets old."
    elif case.current.is_hash:
        yield f"`{case.current.text}` names a commit, so there is no newer tag to tell."
    yield from _support(case)


def of_decision(case: Case, *, floating: bool, stays: bool, left: list[tuple[Series, Verdict]]) -> Iterator[str]:
    """Yield what there is to say beside the proposals."""
    current = case.current
    if current.text not in case.catalog:
        yield f"The repository does not list the tag `{current.text}`."
    if floating:
        yield f"`{current.text}` follows its series by itself: there is no newer tag to move to, only a newer digest."
    yield from _support(case)
    if stays:
        yield from _stuck(case)
    if left:
        series, verdict = left[0]
        name = series_name(case, series, case.family.lines(current.precision)[series][-1])
        yield f"{name} exists, but {_PASSED_OVER[verdict]}, so it is not proposed."


def _support(case: Case) -> Iterator[str]:
    current = case.current
    named = assess(case.catalog.name, current.text, today=case.today)
    for support in named:
        if (sentence := _support_sentence(support)) is not None:
            yield sentence
    cycle = cycle_of(current.distribution, current.system)
    if cycle is None or any(support.component == cycle for support in named):
        return
    if has_ended(current.distribution, current.system, case.today):
        yield f"{cycle.title} has had no free security updates since {cycle.security_end}."


def _support_sentence(support: Support) -> str | None:
    title, ends = support.component.title, support.ends
    match support.state:
        case State.ENDED:
            return f"{title} has had no free security updates since {ends}."
        case State.LTS_ONLY:
            return f"{title} is maintained by the long-term support team alone, until {ends}."
        case State.ENDING:
            return f"Support of {title} ends on {ends}."
        case State.SUPPORTED:
            return None if ends is None else f"{title} is supported until {ends}."
        case State.UNKNOWN:
            return None


def _stuck(case: Case) -> Iterator[str]:
    """Say that a dead variant has no living sibling to move to, or may not."""
    current = case.current
    if not current.system or current.system not in case.alive(case.series).newest:
        yield from _left_behind(case)
        return
    if current.system in case.living(case.series):
        return
    what = f"`{current.system_text}` is dead{_because(case, case.series)}"
    if case.policy.move_variants is VariantMoves.NEVER:
        yield f"{what}; the policy does not let it move."
    else:
        yield f"{what}, and no living sibling of the same kind is known."


def _left_behind(case: Case) -> Iterator[str]:
    """Say that the releases of the series go on without this kind of tag (`-onbuild`, `-32bit`)."""
    if (found := case.left_behind(case.series)) is not None:
        ours, theirs = found
        yield f"Tags of this kind have stopped at {_dotted(ours)}; plainer ones are at {_dotted(theirs)}."


def _moves(case: Case, tag: Tag, series: Series) -> str:
    if tag.system == case.current.system:
        return ""
    moved = f"; `{case.current.system_text}` moves to `{tag.system_text}`{_because(case, series)}"
    return moved + _REINDEX if case.product == "postgresql" else moved


def _because(case: Case, series: Series) -> str:
    """Say why a system is left."""
    current = case.current
    cycle = cycle_of(current.distribution, current.system)
    if cycle is not None and has_ended(current.distribution, current.system, case.today):
        return f", because {cycle.title} has had no free security updates since {cycle.security_end}"
    newest = case.alive(series).newest
    if current.system not in newest:
        return f", because `{current.system_text}` is not built for it"
    if current.system in case.living(series):
        return ", as the policy asks"
    if newest[current.system] == max(newest.values()):
        return f", because `{current.system_text}` is no longer rebuilt"
    return f", because newer releases are not built on `{current.system_text}` any more"


def _dotted(release: tuple[int, ...]) -> str:
    return "`" + ".".join(map(str, release)) + "`"
