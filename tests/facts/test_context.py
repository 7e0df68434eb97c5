from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.context import contexts, copied_file, find_in_context
from dockwright.project import MemoryTree
from dockwright.source import Source


def test_the_folders_that_may_be_the_context() -> None:
    assert list(contexts("a/b/Dockerfile")) == ["a/b", "a", ""]
    assert list(contexts("Dockerfile")) == [""]


def test_the_nearest_file() -> None:
    tree = MemoryTree([Source("uv.lock", ""), Source("a/uv.lock", ""), Source("b/uv.lock", "")])
    found = find_in_context(tree, "a/b/Dockerfile", "uv.lock")
    assert found is not None
    assert found.path == "a/uv.lock"


@pytest.mark.parametrize(
    ("copies", "path", "expected"),
    [
        ("COPY requirements.txt .", "requirements.txt", "svc/requirements.txt"),
        ("COPY requirements*.txt /tmp/", "/tmp/requirements.txt", "svc/requirements.txt"),
        ("COPY . /app", "/app/requirements/base.txt", "svc/requirements/base.txt"),
        ("COPY requirements /reqs", "/reqs/base.txt", "svc/requirements/base.txt"),
        ("COPY svc/ /app", "/app/requirements.txt", "svc/requirements.txt"),
        ("ARG D=requirements\nCOPY $D/base.txt /x/", "/x/base.txt", "svc/requirements/base.txt"),
        ("COPY common.txt .", "common.txt", "common.txt"),
        ("COPY --from=build /requirements.txt .", "requirements.txt", None),
        ("COPY other.txt .", "requirements.txt", None),
        ("ADD https://example.com/requirements.txt .", "requirements.txt", None),
        ("COPY $UNKNOWN .", "requirements.txt", None),
        ("COPY . .", "../../etc/passwd", None),
        ("COPY . .", "/", None),
    ],
)
def test_what_a_path_in_the_image_was(copies: str, path: str, expected: str | None) -> None:
    names = ["svc/requirements.txt", "svc/requirements/base.txt", "common.txt", "etc/passwd"]
    tree = MemoryTree([Source(name, "") for name in names])
    dockerfile = parse(Source("svc/Dockerfile", f"FROM python:3.14\n{copies}\nRUN pip install\n"))
    stage = dockerfile.stages[0]
    found = copied_file(tree, dockerfile, stage, before=stage.instructions[-1], path=path)
    assert (None if found is None else found.path) == expected


def test_a_bind_mount_and_a_stage_below() -> None:
    tree = MemoryTree([Source("a.txt", ""), Source("b.txt", "")])
    text = (
        "FROM python:3.14 AS base\nCOPY a.txt .\nFROM base\n"
        "RUN --mount=type=bind,source=b.txt,target=/tmp/b.txt pip install\nCOPY later.txt .\n"
    )
    dockerfile = parse(Source("Dockerfile", text))
    stage = dockerfile.stages[1]
    for path in ("a.txt", "/tmp/b.txt"):
        found = copied_file(tree, dockerfile, stage, before=stage.instructions[0], path=path)
        assert found is not None
        assert found.path == path.rpartition("/")[2]
