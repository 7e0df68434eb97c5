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


class Profile(Enum):
    """Which rules are on, and how severe they are, before anything else is said of them."""

    DEFAULT = "default"
    HADOLINT = "hadolint"
    BUILDKIT = "buildkit"
    STRICT = "strict"


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
        profile: which rules are on; None leaves it to the configuration, then `default`.
        fix: write safe fixes into the files.
        unsafe: with `fix` or `diff`: unsafe fixes too.
        diff: print what `fix` would change, and change nothing.
        outputs: the reports.
        color: whether the terminal report is coloured.
        shellcheck: ask ShellCheck about the scripts of RUN; None leaves it to the configuration, then not.
        online: ask registries about base images on changed lines; None leaves it to the configuration, then not.
    """

    paths: tuple[str, ...] = (".",)
    base: str | None = None
    only_changed_lines: bool = True
    target: str | None = None
    config: str | None = None
    fail_on: FailOn | None = None
    profile: Profile | None = None
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    color: Color = Color.AUTO
    shellcheck: bool | None = None
    online: bool | None = None


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
        evidence: whether the images before and after each update are read, to say what changes in them and what is for
            security; None is for pull requests only, and there as the configuration says.
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
    evidence: bool | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


class CompareOptions(Struct, frozen=True, kw_only=True):
    """The choices of one comparison of two images.

    Attributes:
        old: the image before, as people write its name. `new` likewise, after.
        platform: the platforms to compare, as `docker build --platform` takes them; none means those that both have.
        osv: ask osv.dev about what changes; None leaves it to the configuration, then not.
        config: as in `UpdateOptions`; `registries` and `mirrors` are what counts here.
        outputs: the reports.
        registry_cache: the folder that keeps manifests, and what was read of layers; None keeps nothing.
        color: whether the terminal report is coloured.
    """

    old: str
    new: str
    platform: tuple[str, ...] = ()
    osv: bool | None = None
    config: str | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


class WorstGrade(Enum):
    """The best grade that makes a check fail (exit code 1)."""

    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    NEVER = "never"


class CheckOptions(Struct, frozen=True, kw_only=True):
    """The choices of one check of images for published updates.

    Attributes:
        images: as people write their names.
        platform: the platforms to look at, as `docker build --platform` takes them; none means those that each has.
        fail_on: the best grade that fails; what is unknown fails too, unless it is `NEVER`.
        osv: ask osv.dev about what lacks updates; None leaves it to the configuration, then not.
        config: as in `UpdateOptions`; `registries` and `mirrors` are what counts here.
        outputs: the reports.
        registry_cache: the folder that keeps manifests, what was read of layers, and files of distributions; None
            keeps nothing.
        color: whether the terminal report is coloured.
    """

    images: tuple[str, ...]
    platform: tuple[str, ...] = ()
    fail_on: WorstGrade = WorstGrade.B
    osv: bool | None = None
    config: str | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


class StaleOptions(Struct, frozen=True, kw_only=True):
    """The choices of one question whether a published image must be built again.

    Attributes:
        image: the published image, as people write its name.
        dockerfile: the Dockerfile that it is built from; None relies on what the image itself says.
        target: the stage of it that is published, as for `docker build --target`; None is the last one.
        build_arg: its build arguments, `NAME=VALUE`; only those above the first `FROM` count.
        base: the base of the published stage, where neither the Dockerfile nor the image says it.
        platform: the platforms to look at, as `docker build --platform` takes them; none means those that it has.
        max_age: how many days old it may be; None if that does not matter.
        config: as in `UpdateOptions`; `registries` and `mirrors` are what counts here.
        outputs: the reports.
        registry_cache: as in `CheckOptions`.
        color: whether the terminal report is coloured.
    """

    image: str
    dockerfile: str | None = None
    target: str | None = None
    build_arg: tuple[str, ...] = ()
    base: str | None = None
    platform: tuple[str, ...] = ()
    max_age: int | None = None
    config: str | None = None
    outputs: tuple[Output, ...] = (Output(Format.TEXT),)
    registry_cache: str | None = None
    color: Color = Color.AUTO


class MigrateOptions(Struct, frozen=True, kw_only=True):
    """The choices of one migration from hadolint.

    Attributes:
        folder: a folder of the repository.
        action: our action as workflows are to name it, `owner/name@revision`.
        write: change the files, instead of printing what would change.
    """

    folder: str = "."
    action: str | None = None
    write: bool = False


HELP = {
    "paths": "Files and folders to review, or `-` for standard input",
    "base": "Review only what changed since this git revision",
    "only_changed_lines": "With a base, report only findings on changed lines, or that a changed line causes",
    "target": "The build stage that is published; the last one by default",
    "config": "The configuration file; by default `.github/dockwright.yml` or `dockwright.yml`",
    "fail_on": "Fail when a finding is at least this severe: error, warning, notice or never; `error` by default",
    "profile": "Which rules are on: default, hadolint (its checks and levels), buildkit (its checks) or strict (all);"
    " what the configuration says of a rule wins",
    "fix": "Write safe fixes into the files",
    "unsafe": "With `--fix` or `--diff`, unsafe fixes too",
    "diff": "Print what `--fix` would change, and change nothing",
    "outputs": "How findings are written: text, json, sarif, github or markdown",
    "color": "Colour the terminal report: auto, always or never",
    "shellcheck": "Ask ShellCheck about the scripts of RUN; by default what the configuration says, else not",
    "online": "Ask registries about base images on changed lines; by default what the configuration says, else not",
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
    "evidence": "Read the images before and after each update: which packages change, and which published security"
    " updates come; by default for pull requests only",
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
    "osv": "Ask osv.dev about the packages that change, which sends it their names and versions; by default what the"
    " configuration says, else not",
    "config": f"{HELP['config']}. Its `registries` and `mirrors` say how registries and distributions are reached",
    "outputs": "How the changes are written: text, json or markdown",
    "registry_cache": "A folder that keeps manifests and the packages of layers between runs; only this program should"
    " write to it",
    "color": HELP["color"],
}
"""As `HELP`, for `CompareOptions`."""

CHECK_HELP = {
    "images": "Images to check: `python:3.12-slim`, `ghcr.io/acme/app@sha256:...`",
    "platform": "A platform to look at, such as linux/arm64; may be given several times. By default those that an image"
    " has, the first 8",
    "fail_on": "Fail when an image's grade is this one or a worse one, or unknown: B (the default: any published"
    " security update is lacking), C, D, E, F or never",
    "osv": "Ask osv.dev about the packages that lack updates, which sends it their names and versions; by default what"
    " the configuration says, else not",
    "config": f"{HELP['config']}. Its `registries` and `mirrors` say who is asked",
    "outputs": "How the result is written: text, json or markdown",
    "registry_cache": "A folder that keeps manifests, the packages of layers and files of distributions between runs;"
    " only this program should write to it",
    "color": HELP["color"],
}
"""As `HELP`, for `CheckOptions`."""

STALE_HELP = {
    "image": "The published image: `ghcr.io/acme/app:1`",
    "dockerfile": "The Dockerfile that it is built from; without it, what the image itself says counts",
    "target": "The stage of the Dockerfile that is published, as for `docker build --target`; by default the last one",
    "build_arg": "A build argument that the names of base images are made of; may be given several times",
    "base": "The base image, where neither the Dockerfile nor the image says it",
    "platform": "A platform to look at, such as linux/arm64; may be given several times. By default those that the"
    " image has, the first 8",
    "max_age": "Build again what was built more than so many days ago",
    "config": f"{HELP['config']}. Its `registries` and `mirrors` say who is asked",
    "outputs": "How the result is written: text, json or markdown",
    "registry_cache": CHECK_HELP["registry_cache"],
    "color": HELP["color"],
}
"""As `HELP`, for `StaleOptions`."""

MIGRATE_HELP = {
    "folder": "A folder of the repository; the whole repository is looked at",
    "action": "What workflows and hooks are to use: `owner/name@revision`",
    "write": "Change the files, instead of printing what would change",
}
"""As `HELP`, for `MigrateOptions`."""
