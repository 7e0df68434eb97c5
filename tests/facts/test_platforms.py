from __future__ import annotations

import pytest

from dockwright.facts.platforms import architecture


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux/amd64", "amd64"),
        (" linux/arm64/v8 ", "arm64"),
        ("linux/x86_64", "amd64"),
        ("aarch64", "arm64"),
        ("x64", "amd64"),
        ("windows/amd64", None),
        ("linux/", None),
        ("", None),
    ],
)
def test_architectures(platform: str, expected: str | None) -> None:
    assert architecture(platform) == expected
