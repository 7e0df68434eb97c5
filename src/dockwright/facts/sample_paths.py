"""Files that are there to be tested with or to be looked at, or to develop with, by the words in their paths."""

from __future__ import annotations

import re
from functools import lru_cache

_SAMPLES = frozenset(
    "cypress e2e example examples fixture fixtures mock mocks playwright sample samples snapshots spec test testdata "
    "testing tests tutorial tutorials".split()
)
_TESTS = frozenset(("integration",))
"""Folders of tests; `payment-integration` is none."""
_ARCHIVES = frozenset(("archive", "archived", "archives"))
_VERSION = r"(?a)v?[0-9]+(?:\.[0-9]+)+"
_DEVELOPMENT = frozenset("dev develop development devcontainer local".split())


def is_sample(path: str) -> bool:
    """Tell whether a file is a sample or part of tests: what is old or plain there is so on purpose, or harmless."""
    return not _SAMPLES.isdisjoint(_words(path)) or not _TESTS.isdisjoint(path.lower().split("/")[:-1])


def is_for_development(path: str) -> bool:
    """Tell whether a file is for the machines of those who develop."""
    return not _DEVELOPMENT.isdisjoint(_words(path))


def is_archived(path: str) -> bool:
    """Tell whether a file is kept as it was: in an archive, or in the folder of a version (`task/build/0.2`)."""
    folders = path.split("/")[:-1]
    return any(re.fullmatch(_VERSION, folder) or folder.lower() in _ARCHIVES for folder in folders)


@lru_cache(maxsize=16)  # several rules ask for the same file
def _words(path: str) -> tuple[str, ...]:
    return tuple(re.split(r"[-_./]", path.lower()))
