"""What is said of caches, as values: modes, scopes, names, and where an option can be added."""

from __future__ import annotations

import pytest

from dockwright.facts.caches import end_of_entry, image_name, mode_of, scope_of
from dockwright.files.build import Cache, CacheMode, Tool
from dockwright.files.builds import builds_of
from dockwright.source import Source


def cache_of(entry: str) -> Cache:
    text = (
        "on: push\njobs:\n  a:\n    strategy: {matrix: '${{ fromJSON(vars.A) }}'}\n    runs-on: ubuntu-latest\n"
        "    steps:\n"
        f"      - uses: docker/build-push-action@v6\n        with:\n          cache-to: {entry}\n"
    )
    source = Source(".github/workflows/a.yml", text)
    (build,) = builds_of({source.path: source}.get, [source.path])
    return build.settings.cache_to[0]


@pytest.mark.parametrize(
    ("entry", "mode"),
    [
        ("type=gha", CacheMode.MIN),
        ("type=gha,mode=max", CacheMode.MAX),
        ("type=gha,scope=${{ matrix.name }}", CacheMode.MIN),
        ("type=gha,scope=${{ github.ref_name }}-x", CacheMode.MIN),
        ("type=gha,scope=${{ vars.OPTIONS }}", CacheMode.UNKNOWN),
        ("type=gha,${{ github.ref_name }}", CacheMode.UNKNOWN),
        ("type=gha,mode=${{ matrix.mode }}", CacheMode.UNKNOWN),
        ("${{ vars.CACHE }}", CacheMode.UNKNOWN),
    ],
)
def test_mode(entry: str, mode: CacheMode) -> None:
    assert mode_of(cache_of(entry)) is mode


@pytest.mark.parametrize(
    ("entry", "scope"),
    [
        ("type=gha", "buildkit"),
        ("type=gha,scope=app", "app"),
        ("type=gha,scope=${{ vars.A }}", None),
        ("type=gha,${{ vars.A }}", None),
    ],
)
def test_scope(entry: str, scope: str | None) -> None:
    assert scope_of(cache_of(entry)) == scope


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("app", "docker.io/library/app:latest"),
        ("me/app:1", "docker.io/me/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
    ],
)
def test_equal_images_have_equal_names(one: str, other: str) -> None:
    assert image_name(one) == image_name(other)


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ("type=gha", True),
        ('"type=gha"', True),
        ("'type=gha'", True),
        ("type=gha,scope=${{ github.ref }}", True),
        ("${{ github.ref && 'type=gha' }}", False),
        ("type=gha,scope=${{ inputs.unknown }}", False),
    ],
)
def test_where_an_option_can_be_added(entry: str, fits: bool) -> None:  # noqa: FBT001 - a parameter
    place = end_of_entry(cache_of(entry), Tool.BUILD_PUSH_ACTION)
    assert (place is not None) == fits
    if place is not None:
        text = place.source.text
        assert text[: place.start].endswith(entry.strip("'\""))
