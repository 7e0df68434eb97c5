"""The action's entry point."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.action.inputs import Mode, inside, read_inputs
from dockwright.action.job import read_job
from dockwright.action.privileges import drop_root
from dockwright.action.reviewing import review_here, review_remotely
from dockwright.action.staling import ask_whether_stale
from dockwright.action.telling import annotate, say, write_sarif
from dockwright.action.updating import update_images
from dockwright.errors import Error, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job

_UPDATING = frozenset({"schedule", "workflow_dispatch"})


def main() -> int:
    """Run the action and return the exit code."""
    console.use_utf8()
    try:
        return run(os.environ)
    except Error as error:
        annotate(str(error), error.help)
        return verdict.WRONG
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is, it is told and counted
        console.complain_of_bug(error)
        annotate(f"This is a bug in Dockwright: {type(error).__name__}: {error}", "Please report it with the log.")
        return verdict.BUG


def run(environment: Mapping[str, str]) -> int:
    """Do what the event asks for, and return the exit code."""
    workspace = environment.get("GITHUB_WORKSPACE", "")
    if not os.path.isdir(workspace):
        raise UsageError("there is no workspace (GITHUB_WORKSPACE)", help="Run this as a step of a GitHub workflow.")
    drop_root(workspace)
    inputs = read_inputs()
    job = read_job(inputs, environment)
    if inputs.mode is Mode.STALE:
        return ask_whether_stale(inputs, job)
    if inputs.mode is Mode.UPDATE or (inputs.mode is Mode.AUTO and job.name in _UPDATING):
        return update_images(inputs, job)
    return review_changes(inputs, job)


def review_changes(inputs: Inputs, job: Job) -> int:
    """Review what the event changed, say what was found in the places that suit it, and return the exit code."""
    sarif = inside(job.workspace, inputs.sarif_file) if inputs.sarif_file else None
    reviewed = review_remotely(inputs, job) if job.name == "pull_request_target" else review_here(inputs, job)
    code = verdict.exit_code(reviewed.result, inputs.fail_on or reviewed.fail_on)
    if sarif is not None:
        write_sarif(reviewed.result, sarif)
    say(reviewed, inputs, job, failed=code != verdict.CLEAN)
    return code


if __name__ == "__main__":
    sys.exit(main())
