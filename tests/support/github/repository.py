"""A repository on GitHub: its git repository, pull requests, labels, check runs and settings."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.support.github.git import Commit, Git, Person
from tests.support.github.people import User, account
from tests.support.github.pull_request import PullRequest
from tests.support.github.world import World, node_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.github.git import Entry
    from tests.support.github.people import App
    from tests.support.github.world import IssueComment

    Changes = Mapping[str, str | bytes | Entry | None]

OWNER = account("octo")
CONTRIBUTOR = account("contributor")


class Label:
    """A label that issues can have."""

    def __init__(self, world: World, name: str, color: str, description: str | None) -> None:
        self.id = world.next_id()
        self.name = name
        self.color = color
        self.description = description


class CheckRun:
    """A check run.

    Attributes:
        about: what it was created with and what updates changed, by the keys of the interface, `output` excepted.
        output: its title, summary and text.
        annotations: those of all requests, in order.
    """

    def __init__(self, repository: Repository, app: App, suite: int) -> None:
        self.id = repository.world.next_id()
        self.repository = repository
        self.app = app
        self.suite = suite
        self.about: dict[str, Any] = {"status": "queued", "started_at": repository.world.now()}
        self.output: dict[str, Any] = {}
        self.annotations: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The page of it."""
        return f"{self.repository.html}/runs/{self.id}"


class Repository:
    """A repository.

    Attributes:
        users: who may be asked for reviews and be assigned.
        verified: the commits that GitHub has signed.
        dispatches: the workflows that were started by hand, with ref and inputs.
        runs: of workflows that were started by hand: the workflow, when it was started, and its status.
        actions_may_create_pull_requests: the setting "Allow GitHub Actions to create and approve pull requests".
        largest_tree: how many entries GitHub lists of a tree with all that is below it.
        archived: whether nothing in it can be changed any more.
        restricted: patterns of the branches that a rule lets nobody create, move or delete.
    """

    private: bool
    git: Git

    def __init__(self, world: World, name: str, folder: Path, parent: Repository | None = None) -> None:
        self.world = world
        self.owner, _, self.name = name.partition("/")
        self.id = world.next_id()
        self.parent = parent
        self.private = parent.private if parent else False
        self.default_branch = "main"
        self.git = Git(folder / f"{name}.git", parent.git if parent else None)
        self.pulls: dict[int, PullRequest] = {}
        self.labels: dict[str, Label] = {}
        self.check_runs: list[CheckRun] = []
        self.users: list[User] = [OWNER]
        self.verified: set[str] = set()
        self.dispatches: list[tuple[str, str, dict[str, Any]]] = []
        self.runs: list[tuple[str, str, str]] = []
        self.actions_may_create_pull_requests = True
        self.largest_tree = 100_000
        self.archived = False
        self.restricted: list[str] = []
        self._numbers = count(7)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def node_id(self) -> str:
        """Its name in GraphQL."""
        return node_id("R", self.id)

    @property
    def api(self) -> str:
        """Where it is in the interface."""
        return f"{self.world.api}/repos/{self.full_name}"

    @property
    def html(self) -> str:
        """Its page."""
        return f"{self.world.html}/{self.full_name}"

    def next_number(self) -> int:
        """Return the number of the next pull request."""
        return next(self._numbers)

    def tip(self, branch: str) -> str:
        """Return the tip of a branch."""
        sha = self.git.ref(f"refs/heads/{branch}")
        assert sha is not None, f"{self.full_name} has no branch {branch}"
        return sha

    def commit(self, branch: str, changes: Changes, *, author: User = OWNER, amend: bool = False) -> str:
        """Commit changed files (None removes one) to a branch; `amend` puts the commit in place of the last."""
        ref = f"refs/heads/{branch}"
        old = self.git.ref(ref)
        parents = () if old is None else self.git.commit(old).parents if amend else (old,)
        files = self.git.files(self.git.commit(old).tree) if old else {}
        tree = self.git.write_files(self.git.changed(files, changes))
        sha = self.write_commit(tree, parents, "Change", author)
        self.git.set_ref(ref, sha)
        return sha

    def write_commit(self, tree: str, parents: tuple[str, ...], message: str, author: User) -> str:
        """Write a commit by a user of GitHub."""
        person = Person(author.login, author.email, self.world.tick())
        return self.git.write_commit(Commit(tree, parents, person, person, message))

    def pull_request(
        self,
        changes: Changes,
        *,
        fork: Repository | None = None,
        author: User = CONTRIBUTOR,
        branch: str = "topic",
        title: str = "Change the image",
    ) -> PullRequest:
        """Open a pull request with changed files, from a branch here or in a fork."""
        home = fork or self
        home.git.set_ref(f"refs/heads/{branch}", self.tip(self.default_branch))
        home.commit(branch, changes, author=author)
        pull = PullRequest(self, self.default_branch, (home, branch), author)
        pull.title = title
        return pull

    def issue_comment(self, number: int) -> tuple[PullRequest, IssueComment] | None:
        """Find a comment below a pull request by its number."""
        return next(((pull, each) for pull in self.pulls.values() for each in pull.comments if each.id == number), None)
