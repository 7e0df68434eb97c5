"""The script that writes and compares the generated pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dockwright.options import HELP, Options
from dockwright.publish import Channel
from dockwright.rules import all_rules

TOP = Path(__file__).parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the script alone: it writes beside itself."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(TOP / "scripts" / "docs.py", tmp_path / "scripts")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "scripts" / "docs.py", *arguments],
        env={**os.environ, "PYTHONPATH": str(TOP / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_writes_what_it_then_finds_current(copy: Path) -> None:
    assert run(copy).returncode == 0
    checked = run(copy, "--check")
    assert (checked.returncode, checked.stderr) == (0, "")
    pages = sorted(path.name for path in (copy / "docs" / "rules").iterdir())
    assert pages == ["README.md", *sorted(f"{rule.id}.md" for rule in all_rules())]


def test_it_names_what_is_not_current_and_mends_it(copy: Path) -> None:
    run(copy)
    (copy / "docs" / "config.md").write_text("old\n")
    (copy / "docs" / "rules" / "syntax.md").unlink()
    (copy / "docs" / "rules" / "former-rule.md").write_text("gone\n")
    checked = run(copy, "--check")
    assert checked.returncode == 1
    assert sorted(checked.stderr.splitlines()) == [
        "docs/config.md: stale; run `make docs`",
        "docs/rules/former-rule.md: left over; run `make docs`",
        "docs/rules/syntax.md: missing; run `make docs`",
    ]
    assert run(copy).returncode == 0
    assert run(copy, "--check").returncode == 0
    assert not (copy / "docs" / "rules" / "former-rule.md").exists()


def test_a_rules_page_names_its_example_files_and_its_counterparts(copy: Path) -> None:
    run(copy)
    page = (copy / "docs" / "rules" / "syntax.md").read_text()
    assert page.startswith(
        "<!-- Made by scripts/docs.py: do not edit. -->\n# syntax\n\nThe file is no valid Dockerfile.\n"
    )
    assert "[DL1000](https://github.com/hadolint/hadolint/wiki/DL1000)" in page
    assert " file=" not in "".join(path.read_text() for path in (copy / "docs" / "rules").iterdir())


def test_every_option_has_its_help() -> None:
    assert tuple(HELP) == Options.__struct_fields__


def test_the_page_about_reviews_has_every_channel() -> None:
    page = (TOP / "docs" / "reviewing.md").read_text(encoding="utf-8")
    table = page.partition("| `report` | shows findings | permission |\n|---|---|---|\n")[2].partition("\n\n")[0]
    assert {line.split("`")[1] for line in table.splitlines()} == {channel.value for channel in Channel}
