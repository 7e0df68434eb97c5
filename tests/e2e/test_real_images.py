"""What we say of real Debian images is what Debian's own tools say of them. `make real-images` runs this.

DOCKWRIGHT_REAL_IMAGES names a folder in which the images stay for the next run; but what is published changes, so
one that is older than an hour or two may no longer be equal.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.evidence.inventory import Inventory, inventory
from tests.support.cli import SOURCES, dockwright
from tests.support.images.attested import attested
from tests.support.real_images import RealImages, build, missing
from tests.support.registry.fixture import registries
from tests.support.registry.images import (
    OCI_CONFIG,
    OCI_LAYER,
    OCI_MANIFEST,
    Image,
    Manifest,
    descriptor,
    digest_of,
    encode,
)

if TYPE_CHECKING:
    from tests.support.registry.real import RealRegistries, RealRegistry

__all__ = ["registries"]  # a fixture is used by its name

pytestmark = pytest.mark.real

REPOSITORY = "library/pair"
BENCH = Path(__file__).parents[2] / "scripts" / "bench" / "evidence.py"
NAME = f"docker.io/{REPOSITORY}"
APP = "acme/app"
BASE_TAG = "stable"
BASE = f"{NAME}:{BASE_TAG}"
REF = "org.opencontainers.image.ref.name"


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


# --- stale ------------------------------------------------------------------------------------------------------------


class Apps:
    """Images that are built on `old`, by one layer above it, in as many ways as a build says of it."""

    def __init__(self, images: RealImages, registry: RealRegistry) -> None:
        self._registry = registry
        self._folder = images.folder / "oci"
        self._manifests = {each["annotations"][REF]: each for each in json.loads(self._index())["manifests"]}

    def move(self, image: str) -> None:
        """Let the base's tag be one of the two images, which are there already."""
        top = Manifest(self._blob(self._manifests[image]["digest"]), OCI_MANIFEST)
        self._registry.push_image(REPOSITORY, BASE_TAG, image=Image((), (top,)))

    def publish(self, recorded: str) -> None:
        old = self._manifests["old"]["digest"]
        labels = {f"org.opencontainers.image.base.{key}": value for key, value in {"name": BASE, "digest": old}.items()}
        image = self._on_old(labels if recorded == "label" else {})
        if recorded == "provenance":
            platform = "/".join(json.loads(image.blobs[1])[key] for key in ("os", "architecture"))
            image = attested({platform: image}, {platform: [(f"pkg:docker/pair@{BASE_TAG}", old)]})
        self._registry.push_image(APP, recorded, image=image)

    def _on_old(self, labels: dict[str, str]) -> Image:
        """Add a layer to it, as `RUN` does."""
        manifest = json.loads(self._blob(self._manifests["old"]["digest"]))
        config = json.loads(self._blob(manifest["config"]["digest"]))
        base = tuple(self._blob(each["digest"]) for each in manifest["layers"])
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as layer:
            layer.addfile(tarfile.TarInfo("srv/main.py"))
        own = gzip.compress(tar.getvalue(), mtime=0)
        config["rootfs"]["diff_ids"].append(digest_of(tar.getvalue()))
        config.setdefault("history", []).append({"created_by": "RUN touch /srv/main.py"})
        config["config"] = {**config.get("config", {}), "Labels": labels}
        data = json.dumps(config).encode()
        manifest["layers"].append(descriptor(own, OCI_LAYER))
        manifest["config"] = descriptor(data, OCI_CONFIG)
        return Image((own, data, *base), (encode({**manifest, "mediaType": OCI_MANIFEST}, OCI_MANIFEST),))

    def _index(self) -> bytes:
        return (self._folder / "index.json").read_bytes()

    def _blob(self, digest: str) -> bytes:
        return (self._folder / "blobs" / digest.replace(":", "/")).read_bytes()


@pytest.mark.parametrize("recorded", ["provenance", "label", "neither"])
def test_stale_once_the_tag_of_its_base_has_moved(
    images: RealImages, folder: Path, registries: RealRegistries, recorded: str
) -> None:
    apps = Apps(images, registries.plain)
    apps.publish(recorded)
    question = ("stale", f"docker.io/{APP}:{recorded}", "--base", BASE)
    apps.move("old")
    told = run(folder, *question, code=0)
    assert (told["rebuild_needed"], told["reasons"]) == (False, [])
    (base,) = told["platforms"][0]["bases"]
    assert (base["state"], base["layers_shared"]) == ("current", base["layers"])
    apps.move("new")
    told = run(folder, *question, code=1)
    assert (told["rebuild_needed"], told["reasons"]) == (True, ["base-digest", "security-updates"])
    (platform,) = told["platforms"]
    assert platform["bases"][0]["state"] == "moved"
    lacking, still = images.security("old"), images.security("new")
    expected = {name: versions for name, versions in lacking.items() if name not in still}
    brought = {each["name"]: (each["installed"], each["published"]) for each in platform["updates"]["base"]}
    assert brought == expected


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
