"""The GitHub Action: inputs and event to options, a result to annotations, summary, outputs and an exit code.

`python -m dockwright.action` is the container's entry point. GitHub's runner reads all that it prints for workflow
commands, so text from the repository is printed only by reports that are safe there, or escaped by the toolkit.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright import console, verdict
from dockwright.errors import Error, GitError, UsageError
from dockwright.finding import Severity
from dockwright.options import FailOn, Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.checkout import Checkout
    from dockwright.event import Base
    from dockwright.finding import Result
    from dockwright.git import Git

DOCKER_SOCKET = "/var/run/docker.sock"
"""Mounted into every action's container: whoever may write to it is root on the machine."""

_NOBODY = 65534
_LARGEST_SUMMARY = 1 << 20  # bytes; of a larger one GitHub shows nothing


def main() -> int:
    """Run the action and return the exit code."""
    console.use_utf8()
    try:
        return review_workspace(os.environ)
    except Error as error:
        _annotate(str(error), error.help)
        return verdict.WRONG
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is, it is told and counted
        console.complain_of_bug(error)
        _annotate(f"This is a bug in Dockwright: {type(error).__name__}: {error}", "Please report it with the log.")
        return verdict.BUG


def review_workspace(environment: Mapping[str, str]) -> int:
    """Review what the event changed in the workspace, say what was found in every place, and return the exit code."""
    from datetime import UTC, datetime

    from dockwright.checkout import Surroundings, gather
    from dockwright.review import review

    workspace = environment.get("GITHUB_WORKSPACE", "")
    if not os.path.isdir(workspace):
        raise UsageError("there is no workspace (GITHUB_WORKSPACE)", help="Run this as a step of a GitHub workflow.")
    drop_root(workspace)
    inputs = read_inputs()
    sarif = _inside(workspace, inputs.sarif_file) if inputs.sarif_file else None
    base = _base(inputs, environment, workspace)
    around = Surroundings(workspace, environment, datetime.now(UTC).date(), trusted=True)
    checkout = gather(inputs.options(base), around)
    result = review(
        checkout.files.sources,
        project=checkout.project,
        config=checkout.config,
        changed_lines=checkout.changed_lines,
        unreadable=checkout.files.unreadable,
    )
    _report(result, checkout, environment)
    _set_outputs(result, inputs.sarif_file)
    if sarif is not None:
        _write_sarif(result, sarif)
    return verdict.exit_code(result, inputs.fail_on or checkout.config.fail_on)


def drop_root(workspace: str, *, socket: str = DOCKER_SOCKET) -> None:
    """Become the owner of the workspace, if this is root and the owner is not.

    Containers of actions start as root. As the owner, git trusts the checkout, what is written can be removed by later
    steps, and a hole in a parser is not worth more than the files that are there anyway.
    """
    owner = os.stat(workspace)
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    try:
        # On GitHub's machines the runner's group is docker's, and that one may write to the socket.
        group = _NOBODY if owner.st_gid == os.stat(socket).st_gid else owner.st_gid
    except OSError:
        group = owner.st_gid
    try:
        os.setgroups([])
        os.setgid(group)
        os.setuid(owner.st_uid)
    except PermissionError:
        return  # a container without the capability to change; root has little power there


# --- inputs -----------------------------------------------------------------------------------------------------


class Inputs(Struct, frozen=True):
    """The inputs of action.yml."""

    paths: tuple[str, ...]
    config: str
    fail_on: FailOn | None
    only_changed_lines: bool
    base: str
    sarif_file: str

    def options(self, base: str | None) -> Options:
        """Return the options of the review; the reports are not among them, as the action writes all it can."""
        return Options(
            paths=self.paths or (".",),
            base=base,
            only_changed_lines=self.only_changed_lines,
            config=self.config or None,
            fail_on=self.fail_on,
            outputs=(),
        )


def read_inputs() -> Inputs:
    """Read the inputs as the runner passes them.

    Raises:
        UsageError: one has a value that it cannot have.
    """
    from actions_toolkit import core

    fail_on = core.get_input("fail-on").lower()
    if fail_on and fail_on not in {each.value for each in FailOn}:
        raise UsageError(f"the input `fail-on` is `{fail_on}`", help="Use error, warning, notice or never.")
    only_changed = core.get_input("only-changed-lines").lower()
    if only_changed not in {"", "true", "false"}:
        raise UsageError(f"the input `only-changed-lines` is `{only_changed}`", help="Use true or false.")
    return Inputs(
        paths=tuple(path for path in core.get_multiline_input("paths") if path),
        config=core.get_input("config"),
        fail_on=FailOn(fail_on) if fail_on else None,
        only_changed_lines=only_changed != "false",
        base=core.get_input("base"),
        sarif_file=core.get_input("sarif-file"),
    )


def _inside(workspace: str, path: str) -> str:
    """Return where a file is to be written; a link in the repository must not lead it out of the workspace."""
    place = os.path.normpath(os.path.join(workspace, path))
    folder, top = os.path.realpath(os.path.dirname(place)), os.path.realpath(workspace)
    if os.path.commonpath([folder, top]) != top or os.path.isdir(place):
        raise UsageError(f"the input `sarif-file` is `{path}`, which is no file in the workspace")
    return os.path.join(folder, os.path.basename(place))


# --- the event --------------------------------------------------------------------------------------------------


def _base(inputs: Inputs, environment: Mapping[str, str], workspace: str) -> str | None:
    """Decide what to compare with, and say so; None if everything is to be reviewed."""
    from actions_toolkit import core

    from dockwright.event import Base, base_of, read_event
    from dockwright.git import Git

    if inputs.base:
        return inputs.base
    event = read_event(environment.get("GITHUB_EVENT_PATH", ""))
    if event is None:
        base = Base(None, "the event's payload cannot be read")
    else:
        base = _here(
            base_of(environment.get("GITHUB_EVENT_NAME", ""), event), Git(workspace, environment, trusted=True)
        )
    if base.revision is None:
        core.info(f"Everything is reviewed, not only changes: {base.reason}.")
    else:
        core.info(f"Changes since {base.revision} are reviewed.")
    return base.revision


def _here(base: Base, git: Git) -> Base:
    """Fit the event's base to the checkout."""
    from dockwright.diff import merge_base
    from dockwright.event import Base

    if base.revision is None:
        return base
    try:
        if base.head is not None and git.run("rev-parse", "--verify", "--quiet", "HEAD^2").strip() == base.head:
            return Base("HEAD^1")
        if not base.certain:
            merge_base(git, base.revision)
    except GitError:
        return base if base.certain else Base(None, "what the forced push replaced is not in the checkout")
    return base


# --- saying what was found --------------------------------------------------------------------------------------


def _annotate(message: str, advice: str) -> None:
    from actions_toolkit import core

    core.error(f"{message[:1].upper()}{message[1:]}. {advice}".strip(), title="Dockwright")


def _report(result: Result, checkout: Checkout, environment: Mapping[str, str]) -> None:
    """Write the log, with annotations, and the summary of the job."""
    from actions_toolkit import core

    from dockwright.report import Context, headline, render
    from dockwright.rules import all_rules

    context = Context(all_rules())
    for note in checkout.notes:
        with _inert():
            console.write(f"{note}\n")
    if result.findings:
        core.start_group(f"Dockwright: {headline(result)}")
        with _inert():
            console.write(render("text", result, context))
        core.end_group()
    console.write(render("github", result, context))
    _add_summary(render("markdown", result, context), environment.get("GITHUB_STEP_SUMMARY"))


@contextmanager
def _inert() -> Iterator[None]:
    """Let the runner take nothing that is printed meanwhile for a command."""
    from secrets import token_hex

    token = token_hex(16)
    console.write(f"::stop-commands::{token}\n")
    try:
        yield
    finally:
        console.write(f"::{token}::\n")


def _add_summary(markdown: str, path: str | None) -> None:
    """Add to the job's summary, if there is room: of too large a summary GitHub shows nothing."""
    if not path:
        return
    data = markdown.encode("utf-8", "replace")
    with open(path, "ab") as file:
        if file.tell() + len(data) <= _LARGEST_SUMMARY:
            file.write(data)


def _set_outputs(result: Result, sarif_file: str) -> None:
    from actions_toolkit import core

    core.set_output("findings", len(result.findings))
    core.set_output("errors", result.count(Severity.ERROR))
    core.set_output("warnings", result.count(Severity.WARNING))
    core.set_output("notices", result.count(Severity.NOTICE))
    core.set_output("sarif-file", sarif_file)


def _write_sarif(result: Result, path: str) -> None:
    from dockwright.report import Context, render
    from dockwright.rules import all_rules
    from dockwright.writing import write_file

    write_file(path, render("sarif", result, Context(all_rules())).encode("utf-8", "replace"))


if __name__ == "__main__":
    sys.exit(main())
