"""What the steps of a job have set up so far, as far as builds depend on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.build import Builder, Runner, Settings, Tool
from dockwright.files.value import Truth, Value
from dockwright.files.workspace import Workspace, workspace_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.docker_commands import Alias, PushCommand
    from dockwright.files.workflow.actions import Raw
    from dockwright.files.workflow.model import Step
    from dockwright.source import Span

_HOSTED = re.compile(
    r"(?:ubuntu|windows|macos)-[\w.-]+|(?:depot|blacksmith|namespace-profile|nscloud|buildjet|warp|ubicloud)-.*"
    r"|runs-on=.*|ubicloud.*",
    re.IGNORECASE,
)
_LAYER_CACHES = frozenset(
    {
        "satackey/action-docker-layer-caching",
        "jpribyl/action-docker-layer-caching",
        "scribemd/docker-cache",
        "nscloud/cache-action",
        "depot/use-action",
        "useblacksmith/setup-docker-builder",
        "useblacksmith/build-push-action",
    }
)
_SETUPS = {
    "docker/setup-buildx-action": None,
    "namespacelabs/nscloud-setup-buildx-action": "remote",
    "useblacksmith/setup-docker-builder": "remote",
    "useblacksmith/build-push-action": "remote",
    "crazy-max/ghaction-docker-buildx": None,
}
_DEPOT = frozenset({Tool.DEPOT_ACTION, Tool.DEPOT_BAKE_ACTION, Tool.DEPOT_BUILD})
_KEEPING_DRIVERS = frozenset({"cloud", "depot"})
_SETUP_BY_DEFAULT = frozenset(
    {Tool.BUILD_PUSH_ACTION, Tool.BAKE_ACTION, Tool.BUILDX_BUILD, Tool.BUILDX_BAKE, Tool.GITHUB_BUILDER}
)


class PushOf:
    """A push of a job, on one event: whether it happens, and whose builds it means if it names none."""

    __slots__ = ("condition", "push", "tools")

    def __init__(self, push: PushCommand, condition: Truth, tools: frozenset[Tool]) -> None:
        """Take the push."""
        self.push = push
        self.condition = condition
        self.tools = tools


class JobState:
    """The state of a job between two steps, the same on all events."""

    def __init__(self, runner: Runner) -> None:
        """Begin a job on a machine."""
        self.runner = runner
        self.checkout: Span | None = None
        self.setup: Span | None = None
        self.driver: str | None = None
        self.installed = False
        self.keeps_state = Truth.FALSE
        self.restores_layers = Truth.FALSE
        self.metadata: dict[str, Step] = {}
        self.steps: list[Value] = []
        self._folders: dict[str, bool] = {}

    @property
    def workspace(self) -> Workspace:
        """The folders that were checked out."""
        return workspace_of(self._folders)

    def see_action(self, action: str, inputs: Mapping[str, Value], span: Span) -> None:
        """Take note of an action that prepares something for builds."""
        if action == "actions/checkout":
            self._checkout(inputs, span)
        if action in _SETUPS:
            self.setup = span
            self._driver(_SETUPS[action], inputs)
        if action in _LAYER_CACHES or (action.startswith("actions/cache") and _caches_layers(inputs.get("path"))):
            self.restores_layers = Truth.TRUE

    def see_driver(self, driver: Value, span: Span) -> None:
        """Take note of `docker buildx create`."""
        self.setup = span
        self.driver = driver.text

    def _checkout(self, inputs: Mapping[str, Value], span: Span) -> None:
        path, repository = inputs.get("path"), inputs.get("repository")
        folder = (path.text or "").strip().strip("/") if path else "."
        own = repository is None or not repository.traced.text or repository.references == {"github.repository"}
        self._folders[folder.removeprefix("./") or "."] = own
        if own:
            self.checkout = span

    def _driver(self, fixed: str | None, inputs: Mapping[str, Value]) -> None:
        driver = inputs.get("driver")
        self.driver = fixed or (driver.text or None if driver and driver.traced.text else "docker-container")
        if driver is not None and driver.text is None:
            self.driver = None
        install, keep = inputs.get("install"), inputs.get("keep-state")
        self.installed = install is not None and install.truth().certain
        self.keeps_state = Truth.FALSE if keep is None else keep.truth()
        if fixed == "remote":
            self.restores_layers = Truth.TRUE

    def builder(self, tool: Tool, settings: Settings, *, named: bool, legacy: Truth) -> Builder:
        """Return what a build of this job runs on; `named` tells whether it names a builder."""
        if tool in _DEPOT:
            return Builder("depot", self.setup, Truth.TRUE)
        if not tool.buildkit:
            return Builder(None, self.setup, Truth.FALSE if settings.cache_from else ~self.runner.hosted)
        uses_setup = tool in _SETUP_BY_DEFAULT or self.installed or named
        if self.setup is not None and uses_setup:
            return Builder(self.driver, self.setup, self._kept())
        driver = "legacy" if legacy.certain else None if legacy.possible or named else "docker"
        return Builder(driver, self.setup, ~self.runner.hosted | self.restores_layers)

    def _kept(self) -> Truth:
        if self.driver in _KEEPING_DRIVERS:
            return Truth.TRUE
        if self.driver == "docker-container":
            return self.restores_layers | (self.keeps_state & ~self.runner.hosted)
        if self.driver == "docker":
            return self.restores_layers | ~self.runner.hosted
        return self.restores_layers | Truth.UNKNOWN


def _caches_layers(path: Value | None) -> bool:
    return path is not None and "/var/lib/docker" in path.traced.text


def runner_of(labels: tuple[Value, ...], *, certain: bool) -> Runner:
    """Tell what a job's labels ask for; a group of runners (`certain` false) may be anything."""
    texts = [label.text for label in labels]
    if "self-hosted" in [text.lower() for text in texts if text is not None]:
        return Runner(labels, Truth.FALSE)
    if certain and texts and any(text is not None and _HOSTED.fullmatch(text) for text in texts):
        return Runner(labels, Truth.TRUE)
    return Runner(labels, Truth.UNKNOWN)


def pushed(raw: Raw, pushes: list[PushOf], aliases: list[Alias]) -> Truth:
    """Return whether later commands of the job push what a build has tagged."""
    names = {tag.value.shown for tag in raw.settings.tags if not tag.value.unknown}
    names |= {alias.new.shown for alias in aliases if alias.old.shown in names}
    names |= {_with_latest(name) for name in names}
    repositories = {_repository(name) for name in names}
    found = Truth.FALSE
    for each in pushes:
        if not each.push.names:
            same, maybe = raw.tool in each.tools, False
        else:
            name = each.push.names[0]
            same = _with_latest(name.shown) in names or (each.push.all_tags and _repository(name.shown) in repositories)
            maybe = name.text is None or any("$" in one for one in names) or not raw.settings.tags_known
        if same or maybe:
            found |= each.condition if same else each.condition & Truth.UNKNOWN
    return found


def _with_latest(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] or "@" in name or name.endswith("}") else f"{name}:latest"


def _repository(name: str) -> str:
    head, slash, tail = name.rpartition("/")
    return head + slash + tail.partition(":")[0]
