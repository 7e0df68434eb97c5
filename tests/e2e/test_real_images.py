"""What we say of real Debian images is what Debian's own tools say of them. `make real-images` runs this.

DOCKWRIGHT_REAL_IMAGES names a folder in which the images stay for the next run; but what is published changes, so
one that is older than an hour or two may no longer be equal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.evidence.inventory import Inventory, inventory
from tests.support.cli import SOURCES, dockwright
from tests.support.real_images import RealImages, build, missing
from tests.support.registry.fixture import registries

if TYPE_CHECKING:
    from tests.support.registry.real import RealRegistries

__all__ = ["registries"]  # a fixture is used by its name

pytestmark = pytest.mark.real

REPOSITORY = "library/pair"
BENCH = Path(__file__).parents[2] / "scripts" / "bench" / "evidence.py"
NAME = f"docker.io/{REPOSITORY}"


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> RealImages:
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI has to run this: {reason}")
        pytest.skip(reason)
    return build(Path(os.environ.get("DOCKWRIGHT_REAL_IMAGES") or tmp_path_factory.mktemp("images")))


@pytest.fixture(scope="session")
def folder(images: RealImages, registries: RealRegistries, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose configuration has the images' registry, and the servers that the machine's apt uses."""
    images.push(registries.plain.opened, REPOSITORY)
    folder = tmp_path_factory.mktemp("repository")
    config = {"registries": {"docker.io": {"mirror": registries.plain.opened}}, "mirrors": images.servers()}
    (folder / "dockwright.yml").write_text(json.dumps(config), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str, code: int) -> dict[str, Any]:
    """Run a command, and return what it says."""
    found = dockwright(*arguments, "--format", "json", cwd=folder)
    assert (found.code, found.err) == (code, "")
    told: dict[str, Any] = json.loads(found.out)
    return told


@pytest.mark.parametrize("image", ["old", "new"])
def test_packages_are_those_of_dpkg_query(
    images: RealImages, folder: Path, registries: RealRegistries, image: str
) -> None:
    assert folder.exists()  # the images are pushed
    client = registries.plain.client()
    resolved = client.resolve(NAME, image)
    found = inventory(client, NAME, resolved.digest, resolved.platforms[0])
    assert isinstance(found, Inventory)
    assert found.layers_read == 1
    lines = [
        f"{each.name}\t{each.version}\t{each.architecture}\t{each.source}\t{each.source_version}"
        for each in found.packages
    ]
    assert sorted(lines) == sorted((images.folder / f"{image}.packages").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("image", ["old", "new"])
def test_what_lacks_is_what_apt_would_upgrade(images: RealImages, folder: Path, image: str) -> None:
    expected = images.security(image)
    told = run(folder, "check", f"{NAME}:{image}", code=1 if expected else 0)
    (found,) = told["images"][0]["platforms"]
    packages = [package for row in found["security"] for package in row["packages"]] + found["kernel"]
    assert {each["name"]: (each["installed"], each["published"]) for each in packages} == expected
    assert (found["grade"]["letter"] == "A") is not bool(expected)


def test_what_changes_is_what_differs_between_both(images: RealImages, folder: Path) -> None:
    old, new = images.packages("old"), images.packages("new")
    expected = {name: (old.get(name), new.get(name)) for name in {*old, *new} if old.get(name) != new.get(name)}
    (platform,) = run(folder, "compare", f"{NAME}:old", f"{NAME}:new", code=0)["platforms"]
    found = [package for source in platform["packages"]["sources"] for package in source["packages"]]
    assert {each["name"]: (each["old"], each["new"]) for each in found} == expected


def test_the_benchmark_measures_what_it_documents(images: RealImages) -> None:
    done = subprocess.run(
        [sys.executable, BENCH, images.folder, "--runs", "1"],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
    )
    measured = json.loads(done.stdout.splitlines()[-1])
    assert measured["lacking"] == len(images.security("old"))
    assert measured["image_bytes"] + measured["index_bytes"] < 25_000_000
    assert measured["peak_mib"] < 64
    documented = BENCH.read_text(encoding="utf-8").partition("from __future__")[0]
    assert all(f"`{name}`" in documented for name in measured)
