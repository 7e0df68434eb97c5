"""The action's image, built and run for real: buildah and podman from Debian or Ubuntu, as root, on a base without a
registry.

No engine runs as a service. The base is made of the machine's own distribution by mmdebstrap, so it is not the one of a
release: what the Dockerfile asks of a base is Debian with Python, pip and venv.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import msgspec

from tests.support.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRAMS: Final = ("buildah", "podman", "crun", "mmdebstrap")
NAME: Final = "localhost/dockwright:test"
_BASE: Final = "localhost/base:test"
_PACKAGES: Final = "python3,python3-venv,python3-pip,python-is-python3,ca-certificates"
_LEFT_OUT: Final = ("doc", "man", "locale", "info")
_CERTIFICATES: Final = "/etc/ssl/certs"
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing() -> str:
    """Say why no image can be built here; empty if one can."""
    if os.geteuid() != 0:
        return "building images takes root"
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"not installed: {', '.join(absent)} (`make image-packages` installs them)" if absent else ""


class Layer(msgspec.Struct, frozen=True):
    """A layer as it is pulled; `size` is in bytes, packed."""

    digest: str
    size: int


class _Manifest(msgspec.Struct, frozen=True):
    layers: tuple[Layer, ...]


class Engine:
    """Images below one folder."""

    def __init__(self, folder: Path, kept: Path) -> None:
        """Take a folder for images and one that keeps the base from run to run."""
        self.folder = folder
        self._kept = kept
        driver = "overlay" if _overlays(folder) else "vfs"
        self._options = ("--root", str(folder / "root"), "--runroot", str(folder / "run"), "--storage-driver", driver)

    def build(self, context: Path) -> None:
        """Build the image `NAME` from a checkout."""
        self._make_base()
        self._buildah(
            "bud",
            *("--isolation", "chroot", "--layers", "--network", "host"),
            # What this machine trusts: a company's proxy may have put itself between.
            *("--volume", f"{_CERTIFICATES}:{_CERTIFICATES}:ro"),
            *("--build-arg", f"BASE={_BASE}", "--tag", NAME, str(context)),
        )

    def layers(self) -> tuple[Layer, ...]:
        """Return the layers that the image has above its base, as they are pulled."""
        found = []
        for name in (_BASE, NAME):
            folder = self.folder / "pushed"
            shutil.rmtree(folder, ignore_errors=True)
            self._buildah("push", name, f"dir:{folder}")
            found.append(msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest).layers)
        base, image = found
        assert image[: len(base)] == base
        return image[len(base) :]

    def run(
        self,
        *arguments: str,
        volumes: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a container with the machine's network, and wait for it; both streams are in its output.

        Args:
            arguments: what follows the entry point.
            volumes: folders in the container, by those of this machine.
            variables: its environment.
            options: more of podman's.
        """
        command = [
            *("podman", *self._options, "run", "--rm", "--pull=never", "--runtime", "crun", "--network", "host"),
            # A machine inside of another has no control groups of its own, and may not raise limits.
            *("--cgroups=disabled", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"),
            *(word for here, there in (volumes or {}).items() for word in ("--volume", f"{here}:{there}")),
            # By the command line: the shell of `_own_mounts` drops variables with hyphens, which inputs have.
            *(word for name, value in (variables or {}).items() for word in ("--env", f"{name}={value}")),
            *(*options, NAME, *arguments),
        ]
        return subprocess.run(
            [*_own_mounts(), *command],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )

    def _make_base(self) -> None:
        archive = self._kept / "base.tar"
        if not archive.exists():
            new = archive.with_suffix(".new")
            excluded = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEFT_OUT]
            options = ["--quiet", "--variant=apt", f"--include={_PACKAGES}", "--dpkgopt=force-unsafe-io", *excluded]
            _call("mmdebstrap", *options, _codename(), str(new))
            new.rename(archive)
        container = self._buildah("from", "scratch").strip()
        self._buildah("add", "--quiet", container, str(archive), "/")
        self._buildah("config", "--env", f"PATH={_PATH}", container)
        self._buildah("commit", "--quiet", "--rm", container, _BASE)

    def _buildah(self, command: str, *arguments: str) -> str:
        return _call("buildah", *self._options, command, *arguments)


class ContainerRunner(Runner):
    """Runs the image as the runner does: with its folders, and paths as they are inside.

    Attributes:
        engine: has the image.
        owner: the account and the group of the workspace and of the runner's files; GitHub's machines have 1001.
        socket: what stands for Docker's socket, which the runner mounts into every action.
    """

    engine: Engine
    owner: tuple[int, int] = (1001, 1001)
    socket: Path | None = None

    def start(self, module: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Start the image, whose own entry point runs the module."""
        assert module == "dockwright.action"
        places = {
            str(self.temporary / "_github_home"): "/github/home",
            str(self.temporary / "_github_workflow"): "/github/workflow",
            str(self.temporary / "_runner_file_commands"): "/github/file_commands",
            str(self.workspace): "/github/workspace",
            str(self.temporary): "/github/runner_temp",
        }
        for top in (self.workspace, self.temporary):
            for path in (top, *top.rglob("*")):
                os.chown(path, *self.owner, follow_symlinks=False)
        volumes = places if self.socket is None else {**places, str(self.socket): "/var/run/docker.sock"}
        return self.engine.run(
            volumes=volumes,
            variables={name: _inside(value, places) for name, value in variables.items()},
            options=("--workdir", "/github/workspace"),
        )


def _inside(value: str, places: Mapping[str, str]) -> str:
    """Translate a path as the runner does: what begins with one of its folders."""
    for here, there in places.items():
        if value == here or value.startswith(f"{here}/"):
            return there + value[len(here) :]
    return value


def _overlays(folder: Path) -> bool:
    """Tell whether a folder can hold layers of an overlay: not if it lies on one itself."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = subprocess.run(["stat", "--file-system", "--format=%T", folder], capture_output=True, text=True, check=True)
    return kind.stdout.strip() != "overlayfs"


def _own_mounts() -> tuple[str, ...]:
    """Return what hides the second version of control groups where there are both, which crun refuses."""
    if not os.path.ismount("/sys/fs/cgroup/unified"):
        return ()
    return ("unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified && exec "$@"', "sh")


def _codename() -> str:
    with open("/etc/os-release", encoding="utf-8") as file:
        fields = dict(line.strip().split("=", 1) for line in file if "=" in line)
    return fields["VERSION_CODENAME"].strip('"')


def _call(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr[-4000:]}"
    return done.stdout
