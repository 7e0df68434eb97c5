"""The branches, commits and pull requests of proposals, read and written through GitHub's API.

Commits are made of trees by the Git data API, without author, committer or signature: those GitHub signs itself if the
token is a workflow's or an app's (docs.github.com: "About commit signature verification"). A branch is moved only from
where it was seen. Whatever is written can be written again, or is looked for first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from dockwright.errors import NotFound, Refused
from dockwright.github.proposals.answers import (
    About,
    BranchAnswer,
    Commit,
    CommitAnswer,
    Entry,
    Named,
    PullAnswer,
    Ref,
    Tip,
    Tree,
)
from dockwright.github.proposals.marker import PREFIX, read_marker, read_seal, sealed
from dockwright.github.proposals.model import Branch, Pull
from dockwright.github.refusal import Permission
from dockwright.source import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dockwright.github.client import GitHub
    from dockwright.github.proposals.model import Rewritten

Made = TypeVar("Made")

_READ, _WRITE = Permission("contents", "read"), Permission("contents", "write")
_PULLS = Permission("pull-requests", "write")
_MOST_BRANCHES = 1000
_LARGEST_REQUEST, _MOST_ENTRIES = 1 << 20, 100  # bytes and files of one tree; GitHub gives up after 10 seconds
_TRIES = 3
_NOT_YET = "could not resolve to a node"  # a pull request that GitHub has made, but does not find yet


class Desk:
    """One repository; every method raises errors of `GitHubError`'s tree."""

    def __init__(self, hub: GitHub) -> None:
        """Take the repository's client."""
        self._hub = hub
        self._listing: Tree | None = None
        self._folders: dict[str, Tree] = {}

    # --- what is there ------------------------------------------------------------------------------------------

    def about(self) -> About:
        """Return what the repository says of itself."""
        return self._hub.ask("GET ", About, _READ)

    def tip(self, branch: str) -> Tip | None:
        """Return the tip of a branch; None if there is no such branch: a repository may be empty."""
        try:
            found = self._hub.ask(f"GET /branches/{quote(branch, safe='')}", BranchAnswer, _READ)
        except NotFound:
            return None
        return Tip(found.commit.sha, found.commit.commit.tree.sha)

    def entries(self, tip: Tip, paths: Iterable[str]) -> dict[str, Entry]:
        """Return those of some files that are in the commit of this run; mostly one request for all.

        Of a very large repository GitHub does not list all files at once; there each folder is asked for.
        """
        wanted = set(paths)
        if self._listing is None:
            self._listing = self._hub.ask(f"GET /git/trees/{tip.tree}", Tree, _READ, query={"recursive": "1"})
        found = self._listing
        if found.truncated:
            return {path: entry for path in sorted(wanted) if (entry := self._find(tip.tree, path)) is not None}
        return {entry.path: entry for entry in found.tree if entry.path in wanted and entry.type == "blob"}

    def _find(self, tree: str, path: str) -> Entry | None:
        """Return a file of a tree, folder by folder."""
        *folders, name = path.split("/")
        for folder in folders:
            inside = self._inside(tree, folder, "tree")
            if inside is None:
                return None
            tree = inside.sha
        return self._inside(tree, name, "blob")

    def _inside(self, tree: str, name: str, kind: str) -> Entry | None:
        if tree not in self._folders:
            self._folders[tree] = self._hub.ask(f"GET /git/trees/{tree}", Tree, _READ)
        return next((each for each in self._folders[tree].tree if each.path == name and each.type == kind), None)

    def branches(self) -> dict[str, Branch]:
        """Return our branches by their names."""
        refs = self._hub.ask(f"GET /git/matching-refs/heads/{PREFIX}", list[Ref], _READ)
        names = {ref.ref.removeprefix("refs/heads/"): ref.object.sha for ref in refs[:_MOST_BRANCHES]}
        return {name: self._branch(name, sha) for name, sha in names.items()}

    def _branch(self, name: str, sha: str) -> Branch:
        found = self._hub.ask(f"GET /git/commits/{sha}", CommitAnswer, _READ)
        if len(found.parents) != 1:
            return Branch(name, sha)
        parent = found.parents[0].sha
        return Branch(name, sha, parent, read_seal(found.message, name, tree=found.tree.sha, parent=parent))

    def pulls(self, branch: str) -> tuple[Pull, ...]:
        """Return the pull requests from a branch of this repository, the newest first."""
        owner = self._hub.name.partition("/")[0]
        query = {"head": f"{owner}:{branch}", "state": "all", "sort": "created", "direction": "desc", "per_page": "100"}
        found = self._hub.ask("GET /pulls", list[PullAnswer], _PULLS, query=query)
        # The owner may have a fork, with a branch of the same name.
        return tuple(_pull(each) for each in found if each.head.repo == each.base.repo)

    def _ref(self, name: str) -> str | None:
        try:
            return self._hub.ask(f"GET /git/ref/heads/{name}", Ref, _READ).object.sha
        except NotFound:
            return None

    # --- commits ------------------------------------------------------------------------------------------------

    def commit(self, tip: Tip, files: Sequence[Rewritten], *, message: str, branch: str, work: str) -> Commit:
        """Make a commit that nothing points at yet."""
        tree = tip.tree
        for entries in _portions([self._entry(file) for file in files]):
            tree = self._create("trees", Named, {"base_tree": tree, "tree": entries}).sha
        text = sealed(message, branch, work, tree=tree, parent=tip.sha)
        made = self._create("commits", CommitAnswer, {"message": text, "tree": tree, "parents": [tip.sha]})
        return Commit(made.sha, made.verification.verified)

    def _entry(self, file: Rewritten) -> dict[str, str]:
        """Return a file as an entry of a tree; text that is no UTF-8 has to be a blob before."""
        entry = {"path": file.path, "mode": file.mode, "type": "blob"}
        try:
            file.text.encode()
        except UnicodeEncodeError:
            return {**entry, "sha": self._blob(encode(file.text))}
        return {**entry, "content": file.text}

    def _blob(self, data: bytes) -> str:
        from base64 import b64encode

        return self._create("blobs", Named, {"content": b64encode(data).decode(), "encoding": "base64"}).sha

    def _create(self, kind: str, shape: type[Made], body: Mapping[str, object]) -> Made:
        """Make an object of git's: to make it twice does no harm."""
        return self._hub.write(lambda: self._hub.ask(f"POST /git/{kind}", shape, _WRITE, body=body), lambda: None)

    # --- branches -----------------------------------------------------------------------------------------------

    def point(self, name: str, sha: str, *, seen: str | None) -> bool:
        """Let a branch be at a commit; False if it is not where it was seen, so that somebody else has moved it."""
        if self._ref(name) != seen:
            return False

        def send() -> bool:
            if seen is None:
                body: dict[str, object] = {"ref": f"refs/heads/{name}", "sha": sha}
                self._hub.ask("POST /git/refs", object, _WRITE, body=body)
            else:
                self._hub.ask(f"PATCH /git/refs/heads/{name}", object, _WRITE, body={"sha": sha, "force": True})
            return True

        return self._settled(send, lambda: self._ref(name) == sha)

    def delete(self, branch: Branch) -> bool:
        """Delete a branch; False if it is not where it was seen."""
        there = self._ref(branch.name)
        if there != branch.sha:
            return there is None

        def send() -> bool:
            self._hub.ask(f"DELETE /git/refs/heads/{branch.name}", object, _WRITE)
            return True

        return self._settled(send, lambda: self._ref(branch.name) is None)

    def _settled(self, send: Callable[[], bool], is_done: Callable[[], bool]) -> bool:
        """Write; a refusal does not count if meanwhile all is as it should be."""
        try:
            return self._hub.write(send, lambda: is_done() or None)
        except Refused:
            if is_done():
                return True
            raise

    # --- pull requests ------------------------------------------------------------------------------------------

    def open(self, branch: str, base: str, *, title: str, body: str) -> Pull:
        """Open a pull request; if there is one from this branch meanwhile, return that.

        Raises:
            NotPermitted: a setting of the repository forbids it to workflows.
        """

        def send() -> Pull:
            wanted = {"head": branch, "base": base, "title": title, "body": body}
            return _pull(self._hub.ask("POST /pulls", PullAnswer, _PULLS, body=wanted))

        def find() -> Pull | None:
            return next((pull for pull in self.pulls(branch) if pull.open and pull.base == base), None)

        try:
            return self._hub.write(send, find)
        except Refused:
            there = find()
            if there is None:
                raise
            return there

    def edit(self, pull: Pull, edits: Mapping[str, str]) -> None:
        """Change what a pull request says, or its state; doing it twice is doing it once."""
        self._hub.write(
            lambda: self._hub.ask(f"PATCH /pulls/{pull.number}", object, _PULLS, body=dict(edits)), lambda: None
        )

    def label(self, pull: Pull, labels: Sequence[str]) -> None:
        """Add labels, which GitHub makes if there are no such ones."""
        self._add(f"/issues/{pull.number}/labels", {"labels": list(labels)})

    def assign(self, pull: Pull, logins: Sequence[str]) -> None:
        """Assign users; GitHub leaves out, without a word, who may not be assigned."""
        self._add(f"/issues/{pull.number}/assignees", {"assignees": list(logins)})

    def request_review(self, pull: Pull, reviewer: str) -> None:
        """Ask a user for a review, or a team, `organization/team`."""
        _, slash, team = reviewer.partition("/")
        who: dict[str, object] = {"team_reviewers": [team]} if slash else {"reviewers": [reviewer]}
        self._add(f"/pulls/{pull.number}/requested_reviewers", who)

    def _add(self, path: str, body: Mapping[str, object]) -> None:
        """Add to a pull request what may be added twice; just after it was made, GitHub may not find it yet."""
        for attempt in range(_TRIES):
            try:
                self._hub.write(lambda: self._hub.ask(f"POST {path}", object, _PULLS, body=body), lambda: None)
            except Refused as error:
                if _NOT_YET not in str(error).lower() or attempt == _TRIES - 1:
                    raise
            else:
                return

    def comment_once(self, pull: Pull, body: str, *, marker: str) -> None:
        """Comment on a pull request, unless a comment of ours begins with the marker."""
        if not any(each.body.startswith(marker) for each in self._hub.own_comments(pull.number).comments):
            self._hub.create_comment(pull.number, f"{marker}\n{body}")

    def blobs(self, pull: Pull) -> dict[str, str]:
        """Return git's names of the files' contents that a pull request leads to."""
        return {file.path: file.blob for file in self._hub.pull_request_files(pull.number)}

    def is_workflow_token(self) -> bool:
        """Tell whether the token is a workflow's own, which may never change workflows."""
        return self._hub.viewer() == "github-actions[bot]"


def _pull(found: PullAnswer) -> Pull:
    body = found.body or ""
    return Pull(
        number=found.number,
        url=found.html_url,
        title=found.title,
        body=body,
        base=found.base.ref,
        head=found.head.sha,
        open=found.state == "open",
        merged=found.merged_at is not None,
        marker=read_marker(body),
    )


def _portions(entries: Sequence[Mapping[str, str]]) -> Iterator[list[Mapping[str, str]]]:
    """Cut entries into parts that GitHub can take in at a time."""
    part: list[Mapping[str, str]] = []
    size = 0
    for entry in entries:
        length = len(entry.get("content", ""))
        if part and (len(part) == _MOST_ENTRIES or size + length > _LARGEST_REQUEST):
            yield part
            part, size = [], 0
        part.append(entry)
        size += length
    yield part
