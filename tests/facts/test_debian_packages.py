from __future__ import annotations

import pytest

from dockwright.facts.debian_packages import releases_with


@pytest.mark.parametrize(
    ("package", "releases"),
    [
        ("libicu72", ("12",)),
        ("openjdk-17-jre-headless", ("11", "12")),
        ("postgresql-client-15", ("12",)),
        ("postgresql-client", None),
        ("php8.2-fpm", ("12",)),
        ("libpython3.11", ("12",)),
        ("python3", None),
        ("libgl1-mesa-glx", ("9", "10", "11", "12")),
        ("libgl1", None),
        ("libssl3", None),
        ("", None),
    ],
)
def test_which_releases_have_a_package(package: str, releases: tuple[str, ...] | None) -> None:
    assert releases_with(package) == releases
