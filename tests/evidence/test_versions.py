"""The order of versions, against the distributions' own tools where they are, and by their documented examples."""

from __future__ import annotations

import shutil
import subprocess
from functools import cmp_to_key
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.evidence.packages.versions import compare_apk, compare_dpkg, compare_rpm, compare_rpm_part

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[[str, str], int]


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


DPKG = """
0~ 0 0+ 1~~ 1~~a 1~ 1-0~bpo12+1 1 1-1 1-1+b1 1-1+deb12u1 1-1+deb12u2 1-1+deb12u10 1a 1.0 1.0.1 1.2-3 1.10-1
2.36-9+deb12u4 2.36-9+deb12u13 3.0.20-1~deb12u2 3.0.22-1~deb12u2 20230311+deb12u1 20250419~deb12u2 1:0.1-1 1:1.0-1 2:0
"""
APK = """
0.1.0_alpha 0.1.0_alpha2 0.1.0_beta 0.1.0_pre 0.1.0_rc1 0.1.0 0.1.0_git20240101 0.1.0_p1 0.1.0_p10 0.1.1 1.0 1.0-r0
1.0-r1 1.0-r10 1.0a 1.0b 1.2.3 1.2.3-r0 1.2.10 1.20.05 1.20.1 3.3.2-r0 3.3.2-r1 3.3.10-r0 10.1
"""
RPM = """
0.9-1 1.0~beta1-1 1.0~rc1-1 1.0-1 1.0-1.el9 1.0-1.el9_4 1.0-2 1.0^20240101git-1 1.0.1-1 1.0.10-1 1.0.10a-1 1.1-1
2.34-100.el9_4.2 2.34-100.el9_4.10 1:0.1-1
"""
RPM_PARTS = (
    "1 1.0 1.0.1 1.0a 1.0~rc1 1.0~~ 1.0^ 1.0^git1 1.0^git1~ 1.a 1.A 1..1 1_1 1.1 1.10 1.9 a 1.0.a.1 ~1 ^1 1.0+2 01"
)


@pytest.mark.parametrize(("compare", "text"), [(compare_dpkg, DPKG), (compare_apk, APK), (compare_rpm, RPM)])
def test_ascending(compare: Compare, text: str) -> None:
    versions = text.split()
    for index, one in enumerate(versions):
        for further, other in enumerate(versions):
            assert sign(compare(one, other)) == sign(index - further), (one, other)


@pytest.mark.parametrize(
    ("compare", "one", "other"),
    [
        (compare_dpkg, "1.0", "0:1.0"),
        (compare_dpkg, "1.0-0", "1.0"),
        (compare_dpkg, "1.01", "1.1"),
        (compare_dpkg, "1.0-1", "1.00-01"),
        (compare_apk, "1.0-r0", "1.0-r00"),
        (compare_apk, "01.2", "1.2"),
        (compare_rpm, "1.0", "1.0-7"),
        (compare_rpm, "0:1.0-1", "1.0-1"),
        (compare_rpm, "1.0-1", "1_0-1"),
        (compare_rpm, "1.01-1", "1.1-1"),
    ],
)
def test_equal(compare: Compare, one: str, other: str) -> None:
    assert compare(one, other) == compare(other, one) == 0


LETTERS = st.text("0123456789abzAZ.+~-:^_r", max_size=8)
EVERY = st.sampled_from([compare_dpkg, compare_apk, compare_rpm, compare_rpm_part])


@given(EVERY, st.text(max_size=12) | LETTERS, st.text(max_size=12) | LETTERS)
def test_any_text_has_an_order(compare: Compare, one: str, other: str) -> None:
    assert sign(compare(one, other)) == -sign(compare(other, one))
    assert compare(one, one) == 0


@given(LETTERS, LETTERS, LETTERS)
def test_dpkg_order_is_transitive(one: str, two: str, three: str) -> None:
    low, middle, high = sorted([one, two, three], key=cmp_to_key(compare_dpkg))
    assert compare_dpkg(low, middle) <= 0
    assert compare_dpkg(middle, high) <= 0
    assert compare_dpkg(low, high) <= 0


@pytest.mark.parametrize("compare", [compare_dpkg, compare_apk, compare_rpm])
def test_a_million_characters_are_compared_as_fast_as_read(compare: Compare) -> None:
    for part in ("1", "1.", "a", "~", "-", "_p1"):
        long = f"1.{part * 300_000}"
        assert sign(compare(long, f"{long}1")) in {-1, 0, 1}
        assert compare(long, long) == 0


# --- against the tools themselves ---------------------------------------------------------------------------------

SHAPES = st.from_regex(
    r"(?:[1-3]:)?[0-9]{1,3}(?:\.[0-9]{1,2}){0,2}[a-z~+.]{0,3}[0-9]?(?:-[0-9a-z.+~]{1,6})?", fullmatch=True
)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="the oracle is dpkg itself, which only Debian's family has")
@settings(max_examples=150)
@given(SHAPES, SHAPES)
def test_dpkg_agrees(one: str, other: str) -> None:
    found = sign(compare_dpkg(one, other))
    operator = {-1: "lt", 0: "eq", 1: "gt"}[found]
    run = subprocess.run(["dpkg", "--compare-versions", one, operator, other], check=False, capture_output=True)
    assert run.returncode == 0


@pytest.mark.skipif(shutil.which("rpm") is None, reason="the oracle is rpm itself")
def test_rpm_agrees() -> None:
    parts = RPM_PARTS.split()
    pairs = [(one, other) for one in parts for other in parts]
    script = "".join([f'print(rpm.vercmp("{one}", "{other}") .. " ")\n' for one, other in pairs])
    run = subprocess.run(["rpm", "--eval", f"%{{lua: {script}}}"], check=True, capture_output=True, text=True)
    told = [int(line) for line in run.stdout.split()]
    assert [sign(compare_rpm_part(one, other)) for one, other in pairs] == told


def test_pairs_of_real_updates_go_up() -> None:
    history = "5.36.0-7 5.36.0-7+deb12u1 5.36.0-7+deb12u2 5.36.0-7+deb12u3 5.36.0-7+deb12u4".split()
    assert all(compare_dpkg(one, other) < 0 for one, other in pairwise(history))
