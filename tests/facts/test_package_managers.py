from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import only_installs, read_step, steps_of
from dockwright.shell import parse_script
from dockwright.source import Source
from dockwright.traced import Traced


def read(text: str) -> tuple[str, Action, list[str]] | None:
    step = read_step(parse_script(Traced.made(text)).commands[0])
    return None if step is None else (step.manager, step.action, [word.text for word in step.operands])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("apt-get -qq -o Acquire::Retries=3 update", ("apt", Action.REFRESH, [])),
        ("sudo apt-get install -y -t trixie-backports curl git=1:2", ("apt", Action.INSTALL, ["curl", "git=1:2"])),
        ("apt full-upgrade", ("apt", Action.UPGRADE, [])),
        ("apk add --no-cache -t .build-deps gcc", ("apk", Action.INSTALL, ["gcc"])),
        ("apk --update add --virtual=.deps gcc musl-dev", ("apk", Action.INSTALL, ["gcc", "musl-dev"])),
        ("yum -y --enablerepo epel install jq", ("dnf", Action.INSTALL, ["jq"])),
        ("microdnf update", ("dnf", Action.UPGRADE, [])),
        ("zypper --non-interactive in -t pattern devel_basis", ("zypper", Action.INSTALL, ["devel_basis"])),
        ("pacman -Sy", ("pacman", Action.REFRESH, [])),
        ("pacman -Syu --noconfirm", ("pacman", Action.UPGRADE, [])),
        ("pacman -S --noconfirm git", ("pacman", Action.INSTALL, ["git"])),
        ("pip3.12 install -U pip", ("pip", Action.INSTALL, ["pip"])),
        ("python3 -m pip install flask", ("pip", Action.INSTALL, ["flask"])),
        ("/venv/bin/pip install -c limits.txt flask", ("pip", Action.INSTALL, ["flask"])),
        ("uv pip install --system flask", ("pip", Action.INSTALL, ["flask"])),
        ("uv sync --locked --no-dev", ("uv", Action.PROJECT, [])),
        ("poetry install --only main", ("poetry", Action.PROJECT, [])),
        ("pipenv install --system --deploy", ("pipenv", Action.INSTALL, [])),
        ("npm --prefix web ci", ("npm", Action.PROJECT, [])),
        ("npm i -g serve", ("npm", Action.INSTALL, ["serve"])),
        ("yarn", ("yarn", Action.PROJECT, [])),
        ("bundle install --jobs 4", ("bundle", Action.PROJECT, [])),
        ("go mod download", ("go", Action.PROJECT, ["download"])),
        ("go build -o /out/app ./cmd/app", ("go", Action.PROJECT, ["./cmd/app"])),
        ("./mvnw -B dependency:go-offline", ("mvn", Action.PROJECT, ["dependency:go-offline"])),
        ("cargo build --release --target x86_64-unknown-linux-musl", ("cargo", Action.PROJECT, [])),
        ("apt-get clean", None),
        ("npm run build", None),
        ("yarn --version", None),
        ("python3 manage.py migrate", None),
        ("python3 -m venv /venv", None),
        ("pipx", None),
        ("curl -fsS https://example.com", None),
        ("$APT install curl", None),
    ],
)
def test_commands_of_package_managers(command: str, expected: tuple[str, Action, list[str]] | None) -> None:
    assert read(command) == expected


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("pip install -r a.txt --requirement=b.txt -rc.txt flask", ["a.txt", "b.txt", "c.txt"]),
        ("uv pip sync a.txt b.txt", ["a.txt", "b.txt"]),
        ("pip install -- -r a.txt", []),
    ],
)
def test_values_of_options(command: str, files: list[str]) -> None:
    step = read_step(parse_script(Traced.made(command)).commands[0])
    assert step is not None
    assert [value.text for value in step.values_of("-r", "--requirement")] == files


def test_steps_know_where_each_package_stands() -> None:
    dockerfile = parse(
        Source("Dockerfile", "FROM a\nRUN set -e; \\\n  apt-get update && apt-get install -y \\\n    git\n")
    )
    run = dockerfile.body[1]
    refresh, install = steps_of(dockerfile, run)
    assert (refresh.action, install.action) == (Action.REFRESH, Action.INSTALL)
    assert install.operands[0].span.first.line == 4
    assert steps_of(dockerfile, run)[0] is refresh


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", True),
        ("pip install -r requirements.txt", True),
        ("echo hello", False),
        ("apt-get update && make", False),
        ("npm ci && npm run build", False),
        ("apt-get install -y curl && $SETUP", False),
        ("go build ./...", False),
        ("mvn package", False),
    ],
)
def test_whether_a_run_only_installs(script: str, *, expected: bool) -> None:
    dockerfile = parse(Source("Dockerfile", f"FROM a\nRUN {script}\n"))
    assert only_installs(dockerfile, dockerfile.body[1]) is expected
