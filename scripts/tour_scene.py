"""The world of the tour's scheduled update: a registry, a distribution's server and GitHub, all in this process.

They are the tests' own doubles, which speak real HTTP on loopback. What they hold is told in examples/tour/README.md;
the action runs against them as the runner runs it.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from msgspec import Struct
from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.github.service import GitHub
from tests.support.images import dpkg_status, made_image
from tests.support.mirrors import mirror_double
from tests.support.mirrors.debian import Deb, Suite
from tests.support.registry import registry_double
from tests.support.runner import Runner

if TYPE_CHECKING:
    from types import TracebackType

    from tests.support.github.pull_request import PullRequest
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import Image, RegistryDouble
    from tests.support.runner import Step

TOP: Final = Path(__file__).resolve().parents[1]
SERVICE: Final = TOP / "examples" / "service"
DATA: Final = TOP / "examples" / "tour"

_REPOSITORY: Final = "octo/score"
_PYTHON: Final = "library/python"
_TAG: Final = "3.12-slim-bookworm"
_NEWER: Final = ("3.13-slim-bookworm", "3.14-slim-bookworm")
_PINNED: Final = timedelta(60)
"""How long ago the image was built that the service pins."""

_REVISION: Final = "0" * 40
"""Of the Dockerfile that both images are built from: the same, and none that there is."""

_SYSTEM: Final = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
_SOURCES: Final = """\
Types: deb
URIs: https://debian.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: https://debian.example/debian-security
Suites: bookworm-security
Components: main
"""
_TIME: Final = "%a, %d %b %Y %H:%M:%S UTC"
_BUILD: Final = re.compile(r"\+b[0-9]+$", re.ASCII)


class Row(Struct, frozen=True):
    """A line of packages.tsv: a binary package, and its version before and after."""

    name: str
    source: str
    architecture: str
    old: str
    new: str

    def source_field(self, version: str) -> str:
        """Return the package's `Source` (deb-control(5)): empty if it says nothing that name and version do not."""
        source_version = _BUILD.sub("", version)  # a rebuild without a change of the source
        if source_version != version:
            return f"{self.source} ({source_version})"
        return "" if self.source == self.name else self.source


def rows() -> tuple[Row, ...]:
    """Read the list of packages."""
    lines = (DATA / "packages.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Row(*line.split("\t")) for line in lines)


class Scene:
    """Everything there is for one scheduled run, for as long as `with` lasts; it writes below a folder only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now = datetime.now(UTC)
        self._rows = rows()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._hub = self._open.enter_context(GitHub(self._folder / "github"))
        self._registry = self._open.enter_context(registry_double())
        self._mirror = self._open.enter_context(mirror_double())
        self._publish(self._mirror)
        pinned = self._push(self._registry)
        self.repository = self._hub.repository(self._files(pinned), _REPOSITORY)
        self._token = self._hub.workflow_token(self.repository, contents="write", pull_requests="write")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def run(self, name: str) -> Step:
        """Run the action as its workflow does on a schedule, in a new checkout."""
        folder = self._folder / name
        workspace = folder / "workspace"
        workspace.mkdir(parents=True)
        event = events.schedule(self.repository)
        check_out(self.repository, event, workspace, depth=1)
        self._hub.requests.clear()
        return Runner(TOP / "action.yml", workspace, folder / "runner", token=self._token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            more=self._hub.environment,
        )

    @property
    def pulls(self) -> tuple[PullRequest, ...]:
        """The pull requests that there are."""
        return tuple(self.repository.pulls.values())

    @property
    def writes(self) -> int:
        """How many requests of the last run would change something on GitHub."""
        return len(self._hub.writes)

    # --- what is where ----------------------------------------------------------------------------------------------

    def _publish(self, mirror: MirrorDouble) -> None:
        """Publish the new versions in Debian's suite for security, as of this morning."""
        debs = [
            Deb(row.name, row.new, row.architecture, row.source_field(row.new), _changelog(row.source))
            for row in self._rows
            if row.new != row.old
        ]
        dates = {
            "date": f"{self._now - timedelta(hours=6):{_TIME}}",
            "valid_until": f"{self._now + timedelta(6):{_TIME}}",
        }
        Suite(packages=debs).put(mirror, "debian-security", **dates)

    def _push(self, registry: RegistryDouble) -> str:
        """Push the image as it was, then as it is, and others; return the digest of the one that was."""
        pinned = registry.push_image(_PYTHON, _TAG, image=self._image(new=False))
        registry.push_image(_PYTHON, _TAG, image=self._image(new=True))
        registry.push(_PYTHON, *_NEWER)
        for tag in ("4.1.0", "4.1.1"):
            registry.push("apache/kafka", tag, platforms=["linux/amd64", "linux/arm64"], content=tag)
        return pinned

    def _image(self, *, new: bool) -> Image:
        packages = [
            (row.name, version, row.source_field(version), row.architecture)
            for row in self._rows
            for version in [row.new if new else row.old]
        ]
        said = {
            "revision": _REVISION,
            "source": f"https://github.com/docker-library/python.git#{_REVISION}:3.12/slim-bookworm",
            "base.name": "debian:bookworm-slim",
        }
        built = self._now - (timedelta(1) if new else _PINNED)
        files = {
            "etc/os-release": _SYSTEM,
            "etc/apt/sources.list.d/debian.sources": _SOURCES,
            "var/lib/dpkg/status": dpkg_status(*packages),
        }
        return made_image(
            [files],
            config={"Cmd": ["python3"]},
            annotations={f"org.opencontainers.image.{name}": value for name, value in said.items()},
            created=f"{built:%Y-%m-%dT%H:%M:%SZ}",
        )

    def _files(self, pinned: str) -> dict[str, str]:
        """Return the service as it is after its review, with its image pinned."""
        files = {
            path.relative_to(SERVICE).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(SERVICE.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }
        dockerfile = (DATA / "Dockerfile").read_text(encoding="utf-8")
        dockerfile = dockerfile.replace(f"python:{_TAG}\n", f"python:{_TAG}@{pinned}\n")
        config = (
            "# In the tour, registry and distribution are on this machine.\n"
            f"registries:\n  docker.io:\n    mirror: {self._registry.url}\n"
            f"mirrors:\n  debian-security: {self._mirror.url}/debian-security\n"
        )
        return {**files, "Dockerfile": dockerfile, ".github/dockwright.yml": config}


def _changelog(source: str) -> str:
    return (DATA / "changelogs" / source).read_text(encoding="utf-8")
