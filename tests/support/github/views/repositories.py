"""Users, repositories, commits, files and labels, as the REST interface shows them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.support.github.contract import minimal
from tests.support.github.diff import Differences
from tests.support.github.git import FOLDER
from tests.support.github.people import account
from tests.support.github.world import written

if TYPE_CHECKING:
    from tests.support.github.diff import FileChange
    from tests.support.github.git import Entry, Person
    from tests.support.github.people import App, User
    from tests.support.github.repository import Label, Repository
    from tests.support.github.world import World

    Json = dict[str, Any]

LARGEST_CONTENT = 1 << 20
"""Of a file, in bytes; larger ones come without their content (docs.github.com: "Get repository content")."""


def user(who: User, world: World) -> Json:
    """Show a user."""
    url = f"{world.api}/users/{quote(who.login)}"
    html = f"{world.html}/{'apps/' if who.kind == 'Bot' else ''}{who.login.removesuffix('[bot]')}"
    return minimal("simple-user") | {
        "login": who.login, "id": who.id, "node_id": f"U_{who.id}", "type": who.kind, "url": url, "html_url": html
    }  # fmt: skip


def app(which: App, world: World) -> Json:
    """Show an app."""
    owner = user(account("github"), world)
    return minimal("integration") | {"id": which.id, "slug": which.slug, "name": which.name, "owner": owner}


def repository(repo: Repository, schema: str = "full-repository") -> Json:
    """Show a repository."""
    shown = minimal(schema) | {
        "id": repo.id,
        "node_id": repo.node_id,
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "fork": repo.parent is not None,
        "owner": user(account(repo.owner), repo.world),
        "url": repo.api,
        "html_url": repo.html,
    }
    if "archived" in shown:
        shown["archived"] = repo.archived
    if "default_branch" in shown:
        shown["default_branch"] = repo.default_branch
    return shown


def label(which: Label, repo: Repository) -> Json:
    """Show a label."""
    return minimal("label") | {
        "id": which.id,
        "node_id": f"LA_{which.id}",
        "name": which.name,
        "color": which.color,
        "description": which.description,
        "url": f"{repo.api}/labels/{quote(which.name)}",
    }


def git_commit(repo: Repository, sha: str) -> Json:
    """Show a commit as git data."""
    commit = repo.git.commit(sha)
    return minimal("git-commit") | {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{repo.api}/git/commits/{sha}",
        "html_url": f"{repo.html}/commit/{sha}",
        "author": _person(commit.author),
        "committer": _person(commit.committer),
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": f"{repo.api}/git/trees/{commit.tree}"},
        "parents": [_parent(repo, each) for each in commit.parents],
        "verification": verification(repo, sha),
    }


def _parent(repo: Repository, sha: str) -> Json:
    return {"sha": sha, "url": f"{repo.api}/commits/{sha}", "html_url": f"{repo.html}/commit/{sha}"}


def _person(who: Person) -> Json:
    return {"name": who.name, "email": who.email, "date": written(who.when)}


def verification(repo: Repository, sha: str) -> Json:
    """Say whether a commit is verified."""
    signed = sha in repo.verified
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None,
        "payload": f"tree {repo.git.commit(sha).tree}" if signed else None,
        "verified_at": written(repo.git.commit(sha).committer.when) if signed else None,
    }


def commit(repo: Repository, sha: str, *, files: bool = False) -> Json:
    """Show a commit, with what it changed if asked."""
    found = repo.git.commit(sha)
    shown = minimal("commit") | {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{repo.api}/commits/{sha}",
        "html_url": f"{repo.html}/commit/{sha}",
        "parents": [_parent(repo, each) for each in found.parents],
    }
    shown["commit"] = minimal("commit")["commit"] | {
        "url": f"{repo.api}/git/commits/{sha}",
        "author": _person(found.author),
        "committer": _person(found.committer),
        "message": found.message,
        "tree": {"sha": found.tree, "url": f"{repo.api}/git/trees/{found.tree}"},
        "verification": verification(repo, sha),
    }
    if files:
        parent = found.parents[0] if found.parents else None
        shown["files"] = [file_change(repo, sha, each) for each in Differences(repo.git, parent, sha).files]
    return shown


def file_change(repo: Repository, head: str, change: FileChange) -> Json:
    """Show what happened to a file."""
    path = quote(change.path)
    shown = {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{repo.html}/blob/{head}/{path}",
        "raw_url": f"{repo.html}/raw/{head}/{path}",
        "contents_url": f"{repo.api}/contents/{path}?ref={head}",
    }
    if change.status == "renamed":
        shown["previous_filename"] = change.old_path
    return shown | ({"patch": change.patch} if change.patch is not None else {})


def blob(repo: Repository, sha: str) -> Json:
    """Show a blob."""
    content = repo.git.blob(sha)
    return {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(content),
        "url": f"{repo.api}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }


_MODES = {"120000": "symlink", "160000": "submodule", FOLDER: "dir"}


def content(repo: Repository, path: str, entry: Entry, ref: str, *, whole: bool = False) -> Json:
    """Show a file or folder of a commit; `whole`, with its content."""
    kind = _MODES.get(entry.mode, "file")
    url = f"{repo.api}/contents/{quote(path)}?ref={quote(ref)}"
    data = repo.git.blob(entry.sha) if kind in {"file", "symlink"} else b""
    html = f"{repo.html}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{quote(path)}"
    git_url = f"{repo.api}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.sha}"
    shown: Json = {
        "type": kind,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": len(data),
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": None if kind in {"dir", "submodule"} else f"{repo.html}/raw/{quote(ref)}/{quote(path)}",
        "_links": {"self": url, "html": html, "git": git_url},
    }
    if whole and kind == "file":
        small = len(data) <= LARGEST_CONTENT
        shown["content"] = base64.encodebytes(data).decode() if small else ""
        shown["encoding"] = "base64" if small else "none"
    if whole and kind == "symlink":
        shown["target"] = data.decode("utf-8", "replace")
    return shown
