"""The tour that `make try` takes: the whole of it as a process, and what it shows of things that are not nice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scripts.tour_page import page, rendered
from scripts.tour_scene import Row, rows
from scripts.tour_terminal import Terminal

from tests.support.cli import environment
from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - a fixture is found by its name here

if TYPE_CHECKING:
    from tests.support.github.service import GitHub

TOP = Path(__file__).parents[1]
TOUR = TOP / "scripts" / "tour.py"
BRANCH = "dockwright/python-3.12"

SECURE = "Refresh python:3.12-slim-bookworm: 7 security updates (27 CVEs)"
ROUTINE = "Refresh python:3.12-slim-bookworm (digest)"

SUPPORTED = datetime.now(UTC).date() <= date(2028, 6, 30)
"""Whether Debian 12 is. After that it may be known that nothing more is published for it; the tour then says so."""


def take(folder: Path, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Take the tour, from another folder, and see nothing of this environment."""
    variables = environment(HOME=str(home), TMPDIR=str(home), PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(
        [sys.executable, TOUR, folder],
        cwd=cwd,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


class Page(HTMLParser):
    """What is in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def loads_nothing(text: str) -> bool:
    """Whether a page has no script, and names nothing outside itself that would be loaded or led to."""
    found = Page(text)
    names = {name for name, _ in found.attributes}
    links = [value or "" for name, value in found.attributes if name == "href"]
    return (
        not found.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "svg", "video"}
        and not names & {"src", "srcset", "action", "style", "background", "ping"}
        and not any(name.startswith("on") for name in names)
        and all(link.startswith("#") for link in links)
        and re.search(r"url\(|@import|image-set\(", text) is None
    )


def test_the_tour(tmp_path: Path) -> None:
    folder, cwd, home = tmp_path / "try", tmp_path / "cwd", tmp_path / "home"
    cwd.mkdir()
    home.mkdir()
    examples = {path: path.read_bytes() for path in (TOP / "examples").rglob("*") if path.is_file()}
    done = take(folder, cwd, home)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout

    # The review, the log, the pull request, and what is next.
    printed = done.stdout
    assert all(f"[{rule}]" in printed for rule in ("alpine-for-python", "runs-as-root", "scheduled-build-uses-cache"))
    title = SECURE if SUPPORTED or SECURE in printed else ROUTINE
    label = "security" if title == SECURE else "none"
    assert f"\n  #7  {title}\n  labels: {label}; main ← {BRANCH}\n" in printed
    assert re.search(r"^  -ARG PYTHON=python:3\.12-slim-bookworm@sha256:[0-9a-f]{64}$", printed, re.MULTILINE)
    assert re.search(r"^  \+ARG PYTHON=python:3\.12-slim-bookworm@sha256:[0-9a-f]{64}$", printed, re.MULTILINE)
    assert "The workflow has run once more: exit code 0, 0 changes on GitHub." in printed
    assert f"The pull request as a page: {folder / 'pull-request.html'}\n" in printed
    assert len(printed.splitlines()) < 150
    assert "\x1b" not in printed

    # The page.
    html = (folder / "pull-request.html").read_text(encoding="utf-8")
    shown = Page(html)
    assert title in shown.text
    assert ('<span class="label security">security</span>' in html) == (title == SECURE)
    assert loads_nothing(html)
    assert "default-src 'none'" in html
    if title == SECURE:
        assert "<table>\n<thead>\n<tr>\n<th>source (packages)</th>" in html
        assert "3.0.20-1~deb12u2 → 3.0.22-1~deb12u2" in shown.text
        assert "CVE-2026-57433" in shown.text
        assert "<summary>Hold or ignore this</summary>" in html

    # What stays, and that there is nothing of it elsewhere.
    assert sorted(os.listdir(folder)) == ["job-summary.md", "pull-request.html", "service"]
    assert title in (folder / "job-summary.md").read_text(encoding="utf-8")
    assert (os.listdir(cwd), os.listdir(home)) == ([], [])
    assert {path: path.read_bytes() for path in (TOP / "examples").rglob("*") if path.is_file()} == examples


def test_it_writes_into_nobody_elses_folder(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "file").write_text("x", encoding="utf-8")
    done = take(mine, tmp_path, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"error: {mine} is not empty\n")


def test_the_data_is_what_its_readme_says() -> None:
    changed = {row.source for row in rows() if row.old != row.new}
    assert changed == set(os.listdir(TOP / "examples" / "tour" / "changelogs"))
    assert len(rows()) == 98
    size = sum(path.stat().st_size for path in (TOP / "examples" / "tour").rglob("*") if path.is_file())
    assert size < 60_000


@pytest.mark.parametrize(
    ("name", "source", "version", "field"),
    [
        ("openssl", "openssl", "3.0.20-1", ""),
        ("libssl3", "openssl", "3.0.20-1", "openssl"),
        ("bash", "bash", "5.2.15-2+b13", "bash (5.2.15-2)"),
        ("libbz2-1.0", "bzip2", "1.0.8-5+b1", "bzip2 (1.0.8-5)"),
    ],
)
def test_the_field_source(name: str, source: str, version: str, field: str) -> None:
    assert Row(name, source, "amd64", version, version).source_field(version) == field


# --- what is shown --------------------------------------------------------------------------------------------------


def test_a_page_of_names_that_are_markup(hub: GitHub) -> None:
    evil = '<script src="https://e.example/x.js"></script>'
    repository = hub.repository({"Dockerfile": "FROM a\nRUN x\n"})
    changes = {"Dockerfile": f"FROM b\nRUN {evil}", f"{evil.replace('/', '')}": "x\n"}
    pull = repository.pull_request(changes, title=evil)
    pull.labels = [evil]
    made = page(pull)
    assert loads_nothing(made)
    assert evil in Page(made).text
    assert "<td>- FROM <mark>a</mark></tr>" not in made  # two lines that take the place of two are not paired
    assert "<td>\\ No newline at end of file</tr>" in made


def test_a_page_leads_nowhere() -> None:
    assert rendered("[a](https://e.example) <!-- b -->\n\n|x|\n|-|\n|y|\n") == (
        '<p><a href="#files">a</a> </p>\n'
        '<div class="table"><table>\n<thead>\n<tr>\n<th>x</th>\n</tr>\n</thead>\n'
        "<tbody>\n<tr>\n<td>y</td>\n</tr>\n</tbody>\n</table></div>\n"
    )


def test_what_takes_the_place_of_a_line_is_marked(hub: GitHub) -> None:
    repository = hub.repository({"Dockerfile": "FROM a:1-slim AS b\nRUN x\n"})
    made = page(repository.pull_request({"Dockerfile": "FROM a:22-slim AS b\nRUN x\n"}))
    assert '<tr class="del"><td class="n">1<td class="n"><td>- FROM a:<mark>1</mark>-slim AS b</tr>' in made
    assert '<tr class="add"><td class="n"><td class="n">1<td>+ FROM a:<mark>22</mark>-slim AS b</tr>' in made
    assert '<tr><td class="n">2<td class="n">2<td>  RUN x</tr>' in made


MARKDOWN = """\
<!-- hidden -->
### A `heading`

Some **text** that is longer than there is room for in one line of this terminal, <code>code</code>
included.

- one
- two

| name | versions | is |
|---|---|---|
| <code>a</code> (and many other packages that are built from it) | 1 → 2 | CVE-1, CVE-2 |

<details><summary>More of <b>it</b></summary>

never shown

</details>

the end
"""


def test_markdown_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    more = Terminal(colored=False, width=50).markdown(MARKDOWN, most=13)
    assert capsys.readouterr().out.splitlines() == [
        "  A `heading`",
        "",
        "  Some text that is longer than there is room for",
        "  in one line of this terminal, `code` included.",
        "",
        "  - one",
        "  - two",
        "",
        "  name                      versions  is",
        "  a (and many other packa…  1 → 2     CVE-1, CVE-2",
        "",
        "  ▸ More of it",
        "",
    ]
    assert more == 1


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(colored=True, width=80).print("a\x1b[2Jb\x9b2Jc\rd", "1")
    assert capsys.readouterr().out == "\x1b[1ma[2Jb2Jcd\x1b[0m\n"
