from __future__ import annotations

import pytest

from dockwright.files.devcontainer import matches, read_dockerfile, read_images
from dockwright.image import ImageKind
from dockwright.source import Source

PATH = ".devcontainer/devcontainer.json"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".devcontainer/devcontainer.json", True),
        (".devcontainer.json", True),
        (".devcontainer/python/devcontainer.json", True),
        ("services/web/.devcontainer/devcontainer.json", True),
        ("web/.devcontainer.json", True),
        (".devcontainer/a/b/devcontainer.json", False),
        ("devcontainer.json", False),
        (".devcontainer/devcontainer-lock.json", False),
        ("x.devcontainer.json", False),
    ],
)
def test_names(path: str, expected: bool) -> None:  # noqa: FBT001
    assert matches(path) is expected


def test_the_image_of_a_dev_container() -> None:
    text = """\
// For format details, see https://aka.ms/devcontainer.json.
{
  "name": "Python", /* image: "no" */
  "image": "mcr.microsoft.com/devcontainers/python:1-3.12-bookworm",
  "features": {
    "ghcr.io/devcontainers/features/node:1": {},
  },
}
"""
    (use,) = read_images(Source(PATH, text))
    assert use.kind is ImageKind.DEVCONTAINER
    assert use.reference is not None
    assert (use.reference.name, use.reference.tag) == ("mcr.microsoft.com/devcontainers/python", "1-3.12-bookworm")
    assert (use.span.text, use.span.first.line) == ("mcr.microsoft.com/devcontainers/python:1-3.12-bookworm", 4)
    assert use.traced is not None
    assert use.traced.exact == use.span
    assert (use.stage, use.platform) == (None, None)


@pytest.mark.parametrize("image", ["base:${templateOption:imageVariant}", "python:${localEnv:VERSION:3.12}"])
def test_a_variable_leaves_the_image_unknown(image: str) -> None:
    (use,) = read_images(Source(PATH, f'{{"image": "{image}"}}'))
    assert (use.word.text, use.traced, use.reference) == (image, None, None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"image": ["a"]}', '{"image": ""}', '{"build": {"image": "a"}}']
)
def test_nothing_is_found_where_there_is_no_image(text: str) -> None:
    assert read_images(Source(PATH, text)) == ()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (PATH, '{"build": {"dockerfile": "Dockerfile"}}', ".devcontainer/Dockerfile"),
        (PATH, '{"build": {"dockerfile": "../Dockerfile", "context": ".."}}', "Dockerfile"),
        (PATH, '{"dockerFile": "dev.Dockerfile"}', ".devcontainer/dev.Dockerfile"),
        (".devcontainer.json", '{"build": {"dockerfile": "Dockerfile"}}', "Dockerfile"),
        (PATH, '{"build": {"dockerfile": "../../Dockerfile"}}', None),
        (PATH, '{"build": {"dockerfile": "/Dockerfile"}}', None),
        (PATH, '{"build": {"dockerfile": "${localEnv:NAME}"}}', None),
        (PATH, '{"image": "a"}', None),
        (PATH, "{", None),
    ],
)
def test_which_dockerfile_is_built(path: str, text: str, expected: str | None) -> None:
    assert read_dockerfile(Source(path, text)) == expected
