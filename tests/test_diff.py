from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.diff import EVERY_LINE, Lines, changed_lines, parse
from dockwright.errors import GitError
from dockwright.git import Git
from tests.support.repository import ENVIRONMENT, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE_LINES = (
    "+++ b/other",
    "--- a/other",
    "@@ -1 +1,9 @@",
    "diff --git a/x b/x",
    "\\ No newline at end of file",
    "-",
    "+",
    "",
)
ODD_NAMES = (
    "Dockerfile",
    "with blank/Docker file",
    'quo"te',
    "tab\there",
    "new\nline",
    "back\\slash",
    "ünï",
    "byte \udcff",
    "-dash",
    ":(glob)*",
    "*",
    "b/b",
    "del\x7f\x01",
)


def changed(repository: Repository, base: str, *paths: str) -> dict[str, tuple[range, ...]]:
    found = changed_lines(Git(str(repository.path), ENVIRONMENT), base, paths)
    return {path: lines.ranges for path, lines in found.items()}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


# --- the patch --------------------------------------------------------------------------------------------------


def test_changed_added_and_deleted_lines() -> None:
    patch = (
        "diff --git a/Dockerfile b/Dockerfile\n"
        "index 1111111..2222222 100644\n"
        "--- a/Dockerfile\n"
        "+++ b/Dockerfile\n"
        "@@ -1 +1 @@\n"
        "-FROM a\n"
        "+FROM b\n"
        "@@ -4,2 +3,0 @@ FROM a\n"
        "-RUN one\n"
        "-RUN two\n"
        "@@ -9,0 +8,3 @@\n"
        "+x\n"
        "+y\n"
        "+z\n"
    )
    assert parse(patch) == {"Dockerfile": Lines((range(1, 2), range(4, 4), range(8, 11)))}


def test_text_that_looks_like_a_patch_is_text() -> None:
    patch = (
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n"
        "@@ -1,2 +1,3 @@\n"
        "--- a/y\n-diff --git a/y b/y\n"
        "+++ b/y\n+@@ -1 +1 @@\n+x\n"
        "\\ No newline at end of file\n"
        "@@ -9 +10 @@\n-a\n\\ No newline at end of file\n+b\n"
    )
    assert parse(patch) == {"x": Lines((range(1, 4), range(10, 11)))}


def test_a_deleted_file_has_no_lines() -> None:
    patch = "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
    assert parse(patch) == {}


def test_binary_files_and_modes_have_no_lines() -> None:
    patch = (
        "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n"
        "diff --git a/y b/y\nindex 1..2 100644\nBinary files a/y and b/y differ\n"
    )
    assert parse(patch) == {}


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("b/plain", "plain"),
        ("b/with blank\t", "with blank"),
        ('"b/quo\\"te"', 'quo"te'),
        ('"b/new\\nline\\ttab\\\\"', "new\nline\ttab\\"),
        ('"b/\\001\\177"', "\x01\x7f"),
        ("b/ünï", "ünï"),
        ("b/b/b", "b/b"),
    ],
)
def test_names_are_unquoted(written: str, path: str) -> None:
    assert parse(f"diff --git a/x b/x\n--- a/x\n+++ {written}\n@@ -0,0 +1 @@\n+x\n") == {path: Lines((range(1, 2),))}


@pytest.mark.parametrize(
    "patch", ["", "\n", "@@ -1 +1 @@\n-a\n+b\n", "+++ b/x\n@@ -1,9 +1,9 @@\n-a\n", "+++ \n", '+++ "\n']
)
def test_what_is_cut_off_is_no_error(patch: str) -> None:
    parse(patch)


def test_a_line_that_was_deleted_touches_what_stood_around_it() -> None:
    lines = Lines((range(4, 4),))  # a line between 3 and 4 is gone
    assert 3 not in lines
    assert 4 not in lines
    assert lines.touch(range(2, 6))
    assert lines.touch(range(3, 5))
    assert not lines.touch(range(1, 4))
    assert not lines.touch(range(4, 6))


def test_lines_of_a_new_file() -> None:
    assert 1 in EVERY_LINE
    assert 10_000_000 in EVERY_LINE
    assert EVERY_LINE.touch(range(7, 8))


# --- git --------------------------------------------------------------------------------------------------------


def expected(old: list[str], new: list[str]) -> tuple[range, ...]:
    """Compare by hand, which is easy as no line occurs twice in either text and their order never changes."""
    kept = set(old) & set(new)

    def gaps(lines: list[str]) -> Iterator[int]:
        length = 0
        for line in [*lines, None]:
            if line is None or line in kept:
                yield length
                length = 0
            else:
                length += 1

    found, at = [], 1
    for removed, added in zip(gaps(old), gaps(new), strict=True):
        if removed or added:
            found.append(range(at, at + added))
        at += added + 1
    return tuple(found)


@st.composite
def versions(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Make two texts, as lists of lines that each occur once; the last may lack its newline."""
    old: list[str] = []
    new: list[str] = []
    fates = draw(st.lists(st.sampled_from(["keep", "keep", "delete", "insert"]), max_size=30))
    for number, fate in enumerate(fates):
        start, end = draw(st.sampled_from(HOSTILE_LINES)), draw(st.sampled_from(["\n", "\r\n"]))
        line = f"{start} {number}{end}"
        old += [line] * (fate != "insert")
        new += [line] * (fate != "delete")
    for lines in (old, new):
        if draw(st.booleans()) and lines:
            lines[-1] = lines[-1].removesuffix("\n")
    return old, new


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("diff"))


@given(texts=versions(), name=st.sampled_from(ODD_NAMES))
@settings(max_examples=40, deadline=None)
def test_lines_are_those_that_changed(shared: Repository, texts: tuple[list[str], list[str]], name: str) -> None:
    old, new = texts
    shared.write(name, "".join(old))
    base = shared.commit()
    shared.write(name, "".join(new))
    found = changed(shared, base, name)
    assert found == ({} if old == new else {name: expected(old, new)})


def test_since_the_merge_base_and_uncommitted_too(repository: Repository) -> None:
    repository.commit(Dockerfile="a\nb\nc\n")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit(Dockerfile="a\nB\nc\n")
    repository.git("checkout", "--quiet", "main")
    repository.commit(Dockerfile="A\nb\nc\n")  # not the topic's change
    repository.git("checkout", "--quiet", "topic")
    repository.write("Dockerfile", "a\nB\nc\nd\n")
    assert changed(repository, "main", "Dockerfile") == {"Dockerfile": (range(2, 3), range(4, 5))}


def test_only_the_paths_that_are_asked_for(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n", other="a\n")
    repository.commit(Dockerfile="b\n", other="b\n")
    assert changed(repository, base, "Dockerfile", "missing") == {"Dockerfile": (range(1, 2),)}


def test_a_renamed_file_has_the_lines_that_changed_in_it(repository: Repository) -> None:
    text = "".join(f"RUN step {number}\n" for number in range(20))
    base = repository.commit(Dockerfile=text)
    repository.git("mv", "Dockerfile", "Containerfile")
    repository.commit(Containerfile=text.replace("step 7\n", "step seven\n"))
    assert changed(repository, base, "Containerfile") == {"Containerfile": (range(8, 9),)}


def test_renamed_or_made_executable_is_changed_without_lines(repository: Repository) -> None:
    base = repository.commit(Dockerfile="FROM scratch\n" * 5, Containerfile="FROM other\n" * 5)
    repository.git("mv", "Dockerfile", "moved")
    (repository.path / "Containerfile").chmod(0o755)
    assert changed(repository, base, "moved", "Containerfile") == {"moved": (), "Containerfile": ()}


def test_a_deleted_file_is_not_there(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    (repository.path / "Dockerfile").unlink()
    assert changed(repository, base, "Dockerfile") == {}


def test_a_new_file_that_git_does_not_know_yet(repository: Repository) -> None:
    base = repository.commit(other="a\n")
    repository.commit(**{".gitignore": "ignored\n"})
    repository.write("Dockerfile", "a\n")
    repository.write("ignored", "a\n")
    repository.write("added", "a\nb\n")
    repository.git("add", "--intent-to-add", "added")
    found = changed(repository, base, "Dockerfile", "ignored", "added")
    assert found == {"Dockerfile": (range(1, sys.maxsize),), "added": (range(1, 3),)}


def test_attributes_and_binary_text_hide_nothing(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\nb\n", Containerfile="a\n\0\n")
    repository.commit(**{".gitattributes": "Dockerfile -diff\n", "Dockerfile": "a\nB\n", "Containerfile": "a\n\0\nc\n"})
    assert changed(repository, base, "Dockerfile", "Containerfile") == {
        "Dockerfile": (range(2, 3),),
        "Containerfile": (range(3, 4),),
    }


def test_settings_that_change_how_a_patch_looks_do_not_matter(repository: Repository) -> None:
    for name in ("diff.noprefix", "diff.mnemonicPrefix", "core.quotePath", "color.ui"):
        repository.git("config", name, "always" if name == "color.ui" else "true")
    repository.git("config", "diff.context", "9")
    repository.git("config", "diff.interHunkContext", "9")
    base = repository.commit(Dockerfile="a\nb\nc\nd\n", ünï="a\n")
    repository.commit(Dockerfile="A\nb\nc\nD\n", ünï="b\n")
    assert changed(repository, base, "Dockerfile", "ünï") == {
        "Dockerfile": (range(1, 2), range(4, 5)),
        "ünï": (range(1, 2),),
    }


def test_nothing_that_the_repository_configures_is_run(repository: Repository, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o755)
    for name in ("diff.external", "core.fsmonitor", "diff.custom.textconv", "diff.custom.command", "core.pager"):
        repository.git("config", name, str(program))
    base = repository.commit(Dockerfile="a\n", **{".gitattributes": "* diff=custom\n"})
    repository.write("Dockerfile", "b\n")
    (tmp_path / "was-run").unlink(missing_ok=True)  # by the commit above, which is ours and not the program's
    assert changed(repository, base, "Dockerfile") == {"Dockerfile": (range(1, 2),)}
    assert not (tmp_path / "was-run").exists()


def test_a_file_that_was_only_touched_is_unchanged(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    os.utime(repository.path / "Dockerfile", (1, 1))
    assert changed(repository, base, "Dockerfile") == {}


def test_the_callers_git_variables_do_not_matter(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.write("Dockerfile", "b\n")
    environment = ENVIRONMENT | {
        "GIT_DIR": "/nonexistent",
        "GIT_INDEX_FILE": "/nonexistent",
        "GIT_EXTERNAL_DIFF": "false",
    }
    found = changed_lines(Git(str(repository.path), environment), base, ["Dockerfile"])
    assert found == {"Dockerfile": Lines((range(1, 2),))}


def test_submodules_are_left_alone(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{base},module")
    (repository.path / "module").mkdir()
    assert changed(repository, base, "Dockerfile", "module") == {}


def test_many_files(repository: Repository) -> None:
    paths = [f"{number}/Dockerfile" for number in range(600)]
    for path in paths:
        repository.write(path, "a\n")
    base = repository.commit()
    for path in paths:
        repository.write(path, "b\n")
    assert changed(repository, base, *paths) == dict.fromkeys(paths, (range(1, 2),))


# --- what cannot be compared ------------------------------------------------------------------------------------


def test_a_shallow_clone_says_what_to_do(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.commit(Dockerfile="b\n")
    shallow = repository.clone(tmp_path / "shallow", "--depth=1")
    with pytest.raises(GitError, match=f"`{base}` is not in this repository, which is a shallow clone") as caught:
        changed(shallow, base, "Dockerfile")
    assert caught.value.help == "Set `fetch-depth: 0` for `actions/checkout`, or run `git fetch --unshallow`."


def test_a_shallow_clone_that_has_the_revision_but_not_what_joins_them(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit(Dockerfile="a\n")
    for number in range(3):
        repository.commit(Dockerfile=f"{number}\n")
    shallow = repository.clone(tmp_path / "shallow", "--depth=1")
    shallow.git("fetch", "--quiet", "--depth=1", "origin", base)
    with pytest.raises(GitError, match="no common history here, which is a shallow clone"):
        changed(shallow, base, "Dockerfile")


def test_a_clone_that_is_just_deep_enough(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.commit(Dockerfile="b\n")
    assert changed(repository.clone(tmp_path / "clone", "--depth=2"), base, "Dockerfile") == {
        "Dockerfile": (range(1, 2),)
    }


@pytest.mark.parametrize("revision", ["nowhere", "--all", "--output=x", "", "a b", "HEAD^{tree}", "nul\0", "\ud800"])
def test_an_unknown_revision(repository: Repository, revision: str) -> None:
    repository.commit(Dockerfile="a\n")
    with pytest.raises(GitError, match="is not in this repository") as caught:
        changed(repository, revision, "Dockerfile")
    assert caught.value.help == "Fetch it first (`git fetch origin`), or name another revision."
    assert sorted(os.listdir(repository.path)) == [".git", "Dockerfile"]


def test_a_repository_without_commits(repository: Repository) -> None:
    with pytest.raises(GitError, match="`HEAD` is not in this repository"):
        changed(repository, "HEAD", "Dockerfile")


def test_no_common_history(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit(Dockerfile="b\n")
    with pytest.raises(GitError, match="have no common history here"):
        changed(repository, base, "Dockerfile")


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is in no git repository"):
        changed_lines(Git(str(tmp_path), ENVIRONMENT), "HEAD", ["Dockerfile"])


def test_no_git(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git is not installed"):
        Git(str(tmp_path), {"PATH": str(tmp_path)}).run("version")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else(repository: Repository) -> None:
    base = repository.commit(Dockerfile="a\n")
    repository.write("Dockerfile", "b\n")
    for place in (repository.path, repository.path / ".git"):
        os.chown(place, 12345, 12345)
    folder = str(repository.path)
    with pytest.raises(GitError, match=r"git does not trust .*, which belongs to another user"):
        changed_lines(Git(folder, ENVIRONMENT), base, ["Dockerfile"])
    trusted = changed_lines(Git(folder, ENVIRONMENT, trusted=True), base, ["Dockerfile"])
    assert trusted == {"Dockerfile": Lines((range(1, 2),))}
