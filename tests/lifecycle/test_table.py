"""The vendored tables, and the script that writes them, on small inputs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from scripts import lifecycle as script

from dockwright.lifecycle import Cycle, cycles, data_age, data_date, find
from dockwright.lifecycle.table import vendored

READ = date(2026, 11, 23)
ROWS = script.parsed(vendored("cycles.tsv"))


def test_the_table_is_sorted_and_without_doubles() -> None:
    assert script.rendered(ROWS) == vendored("cycles.tsv")
    keys = [(row.product, [int(part) for part in row.cycle.split(".")]) for row in ROWS]
    assert keys == sorted(keys)
    assert len({(row.product, row.cycle) for row in ROWS}) == len(ROWS)


def test_each_row_says_where_it_is_from_and_its_dates_are_in_order() -> None:
    for row in ROWS:
        assert row.source, row
        assert date(2026, 1, 1) <= row.read, row
        assert row.title.endswith(f" {row.cycle}") or row.codename, row
        ends = [end for end in (row.release, row.support_end, row.security_end, row.paid_end) if end is not None]
        assert ends == sorted(ends), row


def test_codenames_are_words_of_tags_and_name_one_release_each() -> None:
    named = [row.codename for row in ROWS if row.codename]
    assert len(set(named)) == len(named)
    assert all(re.fullmatch("[a-z]+", name) for name in named)


def test_what_is_entered_by_hand_is_in_the_table() -> None:
    text = (Path(script.__file__).parent / "lifecycle.tsv").read_text()
    by_hand = script.parsed(text)
    assert by_hand
    assert all(row.source.startswith("hand-entered: ") for row in by_hand)
    assert [row for row in ROWS if row.source.startswith("hand-entered: ")] == by_hand


def test_the_table_s_age_is_that_of_its_oldest_facts() -> None:
    assert data_date() == min(row.read for row in ROWS)
    assert data_age(data_date()) == 0
    assert data_age(date.fromordinal(data_date().toordinal() + 121)) == 121


@pytest.mark.parametrize(
    ("product", "version", "cycle"),
    [
        ("python", "3.12.4", "3.12"),
        ("python", "3.1", None),  # ended before there were images; not 3.10
        ("python", "3", None),
        ("postgresql", "15.4", "15"),
        ("postgresql", "9.6.24", "9.6"),
        ("dotnet", "8.0.100", "8"),
        ("debian", "6.0.10", "6"),
        ("ubuntu", "22.04.3", "22.04"),
        ("ubuntu", "22", None),
        ("alpine", "2", None),
        ("mariadb", "10", "10.11"),
        ("mongodb", "7", "7.0"),
        ("no-such-product", "1", None),
        ("python", "", None),
        ("python", ".", None),
    ],
)
def test_the_cycle_of_a_version(product: str, version: str, cycle: str | None) -> None:
    found = find(product, version)
    assert (found.cycle if found else None) == cycle


def test_no_product_without_cycles() -> None:
    assert cycles("no-such-product") == ()


def made_up(product: str, cycle: str, end: str, source: str = "made-up 1", read: date = READ) -> Cycle:
    return Cycle(product, cycle, "", date(2020, 1, 1), None, date.fromisoformat(end), None, source, read)


def test_reading_distro_info() -> None:
    debian = (
        "version,codename,series,created,release,eol,eol-lts,eol-elts\n"
        "6.0,Squeeze,squeeze,2009-02-14,2011-02-06,2014-05-31,2016-02-29\n"
        "12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30,2033-06-30\n"
        "14,Forky,forky,2025-08-09\n"
        ",Sid,sid,1993-08-16\n"
    )
    ubuntu = (
        "version,codename,series,created,release,eol,eol-server,eol-esm,eol-legacy\n"
        "24.04 LTS,Noble Numbat,noble,2023-10-12,2024-04-25,2029-05-31,2029-05-31,2034-04-25,2036-04-29\n"
        "25.10,Questing Quokka,questing,2025-04-17,2025-10-09,2026-07-09\n"
    )
    read = [
        *script.from_distro_info("debian", debian, source="a 1", read=READ),
        *script.from_distro_info("ubuntu", ubuntu, source="a 1", read=READ),
    ]
    assert script.rendered(read).splitlines()[1:] == [
        "debian\t6\tsqueeze\t2011-02-06\t2014-05-31\t2016-02-29\t\ta 1\t2026-11-23",
        "debian\t12\tbookworm\t2023-06-10\t2026-07-11\t2028-06-30\t2033-06-30\ta 1\t2026-11-23",
        "debian\t14\tforky\t\t\t\t\ta 1\t2026-11-23",
        "ubuntu\t24.04\tnoble\t2024-04-25\t2029-05-31\t2029-05-31\t2036-04-29\ta 1\t2026-11-23",
        "ubuntu\t25.10\tquesting\t2025-10-09\t2026-07-09\t2026-07-09\t\ta 1\t2026-11-23",
    ]


def test_reading_node_releases() -> None:
    schedule = """{
      "v0.12": {"start": "2015-02-06", "end": "2016-12-31"},
      "v20": {"start": "2023-04-18", "lts": "2023-10-24", "maintenance": "2024-10-22", "end": "2026-04-30",
              "codename": "Iron"}
    }"""
    read = script.from_node_releases(schedule, source="node-releases 1", read=READ)
    assert script.rendered(read).splitlines()[1:] == [
        "node\t0.12\t\t2015-02-06\t2016-12-31\t2016-12-31\t\tnode-releases 1\t2026-11-23",
        "node\t20\tiron\t2023-04-18\t2024-10-22\t2026-04-30\t\tnode-releases 1\t2026-11-23",
    ]


def test_py_eol_counts_where_another_source_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    dates = {
        "3.10": ("2020, 1, 1", "2026, 10, 1"),
        "3.11": ("2020, 1, 31", "2027, 10, 31"),
        "3.12": ("2020, 1, 1", "2030, 1, 1"),
        "3.15": ("2025, 10, 1", "2031, 10, 31"),
    }
    data = "\n".join(
        f'    "{version}": {{\n        "release_date": datetime.date({release}),\n'
        f'        "eol_date": datetime.date({end}),\n    }},'
        for version, (release, end) in dates.items()
    )
    known = [
        made_up("python", "3.9", "2025-10-31"),
        made_up("python", "3.10", "2026-10-31"),
        made_up("python", "3.11", "2027-10-24"),
        made_up("python", "3.12", "2028-10-31"),
    ]
    taken = list(script.from_py_eol(data, known, source="py-eol 1", read=READ))
    assert [(it.cycle, it.security_end, it.source) for it in taken] == [
        ("3.10", date(2026, 10, 31), "py-eol 1, made-up 1"),  # the later of the two dates
        ("3.11", date(2027, 10, 31), "py-eol 1, made-up 1"),
    ]
    assert "Python 3.9" in (output := capsys.readouterr().out)
    assert "Python 3.12" in output


def test_reading_a_page_of_endoflife() -> None:
    page = (
        "---\ntitle: Made up\nreleases:\n"
        '  - releaseCycle: "1.2.0"\n    releaseDate: 2024-01-01\n'
        "    eoas: 2025-01-01\n    eol: 2026-01-01\n    eoes: 2027-01-01\n\n"
        '  - releaseCycle: "1.1"\n    releaseDate: 2023-01-01\n    eol: false\n\n'
        '  - releaseCycle: "1.0"\n    releaseDate: 2022-01-01\n    eol: true\n\n'
        "---\n\n> prose\n"
    )
    read = script.from_endoflife("php", page, source="endoflife.date php", read=READ)
    assert script.rendered(read).splitlines()[1:] == [
        "php\t1.2\t\t2024-01-01\t2025-01-01\t2026-01-01\t2027-01-01\tendoflife.date php\t2026-11-23",
        "php\t1.1\t\t2023-01-01\t\t\t\tendoflife.date php\t2026-11-23",
    ]


def test_reading_the_official_images() -> None:
    library = (
        "# a comment: with a colon\n"
        "Maintainers: Someone\n\n"
        "Tags: 3.14.7-trixie, 3.14-trixie, 3-trixie, trixie\n"
        "SharedTags: 3.14.7, 3.14, latest\n\n"
        "Tags: 3.15.0rc1-alpine3.24, 3.15-rc-alpine3.24, 3.14-alpine3.24, trixie-20260803\n\n"
        "Tags: 17.0.9_9-jre-trixie, 28-ea-11-jdk-trixie, tip-trixie, 5-dev-trixie, 17-jre-trixie\n"
    )
    words = re.compile(r"(?:^|-)(?:trixie|alpine\d+\.\d+)(?:-|$)")
    assert script.tags_with_distribution(library, words) == [
        "17-jre-trixie", "3-trixie", "3.14-alpine3.24", "3.14-trixie", "trixie",
    ]  # fmt: skip


def test_a_source_that_was_not_read_keeps_its_rows() -> None:
    earlier = date(2026, 8, 22)
    old = [
        made_up("go", "1.10", "2026-02-10", "endoflife.date go at a", earlier),
        made_up("node", "9", "2018-06-30", "node-releases 1", earlier),
        made_up("node", "99", "2018-06-30", "node-releases 1", earlier),
    ]
    fresh = [
        made_up("node", "9", "2018-07-01", "node-releases 2"),
        made_up("node", "0.6", "2012-01-01", "node-releases 2"),
    ]
    assert [(it.product, it.cycle, it.read) for it in script.merged(fresh, old)] == [
        ("go", "1.10", earlier),
        ("node", "9", READ),
    ]


def test_versions_sort_as_numbers() -> None:
    rows = [
        made_up("go", "1.10", "2020-01-01"),
        made_up("go", "1.9", "2020-01-01"),
        made_up("alpine", "3.9", "2020-01-01"),
    ]
    assert [it.cycle for it in script.merged(rows, [])] == ["3.9", "1.9", "1.10"]


def test_two_sources_for_one_cycle_are_an_error() -> None:
    with pytest.raises(SystemExit, match=r"go 1\.9 is given twice: by one 1 and by other 1"):
        script.merged([made_up("go", "1.9", "2020-01-01", "one 1"), made_up("go", "1.9", "2021-01-01", "other 1")], [])


def test_check_compares_facts_not_days_of_reading() -> None:
    old = script.rendered([made_up("go", "1.9", "2020-01-01"), made_up("go", "1.10", "2020-01-01")])
    same = script.rendered(
        [made_up("go", "1.9", "2020-01-01", "made-up 2", date(2027, 1, 1)), made_up("go", "1.10", "2020-01-01")]
    )
    other = script.rendered([made_up("go", "1.9", "2020-01-02"), made_up("go", "1.10", "2020-01-01")])
    assert script.differences(old, same) == []
    assert script.differences(old, other) == [
        "- go\t1.9\t\t2020-01-01\t\t2020-01-01\t",
        "+ go\t1.9\t\t2020-01-01\t\t2020-01-02\t",
    ]
    tags = ("python\t2026-08-21\t3-trixie trixie", "python\t2026-11-23\t3-trixie trixie", "python\t2026-11-23\ttrixie")
    assert script.differences(tags[0], tags[1]) == []
    assert script.differences(tags[0], tags[2]) == ["- python\t3-trixie trixie", "+ python\ttrixie"]
