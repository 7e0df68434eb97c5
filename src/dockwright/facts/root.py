"""Whether an image that runs as root can be blamed for it.

Root is what some images need or are told to be: what starts them steps down by itself, a supervisor starts the services
as others, the account is chosen outside, or nobody runs them but a build.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dockwright.facts.bases import Base, Starts, base_of, is_windows
from dockwright.facts.built_targets import names_building, path_names_building
from dockwright.facts.process import has_init, is_interactive, is_service, started, steps_down
from dockwright.facts.programs import Role, has_role
from dockwright.facts.surroundings import given_another_user, is_action, services_of
from dockwright.finding import Severity

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.project import Project


class Blame(Enum):
    """What there is to say of an image that starts as root; the value is one sentence about it."""

    FULL = "The container runs as root, and so does whoever breaks into it."
    UNKNOWN = "The container starts as root, and nothing here shows that what it starts steps down."
    OUTSIDE = "Compose or Kubernetes gives the container another user; where that is forgotten, it runs as root."
    TOOL = "The image runs as root by default."
    WORKERS = "The server starts as root; only its workers step down."
    INIT = "The init system starts as root; see to it that no service runs as root, too."
    NONE = ""

    @property
    def at_most(self) -> Severity | None:
        """The ceiling on the severity: what may be excused is a notice."""
        return None if self is Blame.FULL else Severity.NOTICE


def blame(dockerfile: Dockerfile, stage: Stage, project: Project, *, had_user: bool = False) -> Blame:
    """Weigh an image that starts as root by everything that may excuse it.

    With `had_user`, it had a user other than root at some time, so that it is meant to be a service with one.
    """
    path = dockerfile.source.path
    base = external_base(dockerfile, stage)
    text = started(dockerfile, stage).text
    down = steps_down(dockerfile, stage, project.tree)
    if down or is_interactive(text) or _is_right(dockerfile, stage, project):
        return Blame.NONE
    if (base is not None and base.starts is Starts.INIT) or has_init(dockerfile, stage):
        return Blame.INIT
    if (base is not None and base.starts is Starts.WORKERS) or has_role(text, Role.WORKERS):
        return Blame.WORKERS
    service = had_user or is_service(dockerfile, stage) or services_of(project.tree, path)
    if down is None:
        return Blame.UNKNOWN
    if path_names_building(path) or names_building(stage) or not service:
        return Blame.TOOL
    return Blame.OUTSIDE if given_another_user(project.tree, path) else Blame.FULL


def _is_right(dockerfile: Dockerfile, stage: Stage, project: Project) -> bool:
    """Tell whether the image has to start as root, or starts as somebody else for reasons of its own."""
    path = dockerfile.source.path
    base = external_base(dockerfile, stage)
    elsewhere = base is not None and base.starts in (Starts.PLATFORM, Starts.STEPS_DOWN)
    needed = has_role(started(dockerfile, stage).text, Role.NEEDS_ROOT) or is_for_windows(dockerfile, stage)
    return elsewhere or needed or ".devcontainer/" in path or is_action(project.tree, path)


def external_base(dockerfile: Dockerfile, stage: Stage) -> Base | None:
    """Return what is known of the image that a stage's lineage begins with."""
    image = dockerfile.lineage(stage)[-1].image
    return None if image is None or image.reference is None else base_of(image.reference)


def is_for_windows(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether a stage's image is for Windows."""
    lineage = dockerfile.lineage(stage)
    image = lineage[-1].image
    named = image is not None and image.reference is not None and is_windows(image.reference)
    platform = image is not None and image.platform is not None and image.platform.startswith("windows")
    return named or platform or dockerfile.escape == "`" or any(_windows_shell(each) for each in lineage)


def _windows_shell(stage: Stage) -> bool:
    shells = (each for each in stage.instructions if each.name == "SHELL" and each.words)
    return any(each.words[0].text.lower().removesuffix(".exe") in {"cmd", "powershell"} for each in shells)
