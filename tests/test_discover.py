from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dockwright.discover import FolderTree, Named, dockerfile_names, locate
from dockwright.dockerfile.names import is_dockerfile, is_dockerfile_name
from dockwright.errors import UsageError
from dockwright.finding import Unreadable
from dockwright.git import Git
from dockwright.project import Origin
from dockwright.source import Source
from tests.support.repository import ENVIRONMENT, Repository

if TYPE_CHECKING:
    from pathlib import Path

LARGE = 1 << 20


def write(folder: Path, *paths: str, text: str = "FROM scratch\n") -> None:
    for path in paths:
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)


def tree_of(repository: Repository) -> FolderTree:
    return FolderTree(str(repository.path), Git(str(repository.path), ENVIRONMENT))


def found_in(tree: FolderTree, *folders: str) -> list[str]:
    return dockerfile_names(tree, folders or [""])


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "DOCKERFILE",
        "DockerFile",
        "Containerfile",
        "containerfile",
        "Dockerfile.dev",
        "Dockerfile.alpine-3.20",
        "Dockerfile-prod",
        "Dockerfile_prod",
        "Containerfile.ubi9",
        "api.Dockerfile",
        "api.dockerfile",
        "api.prod.dockerfile",
        "api.Containerfile",
        "api-Dockerfile",
        ".dockerfile",
        "Dockerfile.test",
        "Dockerfile.go",
        "Dockerfile.txt",
        "new\nline.Dockerfile",
        "Dockerfile.\udcff",
    ],
)
def test_names_of_dockerfiles(name: str) -> None:
    assert is_dockerfile_name(name)
    assert is_dockerfile_name(f"some/folder/{name}")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Dockerfiles",
        "MyDockerfile",
        "Dockerfile/readme",
        "docker-file",
        "compose.yaml",
        "Makefile",
        "Dockerfile.md",
        "Dockerfile.j2",
        "Dockerfile.prod.tmpl",
        "Dockerfile.template",
        "Dockerfile.erb",
        "Dockerfile.tt",
        "Dockerfile.rego",
        "Dockerfile.in",
        "Dockerfile.dockerignore",
        "api.Dockerfile.dockerignore",
        ".dockerignore",
        "Dockerfile~",
        "Dockerfile.swp",
        ".Dockerfile.swo",
        "Dockerfile.orig",
        "Dockerfile.rej",
        "Dockerfile.bak",
        "Dockerfile.old",
        "dockerfile.json",
        "dockerfile.tmLanguage.JSON",
        "dockerfile.YAML",
    ],
)
def test_names_of_other_files(name: str) -> None:
    assert not is_dockerfile_name(name)


@pytest.mark.parametrize(
    "name", ["Dockerfile.go", "Dockerfile.py", "Dockerfile.txt", "lint-dockerfile", "dockerfile_test"]
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM scratch\n", True),
        ("from scratch\n", True),
        ("\ufeff# syntax=docker/dockerfile:1\r\n\r\n  # about\n\tARG X=1\nFROM $X\n", True),
        ("FROM \\\n  scratch\n", True),
        ("package dockerfile\n", False),
        ("from dockerfile_parse import DockerfileParser\n", False),
        ("#!/bin/sh\nset -e\n", False),
        ("", False),
        ("FROMAGE\n", False),
    ],
)
def test_a_name_that_may_be_a_programs_is_decided_by_the_text(name: str, text: str, *, expected: bool) -> None:
    assert is_dockerfile(Source(name, text)) is expected


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dev", "go.Dockerfile", "a/Containerfile"])
def test_a_certain_name_needs_no_look(name: str) -> None:
    assert is_dockerfile(Source(name, "RUNN\n"))


@pytest.mark.parametrize(
    "text",
    [
        "FROM {{ base }}\n",
        "FROM --platform=linux/amd64 node:%%VARIANT%%\n",
        "FROM __ARCH__/python:3\n",
        "FROM @BASE@\n",
        "FROM a\n{% if x %}\nRUN b\n{% endif %}\n",
        "FROM a\n%%MORE%%\n",
        "INCLUDE+ base.dockerfile\n",
    ],
)
def test_what_something_has_to_fill_in_is_none_yet(text: str) -> None:
    assert not is_dockerfile(Source("Dockerfile", text))


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN docker ps --format \\\n{{.Names}}\n",
        "FROM a\nCOPY <<EOF /t\n{{ name }}\nEOF\n",
        "FROM a\nRUN printf '%%\\n' '{{ a }}' __B__\n",
        "FROM a__b__\n",
    ],
)
def test_braces_elsewhere_are_what_the_image_is_to_have(text: str) -> None:
    assert is_dockerfile(Source("Dockerfile", text))


def test_a_part_without_from_is_put_together_with_others() -> None:
    assert not is_dockerfile(Source("base-before.dockerfile", "# first\nLABEL a=b\nRUN c\n"))
    assert is_dockerfile(Source("app.dockerfile", "# first\nARG A\nFROM b\nRUN c\n"))
    assert is_dockerfile(Source("Dockerfile", "RUN c\n"))


# --- what is named ----------------------------------------------------------------------------------------------


def test_the_root_is_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repo")
    write(repository.path, "a/b/Dockerfile", "c/odd-name")
    here = str(repository.path / "a")
    assert locate(["."], here) == Named(str(repository.path), (), ("a",))
    assert locate(["b/Dockerfile", "../c", "../c/odd-name"], here) == Named(
        str(repository.path), ("a/b/Dockerfile", "c/odd-name"), ("c",)
    )
    assert locate([".."], here) == Named(str(repository.path), (), ("",))
    assert locate([here], str(tmp_path)) == Named(str(repository.path), (), ("a",))


def test_the_root_is_the_innermost_repository_that_holds_all(tmp_path: Path) -> None:
    outer = Repository(tmp_path / "outer")
    inner = Repository(outer.path / "inner")
    write(outer.path, "Dockerfile", "inner/Dockerfile")
    assert locate(["inner"], str(outer.path)).root == str(inner.path)
    assert locate(["inner", "Dockerfile"], str(outer.path)) == Named(str(outer.path), ("Dockerfile",), ("inner",))


def test_without_a_repository_the_root_is_here(tmp_path: Path) -> None:
    write(tmp_path, "here/a/Dockerfile", "there/Dockerfile")
    here = str(tmp_path / "here")
    assert locate(["a/Dockerfile"], here) == Named(here, ("a/Dockerfile",), ())
    assert locate(["../there/Dockerfile"], here) == Named(str(tmp_path / "there"), ("Dockerfile",), ())
    assert locate(["a", "../there"], here) == Named(str(tmp_path), (), ("here/a", "there"))


@pytest.mark.parametrize("path", ["missing", "", "Dockerfile/below", "nul\0", "dangling"])
def test_what_is_not_there_is_an_error(tmp_path: Path, path: str) -> None:
    write(tmp_path, "Dockerfile")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(UsageError) as caught:
        locate(["Dockerfile", path], str(tmp_path))
    assert str(caught.value) == f"`{path}`: there is no such file or folder"
    assert caught.value.help == "Name Dockerfiles, or folders that hold some."


def test_a_file_named_twice_is_one(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile")
    assert locate(["Dockerfile", "./Dockerfile"], str(tmp_path)).files == ("Dockerfile",)


# --- folders ----------------------------------------------------------------------------------------------------


def test_what_git_ignores_and_what_is_vendored_is_left_out(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write(".gitignore", "build/\nDockerfile.local\n")
    write(tmp_path, "Dockerfile", "new/Dockerfile", "build/Dockerfile", "Dockerfile.local", "README.md")
    for folder in ("node_modules/x", "vendor/x", "web/third_party", ".venv/lib/python3/site-packages/x", "a/Vendor"):
        write(tmp_path, f"{folder}/Dockerfile")
    repository.git("add", "Dockerfile")
    tree = tree_of(repository)
    assert found_in(tree) == ["Dockerfile", "new/Dockerfile"]
    assert tree.paths() == [".gitignore", "Dockerfile", "README.md", "new/Dockerfile"]


def test_a_tracked_file_that_is_ignored_is_there(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    write(tmp_path, "build/Dockerfile")
    repository.commit()
    repository.write(".gitignore", "build/\n")
    assert found_in(tree_of(repository)) == ["build/Dockerfile"]


def test_a_folder_that_is_named_is_looked_into(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write(".gitignore", "build/\n")
    write(
        tmp_path,
        "Dockerfile",
        "build/Dockerfile",
        "vendor/x/Dockerfile",
        "vendor/x/vendor/Dockerfile",
        "building/Dockerfile",
    )
    tree = tree_of(repository)
    assert found_in(tree, "build") == ["build/Dockerfile"]
    assert found_in(tree, "vendor", "vendor/x") == ["vendor/x/Dockerfile"]
    assert found_in(tree, "") == ["Dockerfile", "building/Dockerfile"]


def test_another_repository_inside_is_not_ours(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    inner = Repository(tmp_path / "inner")
    write(tmp_path, "Dockerfile", "inner/Dockerfile")
    inner.commit()
    assert found_in(tree_of(repository)) == ["Dockerfile"]


def test_a_file_that_is_deleted_but_still_tracked(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(Dockerfile="FROM scratch\n")
    (tmp_path / "Dockerfile").unlink()
    tree = tree_of(repository)
    assert found_in(tree) == ["Dockerfile"]
    assert tree.load("Dockerfile", largest=LARGE) is None


def test_without_git_all_folders_are_walked(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", "a/b/api.Dockerfile", "node_modules/Dockerfile", ".git/Dockerfile", "a/.gitignore")
    assert found_in(FolderTree(str(tmp_path))) == ["Dockerfile", "a/b/api.Dockerfile"]
    nowhere = Git(str(tmp_path), {"PATH": "/nonexistent"})
    assert FolderTree(str(tmp_path), nowhere).paths() == ["Dockerfile", "a/.gitignore", "a/b/api.Dockerfile"]


def test_odd_names(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    names = sorted(["Dockerfile.ünï", "Dockerfile.\udcff", "Dockerfile.new\nline", "Dockerfile.tab\t", "-x.Dockerfile"])
    write(tmp_path, *names)
    assert found_in(tree_of(repository)) == names
    assert found_in(FolderTree(str(tmp_path))) == names
    source = tree_of(repository).load("Dockerfile.\udcff", largest=LARGE)
    assert isinstance(source, Source)
    assert source.text == "FROM scratch\n"


def test_links(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repo")
    write(tmp_path, "outside/Dockerfile")
    write(repository.path, "docker/prod/Dockerfile", "docker/odd")
    os.symlink("docker/prod/Dockerfile", repository.path / "Dockerfile")
    os.symlink("docker/odd", repository.path / "Dockerfile.odd")
    os.symlink("../outside/Dockerfile", repository.path / "Dockerfile.outside")
    os.symlink("../outside", repository.path / "outside")
    os.symlink("Dockerfile.loop", repository.path / "Dockerfile.loop")
    tree = tree_of(repository)
    assert found_in(tree) == ["Dockerfile.loop", "Dockerfile.odd", "Dockerfile.outside", "docker/prod/Dockerfile"]
    assert isinstance(tree.load("Dockerfile.odd", largest=LARGE), Source)
    elsewhere = "it is a symbolic link to another place than this repository"
    assert tree.load("Dockerfile.outside", largest=LARGE) == Unreadable("Dockerfile.outside", elsewhere)
    assert isinstance(tree.load("Dockerfile.outside", largest=LARGE, anywhere=True), Source)
    assert tree.load("outside/Dockerfile", largest=LARGE) == Unreadable("outside/Dockerfile", elsewhere)
    assert tree.load("Dockerfile.loop", largest=LARGE) == Unreadable(
        "Dockerfile.loop", "too many levels of symbolic links"
    )


# --- reading ----------------------------------------------------------------------------------------------------


def test_reading(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM \xff\r\n")
    tree = FolderTree(str(tmp_path))
    source = tree.read("Dockerfile")
    assert source is not None
    assert (source.path, source.text, source.encode()) == ("Dockerfile", "FROM \udcff\r\n", b"FROM \xff\r\n")
    assert tree.read("Dockerfile") is source


@pytest.mark.parametrize(
    "path",
    ["missing", "folder", "", ".", "..", "../outside", "/etc/passwd", "Dockerfile/below", "nul\0", "\ud800", "pipe"],
)
def test_what_cannot_be_read_is_none(tmp_path: Path, path: str) -> None:
    write(tmp_path, "outside", "root/Dockerfile", "root/folder/x")
    os.mkfifo(tmp_path / "root/pipe")
    assert FolderTree(str(tmp_path / "root")).read(path) is None


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"x" * (LARGE + 1))
    (tmp_path / "other").write_bytes(b"x" * (4 * LARGE + 1))
    tree = FolderTree(str(tmp_path))
    assert tree.load("Dockerfile", largest=LARGE) == Unreadable("Dockerfile", "it is larger than 1 MiB")
    assert tree.read("Dockerfile") is not None
    assert tree.read("other") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile")
    (tmp_path / "Dockerfile").chmod(0)
    assert FolderTree(str(tmp_path)).load("Dockerfile", largest=LARGE) == Unreadable("Dockerfile", "permission denied")


def test_many_large_files_do_not_stay_in_memory(tmp_path: Path) -> None:
    tree = FolderTree(str(tmp_path))
    for number in range(20):
        (tmp_path / str(number)).write_bytes(b"x" * (4 * LARGE))
        assert tree.read(str(number)) is not None
    assert tree.read("19") is tree.read("19")
    assert tree.read("0") is not None


# --- where the repository is from -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/octo/app.git", "octo/app"),
        ("https://github.com/octo/app", "octo/app"),
        ("https://token@github.com/octo/my.app.git/", "octo/my.app"),
        ("git@github.com:octo/app.git", "octo/app"),
        ("ssh://git@ghes.example:2222/octo/app.git", "octo/app"),
        ("/srv/git/app.git", None),
        ("https://github.com/octo", None),
        ("https://gitlab.example/group/sub/app.git", None),
    ],
)
def test_the_name_on_github_is_what_the_clone_remembers(tmp_path: Path, url: str, name: str | None) -> None:
    repository = Repository(tmp_path)
    repository.git("remote", "add", "origin", url)
    assert tree_of(repository).origin == Origin(name, None)


def test_the_default_branch_is_what_the_clone_remembers(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert tree_of(repository).origin == Origin(None, "trunk")


def test_without_git_nothing_is_known_of_it(tmp_path: Path) -> None:
    assert FolderTree(str(tmp_path)).origin == Origin()
    assert FolderTree(str(tmp_path), origin=Origin("octo/app", "main")).origin == Origin("octo/app", "main")
