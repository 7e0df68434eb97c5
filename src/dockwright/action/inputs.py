"""The inputs of action.yml, as the runner passes them."""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import UsageError
from dockwright.options import FailOn, Options, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockwright.publish import Channel
    from dockwright.registry import Credential

_WORDS = 3  # of a line of `registries`


class Mode(Enum):
    """What is to be done: a value of the input `mode`."""

    AUTO = "auto"
    REVIEW = "review"
    UPDATE = "update"
    STALE = "stale"


class Stale(Struct, frozen=True):
    """The inputs of the mode `stale`, as they are written; empty where nothing is."""

    image: str
    dockerfile: str
    target: str
    build_args: tuple[str, ...]
    platforms: tuple[str, ...]
    max_age: str
    dispatch: str
    report_file: str


class Inputs(Struct, frozen=True):
    """The inputs of action.yml."""

    paths: tuple[str, ...]
    config: str
    fail_on: FailOn | None
    profile: Profile | None
    only_changed_lines: bool
    base: str
    sarif_file: str
    token: str
    report: frozenset[Channel] | None  # None: what suits the event
    mode: Mode
    dry_run: bool
    evidence: bool | None  # None: what the configuration says
    registries: Mapping[str, Credential]
    registry_cache: str
    shellcheck: bool | None
    online: bool | None  # None: what the configuration says
    stale: Stale

    def options(self, base: str | None) -> Options:
        """Return the options of the review; the reports are not among them, as the action writes all it can."""
        return Options(
            paths=self.paths or (".",),
            base=base,
            only_changed_lines=self.only_changed_lines,
            config=self.config or None,
            fail_on=self.fail_on,
            profile=self.profile,
            outputs=(),
            shellcheck=self.shellcheck,
            online=self.online,
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
    profile = core.get_input("profile").lower()
    if profile and profile not in {each.value for each in Profile}:
        raise UsageError(f"the input `profile` is `{profile}`", help="Use default, hadolint, buildkit or strict.")
    only_changed = core.get_input("only-changed-lines").lower()
    mode = core.get_input("mode").lower() or Mode.AUTO.value
    if mode not in {each.value for each in Mode}:
        raise UsageError(f"the input `mode` is `{mode}`", help="Use auto, review, update or stale.")
    if only_changed not in {"", "true", "false"}:
        raise UsageError(f"the input `only-changed-lines` is `{only_changed}`", help="Use true or false.")
    dry_run = core.get_input("dry-run").lower()
    if dry_run not in {"", "true", "false"}:
        raise UsageError(f"the input `dry-run` is `{dry_run}`", help="Use true or false.")
    evidence = core.get_input("evidence").lower()
    if evidence not in {"", "true", "false"}:
        raise UsageError(f"the input `evidence` is `{evidence}`", help="Use true or false.")
    shellcheck = core.get_input("shellcheck").lower()
    if shellcheck not in {"", "true", "false"}:
        raise UsageError(f"the input `shellcheck` is `{shellcheck}`", help="Use true or false.")
    online = core.get_input("online").lower()
    if online not in {"", "true", "false"}:
        raise UsageError(f"the input `online` is `{online}`", help="Use true or false.")
    return Inputs(
        paths=tuple(path for path in core.get_multiline_input("paths") if path),
        config=core.get_input("config"),
        fail_on=FailOn(fail_on) if fail_on else None,
        profile=Profile(profile) if profile else None,
        only_changed_lines=only_changed != "false",
        base=core.get_input("base"),
        sarif_file=core.get_input("sarif-file"),
        token=core.get_input("token"),
        report=_channels(core.get_input("report"), core.get_input("sarif-file")),
        mode=Mode(mode),
        dry_run=dry_run == "true",
        evidence=evidence == "true" if evidence else None,
        registries=_credentials(core.get_multiline_input("registries")),
        registry_cache=core.get_input("registry-cache"),
        shellcheck=shellcheck == "true" if shellcheck else None,
        online=online == "true" if online else None,
        stale=_read_stale(),
    )


def _read_stale() -> Stale:
    """Read the inputs of the mode `stale`, which reads their values where it is chosen."""
    from actions_toolkit import core

    return Stale(
        image=core.get_input("image"),
        dockerfile=core.get_input("dockerfile"),
        target=core.get_input("target"),
        build_args=tuple(line for line in core.get_multiline_input("build-args") if line),
        platforms=tuple(core.get_input("platforms").replace(",", " ").split()),
        max_age=core.get_input("max-age"),
        dispatch=core.get_input("dispatch"),
        report_file=core.get_input("report-file"),
    )


def _credentials(lines: Iterable[str]) -> dict[str, Credential]:
    """Read the input `registries`, and keep the passwords out of the log."""
    from actions_toolkit import core

    from dockwright.registry import Credential

    found: dict[str, Credential] = {}
    for line in lines:
        words = line.split()
        if not words:
            continue
        if len(words) != _WORDS:
            raise UsageError(
                f"a line of the input `registries` has {len(words)} words",
                help="Write a host, a user and a password on each line; an empty secret leaves too few.",
            )
        host, user, password = words
        core.set_secret(password)
        found[host] = Credential(user, password)
    return found


def _channels(text: str, sarif_file: str) -> frozenset[Channel] | None:
    """Read the input `report`."""
    from dockwright.publish import Channel

    words = text.lower().replace(",", " ").split()
    known = {channel.value: channel for channel in Channel}
    if words in ([], ["auto"]):
        return None
    for word in words:
        if word not in known:
            raise UsageError(f"the input `report` names `{word}`", help=f"Use auto, or some of {', '.join(known)}.")
    if "sarif" in words and not sarif_file:
        raise UsageError("the input `report` names `sarif`", help="Say in `sarif-file` where to write it.")
    return frozenset(known[word] for word in words)


def inside(workspace: str, path: str, name: str = "sarif-file") -> str:
    """Return where a file is to be written; a link in the repository must not lead it out of the workspace.

    `name` is the input that names it.
    """
    place = os.path.normpath(os.path.join(workspace, path))
    folder, top = os.path.realpath(os.path.dirname(place)), os.path.realpath(workspace)
    if os.path.commonpath([folder, top]) != top or os.path.isdir(place):
        raise UsageError(f"the input `{name}` is `{path}`, which is no file in the workspace")
    return os.path.join(folder, os.path.basename(place))


def folder_inside(workspace: str, path: str) -> str:
    """Return where a folder is or is to be made, likewise."""
    place, top = os.path.realpath(os.path.join(workspace, path)), os.path.realpath(workspace)
    if os.path.commonpath([place, top]) != top or place == top:
        raise UsageError(f"the input `registry-cache` is `{path}`, which is no folder in the workspace")
    return place
