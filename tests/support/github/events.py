"""What starts a workflow: events with the payloads that GitHub sends, and the context of the run.

The payloads are real ones (`contract/payloads`) with the parts put in that the double knows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tests.support.github.contract import FOLDER
from tests.support.github.views import pulls, repositories
from tests.support.github.world import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.github.people import User
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository

    Json = dict[str, Any]

ZERO = "0" * 40
"""What `before` of a push is when the branch is new."""


class Event(Struct, frozen=True):
    """An event.

    Attributes:
        name: as in GITHUB_EVENT_NAME.
        payload: what is in the file at GITHUB_EVENT_PATH.
        context: parts of the `github` context, by their names there.
    """

    name: str
    payload: Json
    context: dict[str, str]


def _payload(name: str, repo: Repository, sender: User, parts: Json) -> Json:
    """Read a real payload and put in what is different here."""
    text = (FOLDER / "payloads" / f"{name}.json").read_text(encoding="utf-8")
    template = json.loads(text)
    common = {
        "repository": _known(template["repository"], repositories.repository(repo)),
        "sender": _known(template["sender"], repositories.user(sender, repo.world)),
    }
    template.pop("organization", None)
    template.pop("installation", None)
    return {**template, **common, **parts}


def _known(template: Json, view: Json) -> Json:
    """Put into a part of a payload what the double knows of it; invented values are not put in."""
    known = {key: value for key, value in view.items() if key in template and value not in _INVENTED}
    return {**template, **known}


_INVENTED: tuple[object, ...] = ("", "https://github.invalid/", None)


def _context(repo: Repository, ref: str, sha: str, actor: User) -> dict[str, str]:
    return {
        "repository": repo.full_name,
        "actor": actor.login,
        "ref": ref,
        "ref_name": ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
        "sha": sha,
    }


def pull_request(
    pull: PullRequest, action: str = "opened", *, target: bool = False, actor: User | None = None
) -> Event:
    """Make `pull_request` or, with `target`, `pull_request_target`; makes the merge that it checks out."""
    repo, actor = pull.repository, actor or pull.author
    synchronize = action == "synchronize"
    name = f"pull_request.{'synchronize' if synchronize else 'opened'}"
    merge = pull.merge_commit()
    shown = pulls.pull_request(pull)
    template = json.loads((FOLDER / "payloads" / f"{name}.json").read_text(encoding="utf-8"))["pull_request"]
    for end in ("head", "base"):
        side = shown[end]
        side["user"] = template[end]["user"]
        side["repo"] = _known(template[end]["repo"], side["repo"]) if side["repo"] else None
    whole = {**template, **{key: shown[key] for key in shown.keys() & template.keys()}, "merge_commit_sha": merge}
    parts: Json = {"action": action, "number": pull.number, "pull_request": whole}
    if synchronize:
        parents = repo.git.commit(pull.head).parents
        parts |= {"before": parents[0] if parents else ZERO, "after": pull.head}
    ref, sha = (f"refs/pull/{pull.number}/merge", merge or "")
    if target:
        ref, sha = f"refs/heads/{pull.base_ref}", pull.base
    context = _context(repo, ref, sha, actor) | {"base_ref": pull.base_ref, "head_ref": pull.head_ref}
    return Event("pull_request_target" if target else "pull_request", _payload(name, repo, actor, parts), context)


def push(repo: Repository, before: str | None, *, branch: str = "main", forced: bool = False) -> Event:
    """Make a `push` of what is on a branch now; `before` is what was, None for a new branch."""
    actor, after = repo.users[0], repo.tip(branch)
    commit = _commit(repo, after)
    parts: Json = {
        "ref": f"refs/heads/{branch}",
        "before": before or ZERO,
        "after": after,
        "created": before is None,
        "forced": forced,
        "commits": [commit],
        "head_commit": commit,
        "compare": f"{repo.html}/compare/{before or ZERO}...{after}",
    }
    return Event("push", _payload("push", repo, actor, parts), _context(repo, f"refs/heads/{branch}", after, actor))


def merge_group(pull: PullRequest) -> Event:
    """Make a `merge_group` for a pull request alone in the queue; makes the branch that is tested."""
    repo, actor = pull.repository, pull.author
    head = pull.merge_commit()
    assert head is not None, "what conflicts gets into no queue"
    ref = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{pull.base}"
    repo.git.set_ref(ref, head)
    group = {
        "head_sha": head,
        "head_ref": ref,
        "base_sha": pull.base,
        "base_ref": f"refs/heads/{pull.base_ref}",
        "head_commit": {key: value for key, value in _commit(repo, head).items() if key in _OF_A_GROUP},
    }
    payload = _payload("merge_group.checks_requested", repo, actor, {"merge_group": group})
    return Event("merge_group", payload, _context(repo, ref, head, actor))


_OF_A_GROUP = ("id", "tree_id", "message", "timestamp", "author", "committer")


def workflow_dispatch(repo: Repository, inputs: Mapping[str, str] | None = None) -> Event:
    """Make a `workflow_dispatch` on the default branch."""
    actor, ref = repo.users[0], f"refs/heads/{repo.default_branch}"
    payload = _payload("workflow_dispatch", repo, actor, {"inputs": dict(inputs or {}), "ref": ref})
    return Event("workflow_dispatch", payload, _context(repo, ref, repo.tip(repo.default_branch), actor))


def schedule(repo: Repository) -> Event:
    """Make a `schedule`, of which there is no published payload."""
    actor, ref = repo.users[0], f"refs/heads/{repo.default_branch}"
    payload: Json = {"schedule": "0 4 * * 1", "repository": repositories.repository(repo)}
    return Event("schedule", payload, _context(repo, ref, repo.tip(repo.default_branch), actor))


def _commit(repo: Repository, sha: str) -> Json:
    commit = repo.git.commit(sha)
    person = {"name": commit.author.name, "email": commit.author.email, "username": commit.author.name}
    return {
        "id": sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": written(commit.committer.when),
        "url": f"{repo.html}/commit/{sha}",
        "author": person,
        "committer": person,
        "added": [],
        "removed": [],
        "modified": [],
    }
