"""The options of commands that build images: which take a value, and which setting each one is.

By the reference pages of docker buildx build and bake, docker compose build and up (docs.docker.com), the manuals
podman-build(1) and buildah-build(1), and the READMEs of kaniko and img. Settings have the names of
docker/build-push-action's inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import Tool

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUILD = {
    "--annotation": "annotations",
    "--attest": "attests",
    "--build-arg": "build-args",
    "--build-context": "build-contexts",
    "--builder": "builder",
    "--cache-from": "cache-from",
    "--cache-to": "cache-to",
    "--file": "file",
    "-f": "file",
    "--label": "labels",
    "--no-cache-filter": "no-cache-filters",
    "--output": "outputs",
    "-o": "outputs",
    "--platform": "platforms",
    "--provenance": "provenance",
    "--sbom": "sbom",
    "--secret": "secrets",
    "--ssh": "ssh",
    "--tag": "tags",
    "-t": "tags",
    "--target": "target",
}
_BUILD_SWITCHES = {"--load": "load", "--no-cache": "no-cache", "--pull": "pull", "--push": "push"}
_BUILD_OTHERS = (
    "--add-host --allow --call --cgroup-parent --cpu-period --cpu-quota --cpu-shares -c --cpuset-cpus --cpuset-mems "
    "--iidfile --isolation --memory -m --memory-swap --metadata-file --network --policy --progress --security-opt "
    "--shm-size --ulimit --project --token --save-tag --build-platform"
)
_PODMAN_OTHERS = (
    "--add-host --annotation --arch --authfile --cache-ttl --cap-add --cap-drop --cert-dir --cgroup-parent --cpp-flag "
    "--cpu-period --cpu-quota --cpu-shares -c --cpuset-cpus --cpuset-mems --creds --cw --decryption-key --device --dns "
    "--dns-option --dns-search --env --format --from --group-add --hooks-dir --iidfile --ignorefile --ipc --isolation "
    "--jobs --layer-label --logfile --manifest --memory -m --memory-swap --network --os --os-feature --os-version "
    "--pid "
    "--retry --retry-delay --runtime --runtime-flag --security-opt --shm-size --sign-by --timestamp --ulimit "
    "--unsetenv --unsetlabel --userns --userns-gid-map --userns-uid-map --uts --variant --volume -v"
)
_BAKE = {
    "--file": "files",
    "-f": "files",
    "--set": "set",
    "--builder": "builder",
    "--provenance": "provenance",
    "--sbom": "sbom",
}
_COMPOSE = {
    "--build-arg": "build-args",
    "--builder": "builder",
    "--provenance": "provenance",
    "--sbom": "sbom",
}
_COMPOSE_OTHERS = (
    "--memory -m --ssh --progress --attach --exit-code-from --no-attach --scale --timeout -t --wait-timeout"
)
_KANIKO_OTHERS = (
    "--cache-dir --cache-ttl --digest-file --registry-mirror --registry-certificate --verbosity -v --snapshot-mode "
    "--snapshotMode --git --image-name-with-digest-file --push-retry --ignore-path --oci-layout-path --tar-path "
    "--tarPath --log-format --compression --kaniko-dir --secret"
)
_KANIKO = {
    "--build-arg": "build-args",
    "--cache-repo": "cache-repo",
    "--context": "context",
    "-c": "context",
    "--custom-platform": "platforms",
    "--customPlatform": "platforms",
    "--destination": "tags",
    "-d": "tags",
    "--dockerfile": "file",
    "-f": "file",
    "--label": "labels",
    "--target": "target",
    "--context-sub-path": "context-sub-path",
}


class Options(Struct, frozen=True):
    """What a command understands.

    Attributes:
        settings: options with a value, and the setting that each is.
        switches: options that are on when they are there, or take `=false`.
        values: further options whose value is the next word.
    """

    settings: Mapping[str, str]
    switches: Mapping[str, str]
    values: frozenset[str]


_DOCKER = Options(_BUILD, _BUILD_SWITCHES, frozenset(_BUILD_OTHERS.split()))
_PODMAN = Options(_BUILD, {**_BUILD_SWITCHES, "--pull-always": "pull"}, frozenset(_PODMAN_OTHERS.split()))
OPTIONS = {
    Tool.DOCKER_BUILD: _DOCKER,
    Tool.BUILDX_BUILD: _DOCKER,
    Tool.DEPOT_BUILD: _DOCKER,
    Tool.IMG: _DOCKER,
    Tool.PODMAN_BUILD: _PODMAN,
    Tool.BUILDAH_BUILD: _PODMAN,
    Tool.BUILDX_BAKE: Options(
        _BAKE, _BUILD_SWITCHES, frozenset("--allow --call --list --metadata-file --progress --var --project".split())
    ),
    Tool.COMPOSE_BUILD: Options(
        _COMPOSE,
        {"--no-cache": "no-cache", "--pull": "pull", "--push": "push"},
        frozenset(_COMPOSE_OTHERS.split()),
    ),
    Tool.KANIKO: Options(
        _KANIKO,
        {"--cache": "cache", "--no-push": "no-push"},
        frozenset(_KANIKO_OTHERS.split()),
    ),
}
"""The options of each tool's command, behind its own name."""

DOCKER_GLOBAL = frozenset("--config --context -c --host -H --log-level -l --tlscacert --tlscert --tlskey".split())
"""Options of `docker` itself whose value is the next word."""

COMPOSE_GLOBAL = {"--file": "files", "-f": "files", "--project-directory": "folder"}
"""Options of `docker compose` itself that say what it reads."""

COMPOSE_GLOBAL_VALUES = frozenset("--profile --env-file --project-name -p --parallel --ansi --progress".split())
"""Further options of `docker compose` itself whose value is the next word."""
