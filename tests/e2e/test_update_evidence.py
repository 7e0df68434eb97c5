"""The action on a schedule, with evidence: a real registry, a distribution's server, and the double of GitHub."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.images import made_image
from tests.support.mirrors import mirror_double
from tests.support.published import publish
from tests.support.rebuilt import FIXED, LACKING, MOVED, both, debian
from tests.support.registry.fixture import real_registry, registries
from tests.support.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RealRegistry
    from tests.support.registry.images import Image
    from tests.support.runner import Step

__all__ = ["real_registry", "registries"]  # fixtures are used by their names

ACTION = Path(__file__).parents[2] / "action.yml"
RELEASE = "debian-security/dists/trixie-security/InRelease"
EVIL = "1-1|`<img src=x>`[l](https://e.example)@everyone ##[error]x"


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        publish(double, libssl3="3.0.2-1", expat="2.5.0-1")
        yield double


class Scheduled:
    """A repository that pins an image of a real registry, and whose scheduled workflow runs the action."""

    def __init__(self, folder: Path, hub: GitHub, registry: RealRegistry, mirror: MirrorDouble) -> None:
        self.folder = folder
        self.hub = hub
        self.registry = registry
        self.mirror = mirror
        self.prefix = f"evidence-{folder.name}".lower().replace("_", "-")
        config = (
            f"registries: {{docker.io: {{mirror: '{registry.origin}/{self.prefix}'}}}}\n"
            f"mirrors: {{debian-security: '{mirror.url}/debian-security'}}\n"
            "updates: {labels: [dependencies]}\n"
        )
        self.repository: Repository = hub.repository({".github/dockwright.yml": config})
        self.token = hub.workflow_token(self.repository, contents="write", pull_requests="write")

    def push(self, image: Image) -> str:
        return self.registry.push_image(f"{self.prefix}/library/app", "1.2", image=image)

    def pin(self, old: Image, new: Image) -> None:
        digest = self.push(old)
        self.repository.commit("main", {"Dockerfile": f"FROM app:1.2@{digest}\n"})
        self.push(new)

    def run(self, **inputs: str) -> Step:
        workspace = self.folder / "workspace"
        workspace.mkdir()
        event = events.schedule(self.repository)
        check_out(self.repository, event, workspace, depth=1)
        step = Runner(ACTION, workspace, self.folder / "runner", token=self.token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            inputs=inputs,
            more=self.hub.environment,
        )
        shutil.rmtree(workspace)
        assert "Traceback" not in step.printed, step.printed
        assert (step.errors, step.code) == ((), 0), step.printed
        return step

    def writes(self) -> list[str]:
        """Run, and return the requests that would change something."""
        self.hub.requests.clear()
        self.run()
        return self.hub.writes

    @property
    def pulls(self) -> list[PullRequest]:
        return list(self.repository.pulls.values())

    @property
    def pull(self) -> PullRequest:
        (pull,) = self.pulls
        return pull


@pytest.fixture
def scheduled(tmp_path: Path, hub: GitHub, real_registry: RealRegistry, mirror: MirrorDouble) -> Scheduled:
    return Scheduled(tmp_path, hub, real_registry, mirror)


def states(step: Step) -> list[str]:
    found: list[Mapping[str, str]] = json.loads(step.outputs["pull-requests"])
    return [each["state"] for each in found]


def test_a_security_update_is_labelled_and_explained(scheduled: Scheduled) -> None:
    behind = ("expat", "2.4.0-1")
    scheduled.pin(both((LACKING[0], behind)), both((FIXED[0], behind)))
    assert states(scheduled.run()) == ["opened"]
    pull = scheduled.pull
    assert pull.title == "Refresh app:1.2: 1 security update (1 CVE)"
    assert sorted(pull.labels) == ["dependencies", "security"]
    evidence = pull.body[pull.body.index("On <code>") : pull.body.index("<details><summary>Hold or ignore this")]
    today = re.search(r"As of (\S+),", evidence)
    assert today is not None
    size = re.findall(r"(\d+ B → \d+ B \(.\d+ B\))", evidence)
    assert evidence == (
        "On <code>linux/amd64</code>, <code>linux/arm64</code>: 1 package of 1 source package changes: 1 upgraded."
        " **Of these source packages, 1 is a security update that Debian has published, with 1 CVE that it names.**"
        " The new image still lacks security updates that Debian has published, of `expat` (1 CVE).\n"
        "\n"
        "A pure rebuild: the same Dockerfile on the same base image (`debian:trixie-slim`).\n"
        "\n"
        "| source (packages) | old → new | urgency | fixes |\n"
        "|---|---|---|---|\n"
        "| <code>openssl</code> (libssl3) | 3.0.1-1 → 3.0.2-1 | high | CVE-2026-0001 |\n"
        "\n"
        "No setting changes.\n"
        "\n"
        f"Size: <code>linux/amd64</code> {size[0]}, <code>linux/arm64</code> {size[1]}.\n"
        "\n"
        f"<sub>As of {today[1]}, by what Debian has published (`trixie-security main`): its word, not proof"
        " that a CVE is fixed.</sub>\n"
        "\n"
    )


def test_a_run_with_nothing_new_writes_nothing(scheduled: Scheduled) -> None:
    scheduled.pin(debian(LACKING), debian(FIXED))
    scheduled.run()
    assert scheduled.writes() == []
    before = scheduled.pull.body
    # The distribution publishes anew, and nothing that matters here.
    publish(scheduled.mirror, libssl3="3.0.2-1", expat="2.5.0-1", other="1")
    assert scheduled.writes() == []
    # Nobody can be asked today: what was said stays.
    scheduled.mirror.statuses[RELEASE] = 404
    assert scheduled.writes() == []
    assert scheduled.pull.body == before


def test_new_facts_are_told(scheduled: Scheduled) -> None:
    scheduled.pin(debian(LACKING), debian(FIXED))
    scheduled.run()
    publish(scheduled.mirror, libssl3="3.0.2-1", expat="2.5.0-1", bash="5.2-9")
    assert len(scheduled.writes()) == 1
    assert "still lacks security updates that Debian has published, of `bash`" in scheduled.pull.body


def test_a_pull_request_becomes_one_for_security(scheduled: Scheduled) -> None:
    scheduled.pin(debian(FIXED), debian(MOVED))
    scheduled.run()
    assert (scheduled.pull.title, sorted(scheduled.pull.labels)) == ("Refresh app:1.2 (digest)", ["dependencies"])
    publish(scheduled.mirror, libssl3="3.0.3-1")
    scheduled.push(debian((("libssl3", "3.0.3-1", "openssl"), *MOVED[1:])))
    assert states(scheduled.run()) == ["updated"]
    assert scheduled.pull.title == "Refresh app:1.2: 1 security update (1 CVE)"
    assert sorted(scheduled.pull.labels) == ["dependencies", "security"]


def test_a_routine_refresh_waits_and_one_that_is_open_is_kept(scheduled: Scheduled) -> None:
    scheduled.pin(debian(FIXED, days=2), debian(MOVED, days=1))
    step = scheduled.run()
    assert (states(step), scheduled.pulls) == (["schedule"], [])
    assert "waits until the pinned image is 7 days old" in step.summary
    scheduled.mirror.statuses[RELEASE] = 404  # what is not known waits for nothing
    assert states(scheduled.run()) == ["opened"]
    del scheduled.mirror.statuses[RELEASE]
    scheduled.run()
    assert scheduled.pull.state == "open"
    assert "None of them is a security update that Debian has published." in scheduled.pull.body
    assert scheduled.writes() == []


def test_metadata_is_not_proposed(scheduled: Scheduled) -> None:
    scheduled.pin(debian(FIXED), debian(FIXED, note="signed"))
    step = scheduled.run()
    assert (states(step), scheduled.pulls) == ([], [])
    assert "was published again with the same files and settings" in step.summary


def test_a_publisher_that_lags_is_named_in_the_summary(scheduled: Scheduled) -> None:
    scheduled.pin(debian(LACKING), debian(LACKING))
    step = scheduled.run()
    assert (states(step), scheduled.pulls) == ([], [])
    assert "### Waits for its publisher" in step.summary
    assert "Debian has published security updates of `openssl`" in step.summary
    assert "so there is nothing to move to" in " ".join(step.log.split())


def test_without_the_distribution_there_is_a_pull_request_that_says_why_it_says_no_more(scheduled: Scheduled) -> None:
    scheduled.mirror.statuses[RELEASE] = 404
    scheduled.pin(debian(LACKING), debian(FIXED))
    assert states(scheduled.run()) == ["opened"]
    assert (scheduled.pull.title, sorted(scheduled.pull.labels)) == ("Refresh app:1.2 (digest)", ["dependencies"])
    assert "Which of them are security updates is unknown, because " in scheduled.pull.body
    assert "does not have `InRelease`" in scheduled.pull.body


def test_without_packages_it_says_so_too(scheduled: Scheduled) -> None:
    scheduled.pin(made_image([{"app": "1"}]), made_image([{"app": "2"}]))
    assert states(scheduled.run()) == ["opened"]
    assert "Which packages change is unknown, because of the old image: it has no package database" in (
        scheduled.pull.body
    )


def test_it_can_be_switched_off(scheduled: Scheduled) -> None:
    scheduled.pin(debian(LACKING), debian(FIXED))
    assert states(scheduled.run(evidence="false")) == ["opened"]
    assert "source package" not in scheduled.pull.body
    assert sum(scheduled.mirror.asked.values()) == 0


def test_what_is_from_outside_means_nothing_in_the_pull_request(scheduled: Scheduled) -> None:
    """Names and versions of packages are whatever an image's database says."""
    name = "x|`<b>`[l](https://e.example)@everyone"
    old, new = ((name, EVIL, name), *LACKING), ((name, f"2{EVIL}", name), *FIXED)
    scheduled.pin(debian(old), debian(new, base="b", User=f"u{EVIL}", Env=[f"A{EVIL}={EVIL}"]))
    step = scheduled.run()
    assert states(step) == ["opened"]
    body = scheduled.pull.body
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(body)
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "e.example" not in " ".join(re.findall(r"href=\"([^\"]*)\"", shown))
    assert "@everyone" not in re.sub(r"`+.*?`+", "", body)
    assert len(body) < 65_536


def test_a_long_list_is_folded_and_fits(scheduled: Scheduled) -> None:
    names = [f"library-{number:04}" for number in range(1_500)]
    publish(scheduled.mirror, **dict.fromkeys(names[:50], "2"))
    old, new = (tuple((name, version) for name in names) for version in ("1", "2"))
    scheduled.pin(debian(old), debian(new))
    assert states(scheduled.run()) == ["opened"]
    body = scheduled.pull.body
    assert scheduled.pull.title == "Refresh app:1.2: 50 security updates (1 CVE)"
    assert len(body) < 65_536
    assert "<details><summary>50 security updates</summary>" in body
    assert "<details><summary>1450 other source packages</summary>" in body
    assert re.search(r"\n\n\d+ more source packages did not fit in here\.\n", body)
