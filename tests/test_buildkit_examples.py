"""BuildKit's checks against what their documentation calls bad and good; the examples are in our own words.

Source: Docker's reference, "Build checks", a page for each check, as of BuildKit 0.32 (2026-08). In the profile
`buildkit` the bad file brings the check, the good one does not. Where a page has more than one of a kind, the others
are in `MORE_BAD` and `MORE_GOOD`.

One example is left out on purpose: the page of LegacyKeyValueFormat calls `ARG name value` bad. BuildKit itself takes
that for two arguments without a value, and so do we.
"""

from __future__ import annotations

from datetime import date

import pytest

from dockwright.config import Config, Setting
from dockwright.options import Profile
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import all_rules
from dockwright.source import Source

EXAMPLES = {
    "StageNameCasing": ("FROM alpine AS Tools\n", "FROM alpine AS tools\n"),
    "FromAsCasing": ("FROM alpine as tools\n", "FROM alpine AS tools\n"),
    "NoEmptyContinuation": (
        "FROM alpine\nRUN apk add \\\n\n    jq\n",
        "FROM alpine\nRUN apk add \\\n    # comments may stand here\n    jq\n",
    ),
    "ConsistentInstructionCasing": (
        "FROM alpine\nWORKDIR /srv\nrun make\nEnv A=b\n",
        "from alpine\nworkdir /srv\nrun make\nenv A=b\n",
    ),
    "DuplicateStageName": (
        "FROM alpine AS tools\nFROM debian AS tools\n",
        "FROM alpine AS tools\nFROM debian AS runtime\n",
    ),
    "ReservedStageName": (
        "FROM alpine AS context\nCOPY --from=context a b\n",
        "FROM alpine AS files\nCOPY --from=files a b\n",
    ),
    "JSONArgsRecommended": (
        "FROM alpine\nENTRYPOINT serve --port 80\n",
        'FROM alpine\nENTRYPOINT ["serve", "--port", "80"]\n',
    ),
    "MaintainerDeprecated": (
        "FROM alpine\nMAINTAINER someone@example.org\n",
        'FROM alpine\nLABEL org.opencontainers.image.authors="someone@example.org"\n',
    ),
    "UndefinedArgInFrom": (
        "ARG VARIANT=3.22\nFROM alpine:${VARIAN}\n",
        "ARG VARIANT=3.22\nFROM alpine:${VARIANT}\n",
    ),
    "WorkdirRelativePath": (
        "FROM nginx\nWORKDIR html\nCOPY site .\n",
        "FROM nginx\nWORKDIR /usr/share/nginx/html\nCOPY site .\n",
    ),
    "UndefinedVar": (
        "FROM alpine AS files\nCOPY $folder .\n",
        "FROM alpine AS files\nARG folder\nCOPY $folder .\n",
    ),
    "MultipleInstructionsDisallowed": (
        'FROM alpine\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n',
        'FROM alpine\nENTRYPOINT ["b"]\n',
    ),
    "LegacyKeyValueFormat": ("FROM alpine\nENV SETTINGS /etc/app\n", "FROM alpine\nENV SETTINGS=/etc/app\n"),
    "InvalidBaseImagePlatform": (
        "FROM --platform=linux/arm64 amd64/alpine:3.22\n",
        "FROM --platform=linux/arm64 arm64v8/alpine:3.22\n",
    ),
    "RedundantTargetPlatform": ("FROM --platform=$TARGETPLATFORM alpine\n", "FROM alpine\n"),
    "SecretsUsedInArgOrEnv": (
        "FROM alpine\nARG REGISTRY_TOKEN\nRUN fetch\n",
        "FROM alpine\nRUN --mount=type=secret,id=registry_token,env=REGISTRY_TOKEN fetch\n",
    ),
    "InvalidDefaultArgInFrom": (
        "ARG TAG\nFROM alpine:${TAG}\n",
        "ARG TAG=3.22\nFROM alpine:${TAG}\n",
    ),
    "FromPlatformFlagConstDisallowed": (
        "FROM --platform=linux/amd64 alpine AS tools\n",
        "FROM --platform=linux/amd64 alpine AS tools_amd64\n",
    ),
    "ExposeProtoCasing": ("FROM alpine\nEXPOSE 53/UDP\n", "FROM alpine\nEXPOSE 53/udp\n"),
    "ExposeInvalidFormat": ("FROM alpine\nEXPOSE 127.0.0.1:80:8080\n", "FROM alpine\nEXPOSE 8080\n"),
}
"""For each check a bad file and a good one."""

MORE_BAD = (
    ("StageNameCasing", "FROM alpine AS toolBox\nFROM debian\n"),
    ("NoEmptyContinuation", "FROM alpine\nEXPOSE \\\n\n443\n"),
    ("ConsistentInstructionCasing", 'From alpine\nRun make > /log\nEntRyPoint ["tail", "/log"]\n'),
    ("ReservedStageName", "FROM alpine AS scratch\nRUN make\n"),
    ("JSONArgsRecommended", "FROM alpine\nCMD serve --port 80\n"),
    ("UndefinedArgInFrom", "FROM --platform=$BULIDPLATFORM alpine\n"),
    ("UndefinedArgInFrom", "FROM node:24${FLAVOUR} AS pages\n"),
    ("UndefinedVar", "FROM alpine\nARG RELEASE=$edition\n"),
    ("UndefinedVar", "FROM alpine\nENV PATH=$PTAH:/srv/bin\n"),
    ("MultipleInstructionsDisallowed", 'FROM alpine\nCMD ["a"]\nCMD ["b"]\n'),
    ("MultipleInstructionsDisallowed", "FROM alpine\nHEALTHCHECK CMD a\nHEALTHCHECK CMD b\n"),
    ("LegacyKeyValueFormat", "FROM alpine\nENV TOOLS \\\n    jq \\\n    make\n"),
    ("LegacyKeyValueFormat", "FROM alpine\nLABEL vendor Example\n"),
    ("SecretsUsedInArgOrEnv", "FROM alpine\nARG AWS_SECRET_ACCESS_KEY\nRUN fetch\n"),
    ("ExposeInvalidFormat", "FROM alpine\nEXPOSE 8080:80\n"),
    ("ExposeProtoCasing", "FROM alpine\nEXPOSE 443/TcP\n"),
)
"""What else the pages call bad."""

MORE_GOOD = (
    ("FromAsCasing", "from alpine as tools\n"),
    ("NoEmptyContinuation", "FROM alpine\nEXPOSE \\\n# for browsers\n443\n"),
    ("ConsistentInstructionCasing", "FROM alpine\nWORKDIR /srv\nRUN make\nENV A=b\n"),
    ("JSONArgsRecommended", 'FROM alpine\nSHELL ["/bin/ash", "-c"]\nENTRYPOINT serve && log\n'),
    (
        "JSONArgsRecommended",
        'FROM alpine\nCOPY --chmod=755 <<END /start\n#!/bin/sh\nlog &\nserve\nEND\nENTRYPOINT ["/start"]\n',
    ),
    ("UndefinedVar", "FROM python AS files\nARG RELEASE=$PYTHON_VERSION\n"),
    ("UndefinedVar", "FROM alpine\nRUN echo $anything\nCMD echo $anything\n"),
    ("MultipleInstructionsDisallowed", 'FROM alpine\nHEALTHCHECK CMD ["curl", "-f", "localhost"]\nCMD ["serve"]\n'),
    ("LegacyKeyValueFormat", 'FROM alpine\nENV TOOLS="\\\n    jq \\\n    make"\n'),
    ("InvalidDefaultArgInFrom", "ARG FLAVOUR\nFROM alpine:3${FLAVOUR}\n"),
    ("InvalidDefaultArgInFrom", "ARG TAG\nFROM alpine:${TAG:-3.22}\n"),
    ("FromPlatformFlagConstDisallowed", "FROM alpine AS tools\n"),
    ("FromPlatformFlagConstDisallowed", "FROM --platform=${BUILDPLATFORM} alpine AS tools\n"),
    (
        "FromPlatformFlagConstDisallowed",
        "FROM --platform=linux/amd64 alpine AS tools_amd64\nFROM tools_${TARGETARCH} AS tools\n",
    ),
    ("WorkdirRelativePath", "FROM alpine\nWORKDIR /srv\nWORKDIR files\n"),
    ("ExposeProtoCasing", "FROM alpine\nEXPOSE 443/tcp\n"),
)
"""What else they call good."""


def checks(*sources: Source, config: Config | None = None) -> set[str]:
    """Return the checks that the first file fails."""
    project = Project(MemoryTree(sources), date(2026, 11, 23))
    chosen = config or Config(profile=Profile.BUILDKIT)
    result = review(sources[:1], project=project, config=chosen, rules=all_rules(), within=lambda _: True)
    assert result.broken_rules == ()
    return {alias for finding in result.findings for alias in finding.aliases if alias.startswith("buildkit:")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_bad_file_fails_the_check_and_the_good_one_does_not(name: str) -> None:
    bad, good = EXAMPLES[name]
    assert f"buildkit:{name}" in checks(Source("Dockerfile", bad))
    assert f"buildkit:{name}" not in checks(Source("Dockerfile", good))


@pytest.mark.parametrize(("name", "bad"), MORE_BAD)
def test_what_else_fails_a_check(name: str, bad: str) -> None:
    assert f"buildkit:{name}" in checks(Source("Dockerfile", bad))


@pytest.mark.parametrize(("name", "good"), MORE_GOOD)
def test_what_else_passes_it(name: str, good: str) -> None:
    assert f"buildkit:{name}" not in checks(Source("Dockerfile", good))


def test_a_name_that_is_much_like_one_that_is_there_is_suggested() -> None:
    source = Source("Dockerfile", "FROM alpine\nENV PATH=$PAHT:/srv/bin\n")
    project = Project(MemoryTree([source]), date(2026, 11, 23))
    result = review([source], project=project, config=Config(profile=Profile.BUILDKIT), rules=all_rules())
    told = [finding.message for finding in result.findings if "buildkit:UndefinedVar" in finding.aliases]
    assert told == ["Nothing sets `PAHT`, so it is empty here. Is `PATH` meant?"]


def test_a_file_that_the_context_leaves_out() -> None:
    dockerfile = Source("Dockerfile", "FROM alpine\nCOPY notes.txt /\n")
    notes = Source("notes.txt", "x\n")
    workflow = Source(
        ".github/workflows/build.yml",
        "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v5\n      - uses: docker/build-push-action@v6\n        with: {context: .}\n",
    )
    name = "buildkit:CopyIgnoredFile"
    assert name in checks(dockerfile, notes, workflow, Source(".dockerignore", "*.txt\n"))
    assert name not in checks(dockerfile, notes, workflow, Source(".dockerignore", "*.md\n"))


def test_a_folder_that_the_context_leaves_out_wherever_it_is() -> None:
    bad = Source("Dockerfile", "FROM scratch\nCOPY ./site/drafts/a.txt /a.txt\n")
    good = Source("Dockerfile", "FROM scratch\nCOPY ./pages/a.txt /a.txt\n")
    files = (Source("site/drafts/a.txt", "x\n"), Source("pages/a.txt", "x\n"), Source(".dockerignore", "*/drafts/*\n"))
    workflow = Source(
        ".github/workflows/build.yml",
        "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v5\n      - uses: docker/build-push-action@v6\n        with: {context: .}\n",
    )
    assert "buildkit:CopyIgnoredFile" in checks(bad, *files, workflow)
    assert "buildkit:CopyIgnoredFile" not in checks(good, *files, workflow)


def test_a_description_that_is_none() -> None:
    name = "buildkit:InvalidDefinitionDescription"
    config = Config(rules={"definition-description": Setting.ON})
    bad = "# the tools\nFROM alpine AS tools\n"
    good = "# tools is what the build needs\nFROM alpine AS tools\n# EDITION is what is sold\nARG EDITION=1\n"
    apart = "# the tools\n\nFROM alpine AS tools\n# for the shop\n\nARG EDITION=1\n"
    assert name in checks(Source("Dockerfile", bad), config=config)
    assert name in checks(Source("Dockerfile", "FROM alpine\n# for the shop\nARG EDITION=1\n"), config=config)
    assert name not in checks(Source("Dockerfile", good), config=config)
    assert name not in checks(Source("Dockerfile", apart), config=config)
    assert name not in checks(Source("Dockerfile", bad))  # it is experimental
