"""Proposing on the double of GitHub: plans made by hand of what is on a branch, and all that people see afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import Plan, Planned, Skipped, Update, UpdateType
from dockwright.files.images import image_uses
from dockwright.github.client import GitHub as Client
from dockwright.image import Platform, Reference
from dockwright.propose import Proposing, propose
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.github.proposals.outcome import Outcome, Proposed
    from dockwright.image import ImageUse
    from tests.support.github.people import Token
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
MARKED = "<!-- dockwright plan="


class Move(Struct, frozen=True):
    """An update to be planned: from one name to another."""

    current: str
    new: str
    type: UpdateType = UpdateType.PATCH
    reason: str = "it is a newer patch release"
    notes: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()


def uses_in(files: Mapping[str, str | bytes]) -> list[ImageUse]:
    """Return every use of an image in some files."""
    sources = [Source.decode(path, text if isinstance(text, bytes) else text.encode()) for path, text in files.items()]
    return [use for source in sources for use in image_uses(source)]


def update_of(uses: Sequence[ImageUse], move: Move) -> Update | None:
    """Plan an update of every use of an image; None if there is none."""
    current, new = Reference.parse(move.current), Reference.parse(move.new)
    found = tuple(use for use in uses if use.reference == current)
    edits = dict.fromkeys(edit for use in found for edit in use.edit(new) or ())
    digests = (current.digest, new.digest)
    made = Update(current, new, move.type, found, tuple(edits), move.reason, move.platforms, move.notes, digests)
    return made if edits else None


def plan_of(files: Mapping[str, str | bytes], key: str, *moves: Move, **options: object) -> Plan | None:
    """Plan some updates for one pull request; None if there is nothing to do."""
    uses = uses_in(files)
    updates = tuple(update for move in moves if (update := update_of(uses, move)) is not None)
    return Plan(key, updates, **options) if updates else None  # type: ignore[arg-type]  # the names are Plan's


def planned_of(files: Mapping[str, str | bytes], plans: Mapping[str, Sequence[Move]], **options: object) -> Planned:
    """Plan pull requests, by their keys."""
    made = (plan_of(files, key, *moves, **options) for key, moves in plans.items())
    return Planned(tuple(plan for plan in made if plan is not None), ())


class Desktop:
    """A repository on the double in which updates are proposed.

    Attributes:
        hub: the double.
        repository: the repository.
        token: what the job has.
        plans: what is wanted, by keys.
        options: how it is proposed.
        plan_options: what each plan says besides, such as its labels.
        skipped: what is left alone.
        evidence: what is known of an update besides, by the current image.
        patience: seconds for which an answer is waited for.
    """

    def __init__(self, hub: GitHub, files: Mapping[str, str | bytes], plans: Mapping[str, Sequence[Move]]) -> None:
        self.hub = hub
        self.repository: Repository = hub.repository(files)
        self.token: Token = hub.workflow_token(self.repository, contents="write", pull_requests="write")
        self.plans = dict(plans)
        self.options = Proposing()
        self.plan_options: dict[str, object] = {}
        self.skipped: tuple[Skipped, ...] = ()
        self.evidence: dict[str, str] = {}
        self.patience = 5

    def files(self, branch: str = "main") -> dict[str, bytes]:
        """Return the files of a branch."""
        git = self.repository.git
        files = git.files(git.commit(self.repository.tip(branch)).tree)
        return {path: git.blob(entry.sha) for path, entry in files.items() if entry.mode != "160000"}

    def planned(self) -> Planned:
        """Plan what is wanted of `main` as it is now."""
        found = planned_of(self.files(), self.plans, **self.plan_options)
        return Planned(found.plans, self.skipped)

    def client(self) -> Client:
        """Make a client with the job's token."""
        return Client(self.token.value, self.repository.full_name, api_url=self.hub.api_url, patience=self.patience)

    def run(self, planned: Planned | None = None) -> Proposed:
        """Propose what is wanted, of `main` as it is now or of what was planned before."""
        planned = planned or self.planned()
        evidence = {
            update: self.evidence[update.current.familiar]
            for plan in planned.plans
            for update in plan.updates
            if update.current.familiar in self.evidence
        }
        return propose(planned, self.client(), self.options, evidence=evidence)

    def states(self) -> dict[str, str]:
        """Run, and return what became of each proposal, by the branch without its prefix."""
        return states(self.run())

    def writes_of_a_run(self) -> list[str]:
        """Run, and return the requests that would change something."""
        self.hub.requests.clear()
        self.run()
        return self.hub.writes

    # --- what is there ------------------------------------------------------------------------------------------

    @property
    def branches(self) -> dict[str, str]:
        """Our branches, without their prefix, and their tips."""
        git = self.repository.git
        prefix = "refs/heads/dockwright/"
        return {name.removeprefix(prefix): git.ref(name) or "" for name in git.refs(prefix)}

    def pull(self, key: str) -> PullRequest:
        """Return the newest pull request of a plan."""
        return next(pull for pull in reversed(self.repository.pulls.values()) if pull.head_ref == f"dockwright/{key}")

    def shown(self) -> dict[str, object]:
        """Return all that people see, without names of commits, numbers and times."""
        git = self.repository.git
        pulls = self.repository.pulls.values()
        titles = {f"#{pull.number}.": pull.title for pull in pulls}
        return {
            "branches": {name: _commit(self.repository, sha) for name, sha in self.branches.items()},
            "pulls": sorted((_shown(pull, titles) for pull in pulls), key=str),
            "main": {
                path: entry.sha for path, entry in git.files(git.commit(self.repository.tip("main")).tree).items()
            },
        }


def states(proposed: Proposed) -> dict[str, str]:
    """Return what became of each proposal, by the branch without its prefix."""
    return {outcome.branch.removeprefix("dockwright/"): outcome.state.value for outcome in proposed.outcomes}


def outcome_of(proposed: Proposed, key: str) -> Outcome:
    """Return what became of one proposal."""
    return next(each for each in proposed.outcomes if each.branch == f"dockwright/{key}")


def told(proposed: Proposed) -> str:
    """Return all notes."""
    return "\n".join(f"{note.message}. {note.help}" for each in proposed.outcomes for note in each.notes)


def _commit(repository: Repository, sha: str) -> tuple[object, ...]:
    git = repository.git
    commit = git.commit(sha)
    files = {path: (entry.mode, entry.sha) for path, entry in git.files(commit.tree).items()}
    on_main = commit.parents == (repository.tip("main"),)
    return (
        files,
        commit.message.split("\n\nDockwright-Seal:")[0],
        commit.author.name,
        on_main,
        sha in repository.verified,
    )


def _shown(pull: PullRequest, titles: Mapping[str, str]) -> tuple[object, ...]:
    return (
        pull.head_ref,
        pull.title,
        pull.body.replace(pull.repository.tip("main"), "TIP"),
        pull.state,
        pull.merged,
        sorted(pull.labels),
        sorted(who.login for who in pull.assignees),
        sorted(who.login for who in pull.reviewers),
        [
            (comment.author.login, " ".join(titles.get(word, word) for word in comment.body.split()))
            for comment in pull.comments
        ],
    )


# --- a scene that another process can play ----------------------------------------------------------------------------

FILES: dict[str, str | bytes] = {
    "Dockerfile": "FROM python:3.12.4-slim AS build\nRUN true\nFROM debian:12.5\n",
    "api/Dockerfile": "ARG VERSION=3.12.4\nFROM python:${VERSION}-slim\n",
    "web/Dockerfile": f"FROM nginx:1.28@{OLD}\r\n".encode() + b"# \xff\r\n",
    "old/Dockerfile": "FROM node:22.1.0\n",
    "gone/Dockerfile": "FROM redis:7.2.1\n",
}
PLANS = {
    "python-3.12": (Move("python:3.12.4-slim", "python:3.12.11-slim"),),
    "nginx": (Move(f"nginx:1.28@{OLD}", f"nginx:1.28@{NEW}", UpdateType.REFRESH, "its packages were updated"),),
}
BEFORE = {
    "python-3.12": (Move("python:3.12.4-slim", "python:3.12.10-slim"),),
    "node-22": (Move("node:22.1.0", "node:22.5.0"),),
    "redis": (Move("redis:7.2.1", "redis:7.2.9"),),
}
AFTER = {**PLANS, "images": (Move("node:22.1.0", "node:22.6.0"), Move("debian:12.5", "debian:12.12"))}
PLAN_OPTIONS = {"labels": ("docker", "security"), "reviewers": ("octo",), "assignees": ("octo",)}


def run_in_a_process(api_url: str, token: str, name: str, files: Mapping[str, str | bytes], result: str) -> None:
    """Propose `AFTER` as another process, which may be killed; its outcome's states are written to a file."""
    planned = planned_of(files, AFTER, **PLAN_OPTIONS)
    proposed = propose(planned, Client(token, name, api_url=api_url, patience=5), Proposing())
    with open(result, "w", encoding="utf-8") as file:
        file.write("".join(f"{key} {state}\n" for key, state in states(proposed).items()))
