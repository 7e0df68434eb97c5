from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import UsageError
from dockwright.writing import write_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_in_new_folders(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_file(str(tmp_path / "a/b/c"), b"\xff\r\n")
    finally:
        os.umask(old)
    assert (tmp_path / "a/b/c").read_bytes() == b"\xff\r\n"
    assert stat.S_IMODE((tmp_path / "a/b/c").stat().st_mode) == 0o640
    assert os.listdir(tmp_path / "a/b") == ["c"]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o604)
    write_file(str(file), b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o604


def test_a_link_is_replaced_and_what_it_leads_to_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("target")
    write_file(str(tmp_path / "link"), b"new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text(encoding="utf-8") == "old"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_file(str(tmp_path / "pipe"), b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)


@pytest.mark.parametrize(
    ("path", "reason"), [("file/x", "not a directory"), ("folder", "is a directory"), ("x" * 300, "file name too long")]
)
def test_what_cannot_be_written(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError) as caught:
        write_file(str(tmp_path / path), b"new")
    assert str(caught.value) == f"`{tmp_path / path}` cannot be written: {reason}"
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_a_file_that_cannot_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / f"file.{os.getpid()}.tmp").write_text("in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="file exists"):
        write_file(str(tmp_path / "file"), b"new")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"
