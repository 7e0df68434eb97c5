"""What a person may choose for a review, an update or a comparison, on the command line or as the action's inputs.

This is the single definition: the flag `--fail-on` of the command line and the input `fail-on` of action.yml are both
the field `fail_on` here, with this default and this help; tests compare them. A field that the configuration file may
also set is None here until somebody chooses: the command line wins over the file, the file over the default.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Format(Enum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


class FailOn(Enum):
    """The least severity that makes a review fail (exit code 1)."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    NEVER = "never"


class Color(Enum):
    """Whether the terminal report is coloured; `AUTO` follows NO_COLOR, FORCE_COLOR and the terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Output(Struct, frozen=True, gc=False):
    """One report: its format and the file that it is written to; None is standard output."""

    format: Format
    path: str | None = None


class Options(Struct, frozen=True, kw_only=True):
    """The choices of one review.

    Attributes:
        paths: files and folders, or `-` for standard input.
        base: review what changed since this git revision; None reviews everything in `paths`.
        only_changed_lines: with a base: report only findings on changed lines, or that a changed line causes. False
            reports everything in the changed files.
        target: the stage that is published, as for `docker build --target`; None is the last one.
        config: the configuration file; None looks for `.github/dockwright.yml` or `dockwright.yml`.
        fail_on: the least severity that fails the review; None leaves it to the configuration, then `error`.
        fix: write safe fixes into the files.
        unsafe: with `fix` or `diff`: unsafe fixes too.
        diff: print what `fix` would change, and change nothing.
        outputs: the reports.
        color: whether the terminal report is coloured.
    """

    paths: tuple[str, ...] = (".",)
    base: str | None = None
    only_changed_lines: bool = True
    target: str | None = None
    config: str | None = None
    fail_on: FailOn | None = None
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    color: Color = Color.AUTO


class DryRun(Enum):
    """After which step an update stops; nothing is changed in any case."""

    EXTRACT = "extract"
    """The images that the files name; no registry is asked."""
    LOOKUP = "lookup"
    """What the registries offer for each of them, whether it is wanted or not."""
    PLAN = "plan"
    """The updates that would be made."""


class UpdateOptions(Struct, frozen=True, kw_only=True):
    """The choices of one update of images.

    Attributes:
        paths: files and folders.
        config: the configuration file; None looks for `.github/dockwright.yml` or `dockwright.yml`.
        dry_run: the step to stop after; None is `PLAN`, unless the files are written.
        diff: print what `write` would change, and change nothing.
        write: write the updates into the files.
        pull_requests: keep a pull request true for each of them, on GitHub.
        repository: the repository for that, `owner/name`; None is that of the workflow that runs.
        outputs: the reports.
        registry_cache: the folder that keeps what registries never say otherwise (manifests, by digest); None keeps
            nothing.
        color: whether the terminal report is coloured.
    """

    paths: tuple[str, ...] = (".",)
    config: str | None = None
    dry_run: DryRun | None = None
    diff: bool = False
    write: bool = False
    pull_requests: bool = False
    repository: str | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


class CompareOptions(Struct, frozen=True, kw_only=True):
    """The choices of one comparison of two images.

    Attributes:
        old: the image before, as people write its name. `new` likewise, after.
        platform: the platforms to compare, as `docker build --platform` takes them; none means those that both have.
        config: as in `UpdateOptions`; `registries` is what counts here.
        outputs: the reports.
        registry_cache: the folder that keeps manifests, and what was read of layers; None keeps nothing.
        color: whether the terminal report is coloured.
    """

    old: str
    new: str
    platform: tuple[str, ...] = ()
    config: str | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


HELP = {
    "paths": "Files and folders to review, or `-` for standard input",
    "base": "Review only what changed since this git revision",
    "only_changed_lines": "With a base, report only findings on changed lines, or that a changed line causes",
    "target": "The build stage that is published; the last one by default",
    "config": "The configuration file; by default `.github/dockwright.yml` or `dockwright.yml`",
    "fail_on": "Fail when a finding is at least this severe: error, warning, notice or never; `error` by default",
    "fix": "Write safe fixes into the files",
    "unsafe": "With `--fix` or `--diff`, unsafe fixes too",
    "diff": "Print what `--fix` would change, and change nothing",
    "outputs": "How findings are written: text, json, sarif, github or markdown",
    "color": "Colour the terminal report: auto, always or never",
}
"""A sentence for each field, as help texts and action.yml show it."""

UPDATE_HELP = {
    "paths": "Files and folders whose images are updated",
    "config": HELP["config"],
    "dry_run": "Stop after a step and change nothing: extract (the images that the files name, without asking any"
    " registry), lookup (what registries offer for each), or plan (the updates that would be made)",
    "diff": "Print what `--write` would change, and change nothing",
    "write": "Write the updates into the files",
    "pull_requests": "Open a pull request for each update, keep those true that are open, and close what is done; the"
    " token is taken from GITHUB_TOKEN or GH_TOKEN",
    "repository": "The repository for the pull requests; by default what GITHUB_REPOSITORY names",
    "outputs": "How the updates are written: text, json or markdown",
    "registry_cache": "A folder that keeps manifests between runs; what a digest names never changes",
    "color": HELP["color"],
}
"""As `HELP`, for `UpdateOptions`."""

COMPARE_HELP = {
    "old": "The image before: `python:3.12-slim`, `ghcr.io/acme/app@sha256:...`",
    "new": "The image after",
    "platform": "A platform to compare, such as linux/arm64; may be given several times. By default those that both"
    " images have, the first 8",
    "config": f"{HELP['config']}. Its `registries` say how registries are reached",
    "outputs": "How the changes are written: text, json or markdown",
    "registry_cache": "A folder that keeps manifests and the packages of layers between runs; only this program should"
    " write to it",
    "color": HELP["color"],
}
"""As `HELP`, for `CompareOptions`."""
