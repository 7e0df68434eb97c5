"""What a release takes beside the build: the version that it has, its notes, and the image's digest in action.yml.

    scripts/release.py check VERSION           fail unless VERSION (1.2.3) can be released from this checkout
    scripts/release.py notes VERSION           print the changelog's section
    scripts/release.py pin IMAGE@DIGEST        let action.yml name a published image in place of the Dockerfile
    scripts/release.py moving VERSION          print the tags that move to it, one on each line

`.github/workflows/release.yml` calls them in this order (docs/adr/0005-the-action-is-one-image.md).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).resolve().parent.parent
_VERSION: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-(?:alpha|beta|rc)\.[0-9]+)?")
_IMAGE: Final = re.compile(r"[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+:v[0-9a-z.-]+@sha256:[0-9a-f]{64}")
_FROM_SOURCE: Final = "  image: Dockerfile\n"


class Refused(Exception):
    """This cannot be released; the text says why."""


def check(version: str, top: Path) -> None:
    """Make sure that a version can be released.

    Raises:
        Refused: it is no version, the package or the changelog says otherwise, or it is released already.
    """
    if not _VERSION.fullmatch(version):
        raise Refused(f"`{version}` is no version: write `1.2.3`, without a `v`")
    package = (top / "src" / "dockwright" / "__init__.py").read_text(encoding="utf-8")
    if f'__version__ = "{version}"\n' not in package:
        raise Refused(f"src/dockwright/__init__.py does not say `{version}`")
    if not notes(version, top):
        raise Refused(f"CHANGELOG.md says nothing under `## [{version}] - DATE`")
    if _git(top, "tag", "--list", f"v{version}"):
        raise Refused(f"there is a tag `v{version}`, and a release never changes")
    if (top / "action.yml").read_text(encoding="utf-8").count(_FROM_SOURCE) != 1:
        raise Refused("action.yml does not say `image: Dockerfile`")


def notes(version: str, top: Path) -> str:
    """Return the changelog's section of a version; empty if there is none."""
    changelog = (top / "CHANGELOG.md").read_text(encoding="utf-8")
    match = re.search(
        rf"^## \[{re.escape(version)}\] - [0-9-]{{10}}\n(.*?)(?=^## |^\[[^]]+\]: |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    return match[1].strip() if match else ""


def pin(image: str, top: Path) -> None:
    """Let action.yml name an image.

    Raises:
        Refused: it is not named by a tag of a release and a digest, or action.yml names one already.
    """
    if not _IMAGE.fullmatch(image):
        raise Refused(f"`{image}` is not `REGISTRY/NAME:vVERSION@sha256:...`")
    path = top / "action.yml"
    text = path.read_text(encoding="utf-8")
    if text.count(_FROM_SOURCE) != 1:
        raise Refused("action.yml does not say `image: Dockerfile`")
    path.write_text(text.replace(_FROM_SOURCE, f"  image: docker://{image}\n"), encoding="utf-8")


def moving(version: str) -> tuple[str, ...]:
    """Return the tags that move to a release, of the image and of git; a pre-release moves none.

    Raises:
        Refused: it is no version.
    """
    if not _VERSION.fullmatch(version):
        raise Refused(f"`{version}` is no version: write `1.2.3`, without a `v`")
    major, minor, _ = version.split(".", 2)
    return () if "-" in version else (f"v{major}", f"v{major}.{minor}")


def _git(top: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", top, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def main(arguments: list[str] | None = None, top: Path = TOP) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["check", "notes", "pin", "moving"])
    parser.add_argument("value", metavar="VERSION|IMAGE")
    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "check":
                check(options.value, top)
            case "notes":
                print(notes(options.value, top))
            case "pin":
                pin(options.value, top)
            case _:
                print(*moving(options.value), sep="\n")
    except Refused as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
