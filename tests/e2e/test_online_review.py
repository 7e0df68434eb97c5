"""Online rules in the action: a pull request, a registry and a distribution on loopback, and what stands on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.images import made_index
from tests.support.mirrors import mirror_double
from tests.support.published import MOVED, base, publish
from tests.support.registry.fixture import registry
from tests.support.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.service import GitHub
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RegistryDouble

__all__ = ["registry"]  # a fixture is used by its name

AMD64 = "linux/amd64"
RULES = {"base-lacks-security-updates", "base-not-rebuilt", "digest-behind-tag", "newer-patch-available"}
USER = "USER 1000\n"


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        yield double


class Online:
    """A repository whose base branch switches online rules on, and a pull request that names a base image."""

    def __init__(self, folder: Path, hub: GitHub, registry: RegistryDouble, mirror: MirrorDouble) -> None:
        self.folder = folder
        self.hub = hub
        self.registry = registry
        self.config = (
            f"online: true\nregistries:\n  docker.io:\n    mirror: {registry.url}\nmirrors:\n"
            f"  debian-security: {mirror.url}/debian-security\n  debian: {mirror.url}/debian\n"
        )
        publish(mirror, libssl3="3.0.1-1")
        self.old = registry.push_image("library/debian", "12", image=made_index({AMD64: base()}))

    def scene(self, after: str, *, before: str = "FROM debian:12\n", config: str | None = None) -> Scene:
        settings = self.config if config is None else config
        files = {"Dockerfile": before + USER, ".github/dockwright.yml": settings}
        return Scene(self.folder, self.hub, before=files, after={"Dockerfile": after + USER})


@pytest.fixture
def online(tmp_path: Path, hub: GitHub, registry: RegistryDouble, mirror: MirrorDouble) -> Online:
    return Online(tmp_path, hub, registry, mirror)


def said(scene: Scene) -> dict[str, str]:
    return {rule: each.text for each in scene.said for rule in RULES if f"`{rule}`" in each.text}


def test_a_pin_that_is_behind_is_a_comment_with_a_suggestion(online: Online, mirror: MirrorDouble) -> None:
    publish(mirror, libssl3="3.0.2-1")
    new = online.registry.push_image("library/debian", "12", image=made_index({AMD64: base(MOVED)}))
    scene = online.scene(f"FROM debian:12@{online.old}\n")
    step = scene.run()
    assert step.code == 0
    found = said(scene)
    assert sorted(found) == ["base-lacks-security-updates"]
    assert f"```suggestion\nFROM debian:12@{new}\n```" in found["base-lacks-security-updates"]
    assert f"`debian:12@{new[:19]}…` lacks none. Use that." in found["base-lacks-security-updates"]


def test_an_image_that_lacks_published_updates(online: Online, mirror: MirrorDouble) -> None:
    publish(mirror, libssl3="3.0.2-1")
    scene = online.scene(f"FROM debian:12@{online.old} AS app\n")
    step = scene.run()
    found = said(scene)
    assert step.code == 0
    assert (
        "lacks the security updates of 1 source package that Debian published up to"
        in found["base-lacks-security-updates"]
    )
    assert "`openssl`" in found["base-lacks-security-updates"]


def test_nothing_is_asked_unless_it_is_switched_on(online: Online) -> None:
    config = online.config.replace("online: true\n", "")
    scene = online.scene(f"FROM debian:12@{online.old}\n", config=config)
    scene.run()
    assert online.registry.asked == []
    scene.run(online="true")
    assert online.registry.asked != []


def test_unchanged_lines_are_not_asked_about(online: Online) -> None:
    scene = online.scene("FROM debian:12\nRUN true\n")
    scene.run()
    assert online.registry.asked == []


def test_a_pull_request_does_not_switch_it_on_or_name_hosts(online: Online) -> None:
    scene = online.scene(f"FROM debian:12@{online.old}\n", config="rules: {}\n")
    scene.pull.push({".github/dockwright.yml": online.config})
    step = scene.run()
    assert online.registry.asked == []
    assert "`online` is not switched on in the configuration of the base branch" in step.log
    scene.run(online="true")
    assert online.registry.asked == []


def test_a_registry_that_the_base_branch_does_not_name_is_not_asked(online: Online) -> None:
    scene = online.scene(f"FROM {online.registry.host}/library/debian:12\n")
    step = scene.run()
    assert online.registry.asked == []
    assert f"Nothing was asked of `{online.registry.host}`" in step.log


def test_a_fork_on_a_runner_of_ones_own(online: Online) -> None:
    scene = online.scene(f"FROM debian:12@{online.old}\n")
    scene.from_fork({"Dockerfile": f"FROM debian:12@{online.old}\n{USER}"})
    step = scene.run()  # the variable that names the kind of runner is not set: it may be anybody's
    assert online.registry.asked == []
    assert "`forks-on-self-hosted`" in step.log


def test_a_fork_where_that_is_allowed(online: Online) -> None:
    allowed = online.config.replace("online: true", "online: {enabled: true, forks-on-self-hosted: true}")
    scene = online.scene("FROM debian:12\n", config=allowed)
    scene.from_fork({"Dockerfile": f"FROM debian:12@{online.old}\n{USER}"})
    scene.run(registries=f"{online.registry.host} octo secret")
    assert online.registry.asked != []
    assert all("Authorization" not in asked.headers for asked in online.registry.asked)


def test_a_fork_through_the_api(online: Online) -> None:
    allowed = online.config.replace("online: true", "online: {enabled: true, forks-on-self-hosted: true}")
    scene = online.scene("FROM debian:12\n", config=allowed)
    online.registry.push("library/debian", "12", content="rebuilt")
    scene.from_fork({"Dockerfile": f"FROM debian:12@{online.old}\n{USER}"})
    scene.run(target=True)
    assert "digest-behind-tag" in said(scene)


def test_a_registry_that_talks_nonsense_fails_nothing(online: Online) -> None:
    online.registry.delete_tag("library/debian", "12")
    scene = online.scene("FROM debian:12 AS app\n")
    step = scene.run()
    assert step.code == 0
    assert said(scene) == {}
    assert "Nothing is known of `debian:12` online" in step.log
