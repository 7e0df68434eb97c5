"""What is read of GitHub's answers; msgspec refuses others. docs.github.com: "REST API endpoints for Git database"."""

from __future__ import annotations

from msgspec import Struct


class About(Struct, frozen=True):
    """What a repository says of itself; `html_url` is its page."""

    full_name: str
    html_url: str
    default_branch: str
    archived: bool = False


class Tip(Struct, frozen=True):
    """The commit at the tip of a branch, and its tree."""

    sha: str
    tree: str


class Commit(Struct, frozen=True):
    """A commit that was made, and whether GitHub has signed it."""

    sha: str
    verified: bool


class Named(Struct, frozen=True):
    """An object of git's."""

    sha: str


class CommitData(Struct, frozen=True):
    """What a commit is of."""

    tree: Named


class BranchCommit(Struct, frozen=True):
    """The commit at the tip of a branch."""

    sha: str
    commit: CommitData


class BranchAnswer(Struct, frozen=True):
    """A branch."""

    commit: BranchCommit


class Ref(Struct, frozen=True):
    """A ref: its whole name, and what it points at."""

    ref: str
    object: Named


class Verification(Struct, frozen=True):
    """Whether GitHub vouches for a signature."""

    verified: bool = False


class CommitAnswer(Struct, frozen=True):
    """A commit."""

    sha: str
    message: str
    tree: Named
    parents: list[Named]
    verification: Verification = Verification()


class Entry(Struct, frozen=True):
    """What is in a tree: its path, git's mode, `blob`, `tree` or `commit`, and the name of its content."""

    path: str
    mode: str
    type: str
    sha: str


class Tree(Struct, frozen=True):
    """What is in a tree; `truncated` where GitHub does not list all of it."""

    tree: list[Entry]
    truncated: bool = False


class Home(Struct, frozen=True):
    """A repository."""

    full_name: str


class End(Struct, frozen=True):
    """The head or the base of a pull request; a fork may have been deleted."""

    ref: str
    sha: str
    repo: Home | None = None


class PullAnswer(Struct, frozen=True):
    """A pull request."""

    number: int
    html_url: str
    title: str
    state: str
    head: End
    base: End
    body: str | None = None
    merged_at: str | None = None
