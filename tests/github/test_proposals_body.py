"""What proposals say: golden files (`pytest --accept` writes them), and that nothing from outside does any harm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from dockwright.bump import Plan, Skipped, Update, UpdateType
from dockwright.github.proposals.body import LONGEST, Setting, body_of
from dockwright.github.proposals.title import message_of, title_of
from dockwright.image import Platform, Reference
from tests.support.proposing import NEW, OLD, Move, plan_of, uses_in

if TYPE_CHECKING:
    from dockwright.image import ImageUse

GOLDEN = Path(__file__).parent / "golden"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SETTING = Setting("https://github.com/octo/app", "main", COMMIT)
PLATFORMS = (Platform("linux", "amd64"), Platform("linux", "arm64", "v8"))
FILES: dict[str, str | bytes] = {
    "Dockerfile": "FROM python:3.12.4-slim AS build\nRUN true\nFROM nginx:1.28\n",
    "a b/#1/Dockerfile": "ARG V=3.12.4\nFROM python:${V}-slim\nFROM python:3.11.2\n",
    "pinned/Dockerfile": f"FROM nginx:1.28@{OLD}\nFROM ghcr.io/acme/app:1.2.3\n",
}
PATCH = Move(
    "python:3.12.4-slim",
    "python:3.12.11-slim",
    reason="3.12.11 is the newest release of Python 3.12",
    notes=(
        "Python 3.12 gets security fixes until October 2028.",
        "Python 3.14 is there; `types: [minor]` proposes it.",
    ),
    platforms=PLATFORMS,
)
REFRESH = Move(f"nginx:1.28@{OLD}", f"nginx:1.28@{NEW}", UpdateType.REFRESH, "the publisher has rebuilt it")
PIN = Move("nginx:1.28", f"nginx:1.28@{NEW}", UpdateType.PIN, "a tag can be moved, a digest cannot")
REPLACED = Move("ghcr.io/acme/app:1.2.3", "ghcr.io/acme/next:2.0", UpdateType.REPLACEMENT, "it has moved there")


def made(*moves: Move, **options: object) -> Plan:
    plan = plan_of(FILES, "key", *moves, **options)
    assert plan is not None
    return plan


def skipped() -> tuple[Skipped, ...]:
    uses = uses_in(FILES)
    old = Reference.parse("python:3.11.2")
    elsewhere = uses_in({"z/Dockerfile": "FROM golang:1.22\nFROM $NOBODY\n"})
    return (
        Skipped(old, tuple(use for use in uses if use.reference == old), "`ignored` names 3.11.14", ("It ends soon",)),
        Skipped(elsewhere[0].reference, elsewhere, "it is somewhere else"),  # type: ignore[arg-type]
        Skipped(None, tuple(use for use in uses if use.span.source.path == "Dockerfile")[:1], "nobody knows its name"),
    )


CASES = {
    "patch": (made(PATCH), SETTING),
    "refresh": (made(REFRESH), SETTING),
    "pin": (made(PIN), SETTING),
    "group": (made(PATCH, REFRESH, REPLACED), replace(SETTING, skipped=skipped())),
    "evidence": (
        made(PATCH, REFRESH),
        replace(SETTING, evidence={made(PATCH).updates[0]: "#### Packages\n\n**12 packages change.**"}),
    ),
    "workflow": (made(PATCH), replace(SETTING, left_out=(".github/workflows/ci.yml",), skipped=skipped())),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, *, accepts: bool) -> None:
    plan, setting = CASES[name]
    title = title_of(plan)
    text = f"{title}\n\n{'-' * 40}\n\n{message_of(plan, title)}\n\n{'-' * 40}\n\n{body_of(plan, setting)}\n"
    path = GOLDEN / f"{name}.md"
    if accepts:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == CASES.keys()


# --- titles ---------------------------------------------------------------------------------------------------------


def update(old: str, new: str, kind: UpdateType = UpdateType.PATCH) -> Update:
    return Update(Reference.parse(old), Reference.parse(new), kind, (), (), "it is")


@pytest.mark.parametrize(
    ("updates", "title"),
    [
        ([update("python:3.12.4-slim", "python:3.12.11-slim")], "Update python 3.12.4-slim to 3.12.11-slim"),
        ([update("python:3.12.4", f"python:3.12.11@{NEW}")], "Update python 3.12.4 to 3.12.11"),
        ([update(f"python:3.12@{OLD}", f"python:3.12@{NEW}", UpdateType.REFRESH)], "Refresh python:3.12 (digest)"),
        ([update("python:3.12", f"python:3.12@{NEW}", UpdateType.PIN)], "Pin python:3.12 to its digest"),
        (
            [update("golang:1.22-alpine3.20", "golang:1.22-alpine3.22", UpdateType.REPLACEMENT)],
            "Update golang 1.22-alpine3.20 to 1.22-alpine3.22",
        ),
        (
            [update("openjdk:17", "eclipse-temurin:17", UpdateType.REPLACEMENT)],
            "Replace openjdk:17 with eclipse-temurin:17",
        ),
        ([update("quay.io/a/b:1", "quay.io/a/b:2", UpdateType.MAJOR)], "Update quay.io/a/b 1 to 2"),
        (
            [update("python:3.12.4", "python:3.12.11"), update("python:3.12.5", "python:3.12.11")],
            "Update python to 3.12.11",
        ),
        (
            [update("python:3.12.4", "python:3.12.11"), update("python:3.12.4-slim", "python:3.12.11-slim")],
            "Update python (2 tags)",
        ),
        (
            [
                update(f"python:3.12@{OLD}", f"python:3.12@{NEW}", UpdateType.REFRESH),
                update(f"python:3.11@{OLD}", f"python:3.11@{NEW}", UpdateType.REFRESH),
            ],
            "Refresh python (2 digests)",
        ),
        ([update("a:1", f"a:1@{NEW}", UpdateType.PIN), update("b:1", f"b:1@{NEW}", UpdateType.PIN)], "Pin a and b"),
        ([update("a:1", "a:2"), update("b:1", "b:2"), update("c:1", "c:2")], "Update a, b and c"),
        (
            [update("a:1", "a:2"), update("b:1", "b:2"), update("c:1", "c:2"), update("d:1", "d:2")],
            "Update a, b and 2 more images",
        ),
    ],
)
def test_titles(updates: list[Update], title: str) -> None:
    assert title_of(Plan("key", tuple(updates))) == title


def test_a_title_is_one_line_that_github_takes() -> None:
    plan = Plan("key", (update("a:1", "a:2"),), title_prefix="fix\n\x1b[31m" + "x" * 300)
    title = title_of(plan)
    assert len(title) == 200
    assert title.isprintable()


# --- what is from outside -------------------------------------------------------------------------------------------

HOSTILE = st.text(
    st.sampled_from("<>`|[]()!*_#@~$&:/\\\n\r\t -.1a\x00\x1b\u202e\u200b\ud800\udc80"), min_size=1, max_size=60
)
MARKDOWN = MarkdownIt("commonmark").enable("table")


def place(path: str) -> ImageUse:
    return uses_in({"Dockerfile": "FROM a:1\n"})[0] if not path else _renamed(path)


def _renamed(path: str) -> ImageUse:
    (use,) = uses_in({"Dockerfile": "FROM a:1\n"})
    use.span.source.path = path
    return use


@given(path=HOSTILE, reason=HOSTILE, note=HOSTILE, base=HOSTILE)
def test_text_from_outside_links_and_mentions_nothing(path: str, reason: str, note: str, base: str) -> None:
    one = Update(
        Reference.parse("a:1"), Reference.parse("a:2"), UpdateType.PATCH, (_renamed(path),), (), reason, notes=(note,)
    )
    setting = replace(SETTING, base=base, left_out=(path,), skipped=(Skipped(None, (_renamed(path),), reason),))
    body = body_of(Plan("key", (one, one)), setting)
    body.encode()
    inline = [
        child
        for token in MARKDOWN.parse(body)
        for child in (token.children or [])
        if child.type in {"link_open", "image"}
    ]
    for link in inline:
        assert link.type == "link_open"
        assert str(link.attrs["href"]).startswith(f"https://github.com/octo/app/blob/{COMMIT}/")
    for token in MARKDOWN.parse(body):
        for text in [child.content for child in (token.children or []) if child.type == "text"]:
            assert "@a" not in text
            assert "#1" not in text
    assert body.count("<details>") == body.count("</details>")


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_body_that_is_too_long_is_cut_where_it_hurts_least() -> None:
    plan = made(PATCH, REFRESH)
    first, second = plan.updates
    evidence = {first: "A" * 50_000, second: "B" * 50_000}
    body = body_of(plan, replace(SETTING, evidence=evidence))
    assert len(body) <= LONGEST
    assert "A" * 50_000 in body
    assert "BB" not in body
    assert "1 more section did not fit in here." in body
    assert "rebuilt" in body
    assert "Hold or ignore this" in body


def test_very_many_updates_in_very_many_places() -> None:
    files: dict[str, str | bytes] = {
        f"a/rather/long/path/to/number/{number}/Dockerfile": "".join(f"FROM i{each}:1.0\n" for each in range(50))
        for number in range(100)
    }
    moves = [Move(f"i{number}:1.0", f"i{number}:1.1") for number in range(50)]
    plan = plan_of(files, "key", *moves)
    assert plan is not None
    body = body_of(plan, replace(SETTING, skipped=tuple(Skipped(None, each.uses, "no") for each in plan.updates)))
    assert len(body) <= LONGEST
    assert "more sections did not fit in here" in body
    assert "This moves 50 images in 5000 places." in body
    assert len(message_of(plan, "Title")) < 10_000


def test_very_long_sentences() -> None:
    one = Update(Reference.parse("a:1"), Reference.parse("a:2"), UpdateType.PATCH, (), (), "x" * 100_000)
    body = body_of(Plan("key", (one,)), replace(SETTING, left_out=("y" * 100_000,)))
    assert len(body) < 10_000
