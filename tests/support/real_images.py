"""Real Debian images, built by `scripts/real_images.sh`, and what Debian's own tools say of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "real_images.sh"
PROGRAMS = ("mmdebstrap", "umoci", "skopeo", "docker-registry", "htpasswd")
_UPGRADE = re.compile(r"Inst (?P<name>\S+) \[(?P<old>[^]]+)\] \((?P<new>\S+) ")


@dataclass(frozen=True)
class RealImages:
    """A folder that the script has filled."""

    folder: Path

    def packages(self, image: str) -> dict[str, str]:
        """Return the versions of an image's packages, as `dpkg-query` says."""
        lines = (self.folder / f"{image}.packages").read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[0]: line.split("\t")[1] for line in lines}

    def security(self, image: str) -> dict[str, tuple[str, str]]:
        """Return what `apt-get dist-upgrade` would upgrade, from which version to which."""
        found = map(_UPGRADE.match, (self.folder / f"{image}.security").read_text(encoding="utf-8").splitlines())
        return {match["name"]: (match["old"], match["new"]) for match in found if match is not None}

    def servers(self) -> dict[str, str]:
        """Return the servers that the packages came from, by their names in our configuration."""
        lines = (self.folder / "servers.tsv").read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)

    def push(self, registry: str, repository: str) -> None:
        """Push both images to a registry (`http://host:port`), tagged by their names."""
        host = registry.removeprefix("http://")
        for image in ("old", "new"):
            target = f"docker://{host}/{repository}:{image}"
            command = ["skopeo", "copy", "--quiet", "--dest-tls-verify=false"]
            subprocess.run([*command, f"oci:{self.folder / 'oci'}:{image}", target], check=True, capture_output=True)


def missing() -> str:
    """Say why such images cannot be built on this machine; empty if they can."""
    if "ID=debian" not in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
        return "it takes a Debian, whose apt is the measure"
    if os.geteuid() != 0:
        return "it takes root: apt is asked inside of the images"
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"{' and '.join(absent)} must be installed" if absent else ""


def build(folder: Path) -> RealImages:
    """Build the images into a folder; one that has them already is taken as it is."""
    if not (folder / "new.security").exists():
        subprocess.run([SCRIPT, folder], check=True)
    return RealImages(folder)
