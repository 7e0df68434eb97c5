"""What became of proposals, as it is told."""

from __future__ import annotations

from markdown_it import MarkdownIt

from dockwright.github.proposals.outcome import Note, Outcome, Proposed, State
from dockwright.github.proposals.summary import headline, render_markdown, render_text

PROPOSED = Proposed(
    (
        Outcome(
            "dockwright/python", "Update python 3.12.4 to 3.12.11", State.OPENED, 7, "https://github.com/o/r/pull/7"
        ),
        Outcome("dockwright/nginx", "Refresh nginx:1.28 (digest)", State.UNCHANGED, 5, "https://github.com/o/r/pull/5"),
        Outcome(
            "dockwright/node",
            "Update node 22.1 to 22.2",
            State.FAILED,
            notes=(Note("the token lacks `contents: write`", "Give it to the job:\npermissions:\n  contents: write"),),
        ),
        Outcome(
            "dockwright/redis",
            "Update redis 7.2.1 to 7.2.9",
            State.OPENED,
            8,
            "https://github.com/o/r/pull/8",
            left_out=(".github/workflows/ci.yml",),
        ),
    )
)


def test_text() -> None:
    assert render_text(PROPOSED) == (
        "Pull requests: 2 opened, 1 unchanged, 2 failed or incomplete.\n"
        "opened    #7 Update python 3.12.4 to 3.12.11 https://github.com/o/r/pull/7\n"
        "unchanged #5 Refresh nginx:1.28 (digest) https://github.com/o/r/pull/5\n"
        "failed    Update node 22.1 to 22.2\n"
        "          the token lacks `contents: write`. Give it to the job:\n"
        "          permissions:\n"
        "            contents: write\n"
        "opened    #8 Update redis 7.2.1 to 7.2.9 https://github.com/o/r/pull/8\n"
        "          It lacks `.github/workflows/ci.yml`, as the token may not change workflows. Change them by hand,"
        " run Dockwright with the token of an app that has `workflows: write`, or name them under `ignore-paths` of"
        " `updates` in `.github/dockwright.yml`.\n"
    )


def test_markdown() -> None:
    assert render_markdown(PROPOSED) == (
        "## Dockwright: pull requests: 2 opened, 1 unchanged, 2 failed or incomplete\n"
        "\n"
        "- **opened** [Update python 3.12.4 to 3.12.11](https://github.com/o/r/pull/7) (#7)\n"
        "- **unchanged** [Refresh nginx:1.28 (digest)](https://github.com/o/r/pull/5) (#5)\n"
        "- **failed** Update node 22.1 to 22.2\n"
        "  - the token lacks `contents: write`. Give it to the job:\n"
        "\n"
        "    ```yaml\n"
        "    permissions:\n"
        "      contents: write\n"
        "    ```\n"
        "\n"
        "- **opened** [Update redis 7.2.1 to 7.2.9](https://github.com/o/r/pull/8) (#8)\n"
        "  - It lacks `.github/workflows/ci.yml`, as the token may not change workflows. Change them by hand, run"
        " Dockwright with the token of an app that has `workflows: write`, or name them under `ignore-paths` of"
        " `updates` in `.github/dockwright.yml`.\n"
    )


def test_nothing() -> None:
    assert headline(Proposed()) == "no pull requests to open or change"
    assert render_text(Proposed()) == "No pull requests to open or change.\n"


def test_only_what_was_left_alone() -> None:
    left = Proposed((Outcome("dockwright/a", "Update a 1 to 2", State.DECLINED),))
    assert headline(left) == "no pull requests to open or change"
    assert not left.failed


def test_titles_and_messages_are_harmless() -> None:
    hostile = "::error::a ##[error]b <img> [x](y) \x1b[31m\n# c"
    shown = Proposed((Outcome("dockwright/a", hostile, State.FAILED, 1, "u", (Note(hostile, hostile),)),))
    text, markdown = render_text(shown), render_markdown(shown)
    assert "\x1b" not in text + markdown
    assert "##[" not in text + markdown
    assert not any(line.lstrip().startswith("::") for line in (text + markdown).split("\n"))
    tokens = [child for token in MarkdownIt().parse(markdown) for child in token.children or [token]]
    assert not any(token.type.startswith(("html", "image")) for token in tokens)
    assert {token.attrs["href"] for token in tokens if token.type == "link_open"} == {"u"}


def test_a_summary_has_room_for_others() -> None:
    note = Note("x" * 10_000)
    shown = Proposed(tuple(Outcome("b", "t", State.FAILED, notes=(note,)) for _ in range(1000)))
    assert len(render_markdown(shown)) < 600_000
    assert render_markdown(shown).endswith("- and more\n")
