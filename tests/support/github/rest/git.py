"""Blobs, trees, commits and refs."""

from __future__ import annotations

import base64
import re
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.support.github.git import FOLDER, Commit, Entry, Person
from tests.support.github.messages import Refused, Reply, Route, forbidden, not_found
from tests.support.github.views import repositories as views

if TYPE_CHECKING:
    from tests.support.github.git import Files
    from tests.support.github.messages import Call
    from tests.support.github.repository import Repository

    Json = dict[str, Any]

WORKFLOWS = ".github/workflows/"


def _create_blob(call: Call) -> Reply:
    content = call.body["content"]
    data = base64.b64decode(content) if call.body.get("encoding") == "base64" else content.encode()
    sha = call.repository.git.write("blob", data)
    return Reply(201, {"sha": sha, "url": f"{call.repository.api}/git/blobs/{sha}"})


def _blob(call: Call) -> Reply:
    sha = call.parameters["file_sha"]
    if (call.repository.git.read(sha) or ("",))[0] != "blob":
        not_found()
    return Reply(200, views.blob(call.repository, sha))


def _create_tree(call: Call) -> Reply:
    git, base = call.repository.git, call.body.get("base_tree")
    if base is not None and git.read(base) is None:
        raise Refused(422, "base_tree is not a valid tree oid")
    files = git.files(_tree_of(call.repository, base)) if base else {}
    for entry in call.body["tree"]:
        _change(call, files, entry)
    return Reply(201, _show_tree(call.repository, git.write_files(files)))


def _change(call: Call, files: Files, entry: Json) -> None:
    git, path, sha = call.repository.git, entry["path"], entry.get("sha")
    check_workflow(call, path)
    if "content" in entry:
        sha = git.write("blob", entry["content"].encode())
    elif sha is None:
        for each in [each for each in files if each == path or each.startswith(f"{path}/")]:
            del files[each]
        return
    if git.read(sha) is None and entry["mode"] != "160000":
        raise Refused(422, f"tree.sha {sha} is not a valid {entry['type']}")
    if entry["type"] == "tree":
        files |= git.files(sha, f"{path}/")
    else:
        files[path] = Entry(entry["mode"], sha)


def check_workflow(call: Call, path: str) -> None:
    """Refuse to change a workflow with a token that may not, as a workflow's own never may."""
    if path.startswith(WORKFLOWS) and call.token and call.token.app and not call.token.has("workflows=write"):
        forbidden("contents=write,workflows=write")


def _tree_of(repo: Repository, sha: str) -> str:
    return repo.git.commit(sha).tree if repo.git.is_commit(sha) else sha


def _tree(call: Call) -> Reply:
    repo, name = call.repository, call.parameters["tree_sha"]
    sha = _tree_of(repo, repo.git.resolve(name) or name)
    if (repo.git.read(sha) or ("",))[0] != "tree":
        not_found()
    return Reply(200, _show_tree(repo, sha, deep="recursive" in call.query))


def _show_tree(repo: Repository, sha: str, *, deep: bool = False) -> Json:
    rows = repo.git.files(sha) if deep else repo.git.tree(sha)
    most = repo.largest_tree if deep else len(rows)
    shown = [_show_entry(repo, path, entry) for path, entry in islice(rows.items(), most)]
    truncated = len(shown) < len(rows)
    return {"sha": sha, "url": f"{repo.api}/git/trees/{sha}", "tree": shown, "truncated": truncated}


def _show_entry(repo: Repository, path: str, entry: Entry) -> Json:
    kind = {FOLDER: "tree", "160000": "commit"}.get(entry.mode, "blob")
    url = f"{repo.api}/git/{kind}s/{entry.sha}"
    shown = {"path": path, "mode": entry.mode.zfill(6), "type": kind, "sha": entry.sha, "url": url}
    return shown | ({"size": len(repo.git.blob(entry.sha))} if kind == "blob" else {})


def _create_commit(call: Call) -> Reply:
    repo, body = call.repository, call.body
    if (repo.git.read(body["tree"]) or ("",))[0] != "tree":
        raise Refused(422, "Tree SHA does not exist")
    parents = tuple(body.get("parents", ()))
    if not all(map(repo.git.is_commit, parents)):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    now = repo.world.tick()
    author = _person(call, body.get("author"), now)
    committer = _person(call, body.get("committer") or body.get("author"), now)
    sha = repo.git.write_commit(Commit(body["tree"], parents, author, committer, body["message"]))
    # docs.github.com, "About commit signature verification": only a bot's commit without custom author, committer
    # and signature is signed by GitHub.
    if call.token and call.token.app and not body.keys() & {"author", "committer", "signature"}:
        repo.verified.add(sha)
    return Reply(201, views.git_commit(repo, sha))


def _person(call: Call, given: Json | None, now: int) -> Person:
    return Person(given["name"], given["email"], now) if given else Person(call.user.login, call.user.email, now)


def _commit(call: Call) -> Reply:
    sha = call.parameters["commit_sha"]
    if not call.repository.git.is_commit(sha):
        not_found()
    return Reply(200, views.git_commit(call.repository, sha))


# --- refs -------------------------------------------------------------------------------------------------------


def _show_ref(repo: Repository, name: str) -> Json:
    sha = repo.git.ref(name) or not_found()
    kind = (repo.git.read(sha) or ("commit",))[0]
    return {
        "ref": name,
        "node_id": f"REF_{name}",
        "url": f"{repo.api}/git/{quote(name)}",
        "object": {"type": kind, "sha": sha, "url": f"{repo.api}/git/{kind}s/{sha}"},
    }


def _ref(call: Call) -> Reply:
    return Reply(200, _show_ref(call.repository, f"refs/{call.parameters['ref']}"))


def _matching_refs(call: Call) -> Reply:
    repo = call.repository
    if not any(repo.git.refs("refs/")):
        raise Refused(409, "Git Repository is empty.")
    return Reply(200, [_show_ref(repo, each) for each in repo.git.refs(f"refs/{call.parameters['ref']}")])


def _create_ref(call: Call) -> Reply:
    repo, name, sha = call.repository, call.body["ref"], call.body["sha"]
    if not re.fullmatch(r"refs/[^/]+/.+", name):
        raise Refused(422, "Reference name must contain at least three slash-separated components.")
    if repo.git.ref(name) is not None:
        raise Refused(422, "Reference already exists")
    _check_rules(repo, name, "Cannot create ref due to creations being restricted.")
    if any(each.startswith(f"{name}/") or name.startswith(f"{each}/") for each in repo.git.refs("refs/")):
        raise Refused(422, "Reference update failed")
    _point(call, name, sha)
    return Reply(201, _show_ref(repo, name))


def _update_ref(call: Call) -> Reply:
    repo, name, sha = call.repository, f"refs/{call.parameters['ref']}", call.body["sha"]
    old = repo.git.ref(name)
    if old is None:
        raise Refused(422, "Reference does not exist")
    _check_rules(repo, name, "Cannot update this protected ref.")
    known = repo.git.is_commit(sha)
    if known and not call.body.get("force") and old not in repo.git.history(sha):
        raise Refused(422, "Update is not a fast forward")
    _point(call, name, sha)
    return Reply(200, _show_ref(repo, name))


def _check_rules(repo: Repository, name: str, why: str) -> None:
    """Refuse what a ruleset restricts; the words are those that googleapis/release-please-action#1194 shows."""
    if any(fnmatchcase(name.removeprefix("refs/heads/"), pattern) for pattern in repo.restricted):
        raise Refused(422, f"Repository rule violations found\n\n{why}\n\n")


def _point(call: Call, name: str, sha: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{40}", sha):
        raise Refused(422, "At least 40 characters are required; only 0 were supplied.")
    if not call.repository.git.is_commit(sha):
        raise Refused(422, "Object does not exist")
    call.repository.git.set_ref(name, sha)


def _delete_ref(call: Call) -> Reply:
    repo, name = call.repository, f"refs/{call.parameters['ref']}"
    if repo.git.ref(name) is None:
        raise Refused(422, "Reference does not exist")
    _check_rules(repo, name, "Cannot delete this protected ref.")
    for pull in repo.pulls.values():
        if pull.head and pull.state == "open" and name == f"refs/heads/{pull.head_ref}" and not pull.from_fork:
            pull.state = "closed"
    repo.git.delete_ref(name)
    return Reply(204)


_GIT = "/repos/{owner}/{repo}/git"
ROUTES = {
    f"post {_GIT}/blobs": Route(_create_blob, "contents=write"),
    f"get {_GIT}/blobs/{{file_sha}}": Route(_blob, "contents=read"),
    f"post {_GIT}/trees": Route(_create_tree, "contents=write"),
    f"get {_GIT}/trees/{{tree_sha}}": Route(_tree, "contents=read"),
    f"post {_GIT}/commits": Route(_create_commit, "contents=write"),
    f"get {_GIT}/commits/{{commit_sha}}": Route(_commit, "contents=read"),
    f"post {_GIT}/refs": Route(_create_ref, "contents=write"),
    f"get {_GIT}/ref/{{ref}}": Route(_ref, "contents=read"),
    f"get {_GIT}/matching-refs/{{ref}}": Route(_matching_refs, "contents=read"),
    f"patch {_GIT}/refs/{{ref}}": Route(_update_ref, "contents=write"),
    f"delete {_GIT}/refs/{{ref}}": Route(_delete_ref, "contents=write"),
}
