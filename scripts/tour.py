"""Show both jobs of Dockwright on an example, without an account or a network: what `make try` runs.

    python scripts/tour.py FOLDER

First `dockwright review` of examples/service. Then the action, on a schedule, in the same service after its review: a
registry, Debian's server and GitHub are in this process (the tests' doubles), and what they hold is real
(examples/tour/README.md). All is written into FOLDER, which has to be empty or not there yet; these stay:

    service/             the example, as a repository of its own, to try commands in
    job-summary.md       what the scheduled run has written into the summary of its job
    pull-request.html    the pull request that it has opened, as a page
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

TOP: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from scripts.tour_page import page  # noqa: E402 - found by the line above
from scripts.tour_scene import SERVICE, Scene  # noqa: E402 - as above
from scripts.tour_terminal import Terminal  # noqa: E402 - as above
from tests.support.cli import environment  # noqa: E402 - as above

if TYPE_CHECKING:
    from tests.support.github.pull_request import PullRequest
    from tests.support.runner import Step

_BODY: Final = 48
"""How many lines of the pull request's text are printed; the page has all."""

_WIDTHS: Final = (80, 110)
"""The fewest and the most columns that are used."""


def review(folder: Path, terminal: Terminal, *, colored: bool) -> None:
    """Review the example, as a repository of its own: its workflow counts only at a repository's top."""
    terminal.heading("1. The review: `dockwright review` in examples/service")
    shutil.copytree(SERVICE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, env=environment(), check=True)
    command = [sys.executable, "-P", "-m", "dockwright", "review", "--fail-on", "never"]
    color = ["--color", "always" if colored else "never"]
    subprocess.run([*command, *color], cwd=folder, env=environment(), check=True)


def update(folder: Path, terminal: Terminal) -> Path:
    """Run the action on a schedule until there is nothing more to do, show what it does, and return the page."""
    terminal.heading("2. The update: the action on a schedule, after the review's advice was taken")
    with TemporaryDirectory(dir=folder, prefix="scene-") as made, Scene(Path(made)) as scene:
        terminal.progress("A registry, Debian's server and GitHub are ready, on this machine; the workflow runs.")
        step = scene.run("first")
        if step.code != 0 or not scene.pulls:
            sys.exit(f"{step.printed}\nerror: the action ended with {step.code}, and {len(scene.pulls)} pull requests")
        _tell(step, terminal)
        (folder / "job-summary.md").write_text(step.summary, encoding="utf-8")
        pull = scene.pulls[0]
        _show(pull, terminal)
        target = folder / "pull-request.html"
        target.write_text(page(pull), encoding="utf-8")
        again = scene.run("second")
        terminal.progress(f"The workflow has run once more: exit code {again.code}, {scene.writes} changes on GitHub.")
    return target


def _tell(step: Step, terminal: Terminal) -> None:
    """Print the log of a step, and how its summary begins."""
    terminal.print("  The log", "1")
    for line in step.log.splitlines():
        terminal.print(f"  │ {line}".rstrip())
    terminal.print()
    terminal.print("  The job's summary begins with", "1")
    beginning, _, _ = step.summary.lstrip("# ").partition("\n## ")
    terminal.markdown(f"## {beginning}", most=8)


def _show(pull: PullRequest, terminal: Terminal) -> None:
    """Print a pull request as GitHub has it."""
    terminal.heading("3. The pull request, as GitHub has it now")
    terminal.print(f"  #{pull.number}  {pull.title}", "1")
    terminal.print(f"  labels: {', '.join(sorted(pull.labels)) or 'none'}; {pull.base_ref} ← {pull.head_ref}")
    terminal.print()
    for file in pull.differences(context=0).files:
        terminal.print(f"  {file.path}", "1")
        terminal.diff(file.patch or "")
    terminal.print()
    if more := terminal.markdown(pull.body, most=_BODY):
        terminal.print(f"  … and {more} lines more, on the page.", "2")
    terminal.print()


def main() -> None:
    """Take the tour."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the folder
        sys.exit("usage: python scripts/tour.py FOLDER")
    folder = Path(sys.argv[1]).resolve()
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"error: {folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has lines and arrows
    colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    least, most = _WIDTHS
    terminal = Terminal(colored=colored, width=min(most, max(least, shutil.get_terminal_size((most, 40)).columns)))
    review(folder / "service", terminal, colored=colored)
    target = update(folder, terminal)
    terminal.heading("What to do next")
    terminal.print(f"  The pull request as a page: {target.as_uri() if colored else target}")
    terminal.print(
        "  In your own repository: `dockwright review` and `dockwright update` (nothing is changed by either)."
    )
    terminal.print('  On GitHub: two workflows to paste, in README.md ("Review pull requests", "Update weekly").')


if __name__ == "__main__":
    main()
