"""Moving from hadolint: what each file becomes, and that nothing else changes."""

from __future__ import annotations

import subprocess
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.config import load
from dockwright.dockerfile import parse
from dockwright.migrate import Migration, migrate
from dockwright.rule_names import RuleNames
from dockwright.source import Source
from dockwright.suppress import suppressions
from tests.support.cli import dockwright

if TYPE_CHECKING:
    from pathlib import Path

NAMES = RuleNames(
    lambda: {
        "shellcheck": (),
        "floating-tag": ("hadolint:DL3006", "hadolint:DL3007"),
        "pipe": ("hadolint:DL4006",),
        "packages": ("hadolint:DL3008",),
    }
)
ACTION = "acme/dockwright@v1"
OURS = ".github/dockwright.yml"
WORKFLOW = ".github/workflows/ci.yml"


def moved(files: dict[str, str]) -> Migration:
    sources = {path: Source(path, dedent(text)) for path, text in files.items()}
    return migrate(sources, sources.get, names=NAMES, action=ACTION)


def after(path: str, text: str) -> tuple[str, list[str]]:
    """Return what one file becomes, and the notes."""
    migration = moved({path: text})
    found = migration.after.get(path)
    return dedent(text) if found is None else found.text, [str(note) for note in migration.notes]


class TestSettings:
    def test_all_that_hadolint_can_say(self) -> None:
        migration = moved(
            {
                ".hadolint.yaml": """\
                    failure-threshold: warning
                    ignored:
                      - DL3008 # pinning drifts
                      - SC2086
                      - DL9999
                    override:
                      error: [DL3007]
                      style:
                        - DL4006
                    trustedRegistries: [docker.io, "*.gcr.io"]
                    label-schema: {author: text, "1": url}
                    strict-labels: true
                    disable-ignore-pragma: true
                    format: json
                    ignore: [DL3008]
                    """
            }
        )
        assert list(migration.before) == [OURS, ".hadolint.yaml"]
        assert migration.after[OURS].text == dedent(
            """\
            # Written by `dockwright migrate`: what hadolint was set to.
            # Without `profile`, the rules are those that Dockwright itself has on.
            profile: hadolint
            fail-on: warning
            shellcheck: true
            rules:
              hadolint:DL3007: error
              hadolint:DL3008: off  # pinning drifts
              hadolint:DL4006: notice
              shellcheck:SC2086: off
            trusted-registries:
              - docker.io
              - "*.gcr.io"
            label-schema:
              author: text
              "1": url
            strict-labels: true
            """
        )
        assert [str(note) for note in migration.notes] == [
            ".hadolint.yaml:5: No rule here is called `DL9999`, so it is left out.",
            ".hadolint.yaml:13: Ignore comments cannot be forbidden here, so this is left out.",
            ".hadolint.yaml:14: `format` is an option of the command line here (`--format`, `--color`).",
            (
                ".hadolint.yaml:15: `ignore` is no key of hadolint, which has ignored it all along; "
                "did you mean `ignored`?"
            ),
        ]

    def test_ours_can_be_read(self) -> None:
        made = moved({".hadolint.yaml": 'ignored: [DL3008, SC2046]\nno-fail: true\ntrustedRegistries: ["*.x"]\n'})
        config = load(made.after.get, NAMES)
        assert config.fail_on.value == "never"
        assert config.shellcheck is True
        assert {name: setting.value for name, setting in config.rules.items()} == {
            "hadolint:DL3008": "off",
            "shellcheck:SC2046": "off",
        }

    @pytest.mark.parametrize(
        ("text", "fail_on"),
        [
            ("ignored: []", "notice"),
            ("failure-threshold: info", "notice"),
            ("failure-threshold: style", "notice"),
            ("failure-threshold: error", "error"),
            ("failure-threshold: none", "never"),
            ("failure-threshold: ignore", "never"),
            ("failure-threshold: error\nno-fail: true", "never"),
            ("failure-threshold: nonsense", "notice"),
            ("", "notice"),
            ("- a", "notice"),
        ],
    )
    def test_the_threshold_is_hadolints(self, text: str, fail_on: str) -> None:
        assert f"\nfail-on: {fail_on}\n" in moved({".hadolint.yaml": text}).after[OURS].text

    def test_ours_that_is_there_stays(self) -> None:
        migration = moved({".hadolint.yaml": "ignored: [DL3008]\n", "dockwright.yml": "fail-on: error\n"})
        assert not migration.before
        assert str(migration.notes[0]).startswith("dockwright.yml:1: It is there already")

    def test_hadolints_stays_while_it_still_runs(self) -> None:
        migration = moved({".hadolint.yaml": "ignored: [DL3008]\n", "Makefile": "lint:\n\thadolint Dockerfile\n"})
        assert list(migration.before) == [OURS]
        assert [str(note) for note in migration.notes] == [
            ".hadolint.yaml:1: hadolint still runs where this is told, so its settings stay.",
            "Makefile:2: hadolint is named here: `dockwright review` does its work.",
        ]

    def test_without_hadolint_nothing_changes(self) -> None:
        assert moved({"Dockerfile": "FROM a\n", WORKFLOW: "on: push\njobs: {}\n"}) == Migration({}, {}, ())


class TestComments:
    @pytest.mark.parametrize(
        ("comment", "expected"),
        [
            ("# hadolint ignore=DL3006", "# dockwright ignore=DL3006"),
            ("#hadolint ignore=DL3006,SC2086 # why", "#dockwright ignore=DL3006,SC2086 # why"),
            ("#  Hadolint  global  ignore = DL3006", "#  dockwright  file  ignore = DL3006"),
            ("# hadolint stage ignore=DL3006 global", "# dockwright stage ignore=DL3006 global"),
            ("# hadolint ignore=DL9999", "# hadolint ignore=DL9999"),
            ("# hadolint ignore=DL3006,DL9999", "# hadolint ignore=DL3006,DL9999"),
            ("# hadolint is good", "# hadolint is good"),
            ("# hadolint shell=/bin/bash", "# dockwright shell=/bin/bash"),
            ("# check=skip=JSONArgsRecommended", "# check=skip=JSONArgsRecommended"),
        ],
    )
    def test_only_the_words_change_that_have_to(self, comment: str, expected: str) -> None:
        assert after("Dockerfile", f"FROM a\r\n{comment}\nRUN b \\\n  {comment}\n  && c\n")[0] == (
            f"FROM a\r\n{expected}\nRUN b \\\n  {expected}\n  && c\n"
        )

    def test_what_stays_is_told(self) -> None:
        text = "FROM a\n\n# hadolint ignore=DL9999\nRUN b\n"
        assert after("Dockerfile", text)[1] == [
            "Dockerfile:3: No rule here is called `DL9999`, so this comment stays as it is.",
        ]

    @given(
        st.lists(
            st.sampled_from(
                [
                    *(
                        "FROM a",
                        "RUN b \\",
                        "  && c",
                        "# hadolint ignore=DL3006",
                        "# hadolint global ignore=SC2086",
                        "",
                    ),
                    *("RUN <<EOF", "EOF", "echo hadolint", "# escape=`", "# hadolint ignore=DL1"),
                ]
            ),
            max_size=12,
        )
    )
    def test_a_file_means_the_same_afterwards(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        migration = moved({"Dockerfile": text})
        source = Source("Dockerfile", text)
        changed = migration.after.get("Dockerfile", source)
        assert changed.text.replace("dockwright file", "hadolint global").replace("dockwright", "hadolint") == text
        before, now = suppressions(parse(source)), suppressions(parse(changed))
        assert [(each.lines, each.reason) for each in before] == [(each.lines, each.reason) for each in now]


def step(text: str) -> str:
    """Return a workflow of one step."""
    return "on: push\njobs:\n  lint:\n    steps:\n" + "".join(
        f"      {line}\n" if line else "\n" for line in dedent(text).splitlines()
    )


class TestSteps:
    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            pytest.param("- uses: hadolint/hadolint-action@v3.1.0\n", f"- uses: {ACTION}\n", id="no inputs"),
            pytest.param(
                "- uses: hadolint/hadolint-action@0c77 # v3.1.0\n  if: x # y\n",
                f"- uses: {ACTION}\n  if: x # y\n",
                id="a version behind it",
            ),
            pytest.param(
                """\
                - name: "Lint"
                  uses: 'hadolint/hadolint-action@v3'
                  with:
                    # which
                    dockerfile: "a/Dockerfile"  # this

                    failure-threshold: style
                    no-color: true
                    ignore: DL3008, SC2086
                  id: x
                """,
                f"""\
                - name: "Lint"
                  uses: {ACTION}
                  with:
                    # which
                    paths: "a/Dockerfile"  # this

                    fail-on: notice
                  id: x
                """,
                id="inputs",
            ),
            pytest.param(
                """\
                - uses: hadolint/hadolint-action@v3
                  with:
                    recursive: true
                    dockerfile: Dockerfile
                    config: ./.hadolint.yaml
                - run: true
                """,
                f"- uses: {ACTION}\n- run: true\n",
                id="none is left",
            ),
            pytest.param(
                """\
                - uses: hadolint/hadolint-action@v3
                  with:
                    dockerfile: ${{ matrix.file }}
                    format: sarif
                    output-file: out.sarif
                    no-fail: true
                """,
                f"""\
                - uses: {ACTION}
                  with:
                    paths: ${{{{ matrix.file }}}}
                    sarif-file: out.sarif
                    fail-on: never
                """,
                id="sarif",
            ),
            pytest.param(
                """\
                - uses: reviewdog/action-hadolint@v1
                  with:
                    github_token: ${{ secrets.github_token }}
                    reporter: github-pr-review
                    filter_mode: nofilter
                    fail_level: any
                    level: warning
                """,
                f"""\
                - uses: {ACTION}
                  with:
                    token: ${{{{ secrets.github_token }}}}
                    report: review
                    only-changed-lines: "false"
                    fail-on: notice
                """,
                id="reviewdog",
            ),
            pytest.param(
                "- name: x\n  run: docker run --rm -i hadolint/hadolint:v2.12.0 < a/Dockerfile\n  if: y\n",
                f"- name: x\n  uses: {ACTION}\n  with:\n    paths: a/Dockerfile\n  if: y\n",
                id="docker run",
            ),
        ],
    )
    def test_what_becomes_of_it(self, before: str, expected: str) -> None:
        assert after(WORKFLOW, step(before)) == (step(expected), [])

    @pytest.mark.parametrize(
        ("before", "note"),
        [
            (
                "- uses: hadolint/hadolint-action@v3\n  with: {dockerfile: a, format: tty}\n",
                "inputs are written in one",
            ),
            ("- uses: hadolint/hadolint-action@v3\n  with:\n    ignore: ${{ x }}\n", "the value of `ignore` cannot be"),
            ("- run: |\n    hadolint Dockerfile\n    make\n", "A command runs hadolint here"),
            ("- run: docker run -i hadolint/hadolint < a && b\n", "A command runs hadolint here"),
            ("- run: docker run -i hadolint/hadolint < a\n  env: {A: b}\n", "A command runs hadolint here"),
        ],
    )
    def test_what_cannot_be_translated_stays_and_is_told(self, before: str, note: str) -> None:
        text, notes = after(WORKFLOW, step(before))
        assert text == step(before)
        assert len(notes) == 1
        assert note in notes[0]

    @pytest.mark.parametrize(
        ("inputs", "note"),
        [
            ("dockerfile: '**/Dockerfile'", "6: Patterns are not needed: every Dockerfile is reviewed."),
            ("ignore: DL9999", "6: No rule here is called `DL9999`, so it is left out."),
            ("config: ci/h.yaml", "6: `ci/h.yaml` is not read: only `.hadolint.yaml` is."),
            ("output-file: x", "6: Nothing here corresponds to `output-file` (`x`)."),
        ],
    )
    def test_what_an_input_loses_is_told(self, inputs: str, note: str) -> None:
        text = step(f"- uses: hadolint/hadolint-action@v3\n  with:\n    {inputs}\n").replace("on: push\n", "")
        assert after(WORKFLOW, text) == (
            step(f"- uses: {ACTION}\n").replace("on: push\n", ""),
            [f"{WORKFLOW}:{note}"],
        )

    def test_what_they_say_of_rules_goes_into_the_configuration(self) -> None:
        text = step(
            """\
            - uses: hadolint/hadolint-action@v3
              with:
                ignore: DL3008
                override-error: DL4006,SC2046
                trusted-registries: docker.io,ghcr.io
            """
        )
        made = moved({WORKFLOW: text, ".hadolint.yaml": "ignored:\n  - DL3008 # drifts\n"}).after[OURS].text
        assert made.partition("rules:\n")[2] == (
            "  hadolint:DL3008: off  # drifts\n  hadolint:DL4006: error  # from a workflow\n"
            "  shellcheck:SC2046: error  # from a workflow\ntrusted-registries:\n  - docker.io\n  - ghcr.io\n"
        )

    def test_composite_actions_are_read_too(self) -> None:
        text = "runs:\n  using: composite\n  steps:\n    - uses: hadolint/hadolint-action@v3\n"
        assert after("tool/action.yml", text)[0] == text.replace("hadolint/hadolint-action@v3", ACTION)


class TestHooks:
    def test_the_repository_becomes_ours(self) -> None:
        before = """\
            repos:
              - repo: https://github.com/hadolint/hadolint  # lint
                rev: "v2.12.0"
                hooks:
                  - id: hadolint-docker
                    args: [--ignore, DL3008, --failure-threshold=error, --format, tty]
                    exclude: ^a/
              - repo: local
                hooks: []
            """
        expected = """\
            repos:
              - repo: https://github.com/acme/dockwright  # lint
                rev: v1
                hooks:
                  - id: dockwright
                    args: [--fail-on, error]
                    exclude: ^a/
              - repo: local
                hooks: []
            """
        text, notes = after(".pre-commit-config.yaml", before)
        assert text == dedent(expected)
        assert notes == [
            ".pre-commit-config.yaml:6: Nothing here corresponds to `--format`.",
            ".pre-commit-config.yaml:6: Nothing here corresponds to `tty`.",
        ]

    @pytest.mark.parametrize(
        "before",
        [
            "repos:\n  - repo: local\n    hooks:\n      - id: hadolint\n        entry: hadolint\n",
            (
                "repos:\n  - repo: https://github.com/hadolint/hadolint\n    rev: v1\n"
                "    hooks: [{id: hadolint}, {id: x}]\n"
            ),
        ],
    )
    def test_others_stay_and_are_told(self, before: str) -> None:
        text, notes = after(".pre-commit-config.yaml", before)
        assert text == before
        assert notes == [
            (
                ".pre-commit-config.yaml:2: This hook of hadolint stays as it is. Ours is `dockwright`, in a repository"
                " of its own."
            ),
        ]


class TestCommand:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
        (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3007]\n")
        (tmp_path / "Dockerfile").write_text("# hadolint ignore=DL3007\nFROM debian:latest\n")
        return tmp_path

    def test_it_prints_a_patch_that_git_applies(self, repository: Path) -> None:
        done = dockwright("migrate", cwd=repository)
        assert done.code == 0
        assert (repository / ".hadolint.yaml").exists()
        subprocess.run(["git", "apply", "-"], cwd=repository, input=done.out, text=True, check=True)
        assert not (repository / ".hadolint.yaml").exists()
        assert (repository / ".github" / "dockwright.yml").read_text().endswith("rules:\n  hadolint:DL3007: off\n")
        assert (repository / "Dockerfile").read_text() == "# dockwright ignore=DL3007\nFROM debian:latest\n"

    def test_write_does_the_same(self, repository: Path) -> None:
        done = dockwright("migrate", "--write", "--action", ACTION, cwd=repository)
        assert (done.code, done.out) == (0, "")
        assert done.err == "dockwright: 3 files changed.\n"
        assert not (repository / ".hadolint.yaml").exists()
        assert (repository / "Dockerfile").read_text() == "# dockwright ignore=DL3007\nFROM debian:latest\n"
        again = dockwright("migrate", cwd=repository)
        assert (again.out, again.err) == ("", "dockwright: Nothing here is translated from hadolint.\n")

    def test_an_action_is_named_in_full(self, repository: Path) -> None:
        done = dockwright("migrate", "--action", "dockwright", cwd=repository)
        assert (done.code, done.out) == (2, "")
