"""GitHub's API: the only user of PyGithub, which is imported when the first request is made.

Reads are repeated after a failure, writes only as `writer` says: PyGithub 2.10 by itself would post twice after a 5xx.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, ValidationError, convert

from dockwright import __version__
from dockwright.errors import GitHubError, MissingPermission, NotFound, ReadOnlyToken, Unavailable
from dockwright.github import graphql, wire
from dockwright.github.model import (
    ChangedFile,
    CheckRun,
    Comments,
    IssueComment,
    ReviewComment,
    Thread,
    Threads,
)
from dockwright.github.reconcile import about
from dockwright.github.refusal import Answer, Permission, Token, error_of
from dockwright.github.tree import Entry, Listing
from dockwright.github.writer import Writer, pause_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from github.CheckRun import CheckRun as GitHubCheckRun
    from github.PullRequest import PullRequest
    from github.Repository import Repository

    from github import Github

Shape = TypeVar("Shape")

DEFAULT_API = "https://api.github.com"
_PATIENCE = 30  # seconds for an answer; GitHub itself gives up after 10
_LONGEST_WAIT = 120  # seconds; a job should not pay for an hour of waiting
_PULLS = Permission("pull-requests", "write")  # also where reading fails: posting is what follows
_STRANGE = "GitHub's answer is not what it should be; is a proxy in between?"
_CHECKS, _CONTENTS = Permission("checks", "write"), Permission("contents", "read")


class _Sent(Struct, frozen=True):
    """A check run as it is so far: its page, how many annotations it has, whether it is completed."""

    run: GitHubCheckRun
    url: str
    count: int
    completed: bool


class GitHub:
    """One repository, as one token may see and change it.

    Every method raises errors of `GitHubError`'s tree, and none of PyGithub's.
    """

    def __init__(
        self,
        token: str,
        repository: str,
        *,
        api_url: str = DEFAULT_API,
        kind: Token = Token.WORKFLOW,
        patience: int = _PATIENCE,
    ) -> None:
        """Take the token, `owner/name`, what may make the token read-only, and the seconds to wait for an answer."""
        self._token = token
        self._name = repository
        self._api_url = api_url
        self._kind = kind
        self._patience = patience
        self._writer = Writer(pause=pause_at(api_url), longest=_LONGEST_WAIT)
        self._made: Github | None = None

    # --- what is there ------------------------------------------------------------------------------------------

    def pull_request_files(self, number: int) -> tuple[ChangedFile, ...]:
        """Return the files that a pull request changes, the first 3,000 of them."""
        with self._translated(_PULLS):
            return tuple(
                ChangedFile(file.filename, file.status, file.sha or "", file.patch, file.changes)
                for file in self._pull_request(number).get_files()
            )

    def review_threads(self, number: int) -> Threads:
        """Return the review threads of a pull request."""
        threads: list[Thread] = []
        head = ""
        for data, pull_request in self._pages(graphql.REVIEW_THREADS, number, "reviewThreads"):
            head = pull_request["headRefOid"]
            viewer = wire.user(data["viewer"])
            threads += [wire.thread(node, viewer) for node in pull_request["reviewThreads"]["nodes"]]
        return Threads(head, tuple(threads))

    def own_comments(self, number: int) -> Comments:
        """Return the comments on a pull request itself that this token's user wrote."""
        found: list[IssueComment] = []
        head = ""
        for _, pull_request in self._pages(graphql.COMMENTS, number, "comments"):
            head = pull_request["headRefOid"]
            found += [wire.comment(node) for node in pull_request["comments"]["nodes"] if node["viewerDidAuthor"]]
        return Comments(head, tuple(found))

    def tree(self, commit: str) -> Listing:
        """Return the files of a commit, also of a fork's that a pull request proposes."""
        with self._translated(_CONTENTS):
            found = self._repository().get_git_tree(commit, recursive=True)
            entries = {
                each.path: Entry(each.sha, each.mode, each.size or 0) for each in found.tree if each.type != "tree"
            }
            return Listing(entries, complete=not found.raw_data["truncated"])

    def entry(self, commit: str, path: str) -> Entry | None:
        """Return one file of a commit, for a commit that GitHub does not list whole; None if there is no such file."""
        try:
            with self._translated(_CONTENTS):
                found = self._repository().get_contents(path, ref=commit)
        except NotFound:
            return None
        if isinstance(found, list) or found.type != "file":
            return None
        return Entry(found.sha, "100644", found.size)

    def blob(self, name: str) -> bytes:
        """Return the content that has this name in git."""
        from base64 import b64decode

        with self._translated(_CONTENTS):
            return b64decode(self._repository().get_git_blob(name).content)

    # --- review -------------------------------------------------------------------------------------------------

    def create_review(self, number: int, head: str, body: str, comments: Sequence[ReviewComment]) -> str:
        """Post a review, all of it or nothing, and return its URL.

        Raises:
            Refused: at least one of the comments stands where none may stand.
        """
        posted: list[Any] = [wire.review_comment(comment) for comment in comments]

        def send() -> str:
            with self._translated(_PULLS):
                commit = self._repository().get_commit(head)
                review = self._pull_request(number).create_review(commit, body, "COMMENT", posted)
                return wire.text(review.html_url)

        def find() -> str | None:
            threads = [each for each in self.review_threads(number).threads if not each.closed_by_us]
            there = {about(each): each.comments[0].url for each in threads if each.comments}
            return there[comments[0].fingerprint] if all(each.fingerprint in there for each in comments) else None

        return self._writer.write(send, find)

    def close_thread(self, thread: Thread) -> None:
        """Resolve a thread; where the token may not, hide its first comment as outdated.

        To resolve one GitHub wants `contents: write` of a workflow's token, which no review should have.
        """
        try:
            self._change(graphql.RESOLVE_THREAD, {"threadId": thread.id})
        except (MissingPermission, NotFound, ReadOnlyToken):
            self._change(graphql.HIDE_COMMENT, {"subjectId": thread.comments[0].id, "classifier": "OUTDATED"})

    # --- the pull request's own comments ------------------------------------------------------------------------

    def create_comment(self, number: int, body: str) -> str:
        """Comment on the pull request itself, and return the comment's URL."""

        def send() -> str:
            with self._translated(_PULLS):
                return wire.text(self._pull_request(number).create_issue_comment(body).html_url)

        def find() -> str | None:
            return next((each.url for each in self.own_comments(number).comments if each.body == body), None)

        return self._writer.write(send, find)

    def edit_comment(self, number: int, comment: IssueComment, body: str) -> str:
        """Replace the text of a comment, and return its URL; doing it twice is doing it once."""

        def send() -> str:
            with self._translated(_PULLS):
                self._pull_request(number).get_issue_comment(comment.id).edit(body)
            return comment.url

        return self._writer.write(send, lambda: None)

    # --- check runs ---------------------------------------------------------------------------------------------

    def send_check_run(self, wanted: CheckRun) -> str:
        """Make a check run, or finish one that was cut off, and return its URL.

        Annotations go in by fifties and stay in, so how many there are says where to go on.
        """
        sent = self._find_check_run(wanted) or self._create_check_run(wanted)
        while not sent.completed:
            sent = self._continue_check_run(sent, wanted)
        return sent.url

    def _create_check_run(self, wanted: CheckRun) -> _Sent:
        part = wire.check_run_part(wanted, 0)

        def send() -> _Sent:
            with self._translated(_CHECKS):
                made = self._repository().create_check_run(wanted.name, wanted.head, external_id=wanted.key, **part)
                return _after(made, wire.text(made.html_url), 0, part)

        return self._writer.write(send, lambda: self._find_check_run(wanted))

    def _continue_check_run(self, sent: _Sent, wanted: CheckRun) -> _Sent:
        part = wire.check_run_part(wanted, sent.count)

        def send() -> _Sent:
            with self._translated(_CHECKS):
                sent.run.edit(**part)
            return _after(sent.run, sent.url, sent.count, part)

        def find() -> _Sent | None:
            there = self._find_check_run(wanted)
            return there if there is not None and (there.completed or there.count > sent.count) else None

        return self._writer.write(send, find)

    def _find_check_run(self, wanted: CheckRun) -> _Sent | None:
        with self._translated(_CHECKS):
            runs = self._repository().get_commit(wanted.head).get_check_runs(check_name=wanted.name, filter="all")
            for run in runs:
                if run.external_id == wanted.key:
                    return _Sent(run, run.html_url, run.output.annotations_count, completed=run.status == "completed")
            return None

    # --- anything else of the repository ------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """`owner/name`."""
        return self._name

    def viewer(self) -> str:
        """Return the token's user: `github-actions[bot]` for a workflow's own token."""
        return str(self._query(graphql.VIEWER, {}, _CONTENTS)["viewer"]["login"])

    def ask(
        self,
        request: str,
        shape: type[Shape],
        permission: Permission,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Shape:
        """Send one request of the REST interface and return its answer.

        Args:
            request: the method, and the path below the repository: `GET /pulls`.
            shape: what the answer has to hold; what else is in it is dropped.
            permission: what the request takes.
            query: the parameters.
            body: what is sent as JSON; a request that changes something belongs into `write`.
        """
        method, _, path = request.partition(" ")
        url, values = f"/repos/{self._name}{path}", dict(query or {})
        with self._translated(permission):
            answer = self._github().requester.requestJsonAndCheck(method, url, parameters=values, input=body)[1]
        try:
            return convert(answer, shape)
        except ValidationError as error:
            raise GitHubError(_STRANGE) from error

    def write(self, send: Callable[[], Shape], find: Callable[[], Shape | None]) -> Shape:
        """Send a write as `Writer.write` does; all writes of this client keep their distance."""
        return self._writer.write(send, find)

    # --- requests -----------------------------------------------------------------------------------------------

    def _github(self) -> Github:
        if self._made is None:
            from github import Auth, Github, GithubRetry

            self._made = Github(
                auth=Auth.Token(self._token),
                base_url=self._api_url,
                timeout=self._patience,
                user_agent=f"dockwright/{__version__}",
                per_page=100,
                retry=GithubRetry(
                    total=3,
                    backoff_factor=0.3,
                    allowed_methods={"GET", "HEAD"},
                    max_rate_limit_wait=_LONGEST_WAIT,
                    retry_after_max=_LONGEST_WAIT,
                ),
                seconds_between_requests=0,
                seconds_between_writes=0,  # it would count GraphQL's queries as writes
                lazy=True,
                api_version="2022-11-28",
            )
        return self._made

    def _repository(self) -> Repository:
        return self._github().get_repo(self._name)

    def _pull_request(self, number: int) -> PullRequest:
        return self._repository().get_pull(number)

    def _pages(self, query: str, number: int, connection: str) -> Iterator[tuple[wire.Json, wire.Json]]:
        """Yield the answers, with the pull request in them, until a connection of it has no further page."""
        owner, _, name = self._name.partition("/")
        after: str | None = None
        while True:
            variables = {"owner": owner, "name": name, "number": number, "after": after}
            data = self._query(query, variables, _PULLS)
            pull_request = (data.get("repository") or {}).get("pullRequest")
            if pull_request is None:
                raise NotFound(f"GitHub does not find pull request {number} of `{self._name}`")
            yield data, pull_request
            page = pull_request[connection]["pageInfo"]
            if not page["hasNextPage"]:
                return
            after = page["endCursor"]

    def _query(self, document: str, variables: dict[str, Any], permission: Permission) -> wire.Json:
        """Ask; a question is a POST, which PyGithub does not repeat here."""

        def send() -> wire.Json:
            with self._translated(permission):
                data: wire.Json = self._github().requester.graphql_query(document, variables)[1]["data"]
                return data

        return Writer(pause=0, longest=_LONGEST_WAIT).write(send, lambda: None)

    def _change(self, document: str, values: dict[str, Any]) -> None:
        """Change something that may be changed twice with the same result."""

        def send() -> None:
            with self._translated(_PULLS):
                self._github().requester.graphql_query(document, {"input": values})

        self._writer.write(send, lambda: None)

    @contextmanager
    def _translated(self, permission: Permission) -> Iterator[None]:
        """Turn what PyGithub raises into errors of ours; a request that got no answer raises an OSError."""
        from github import GithubException

        try:
            yield
        except GithubException as error:
            headers = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
            raise error_of(Answer(error.status, error.data, headers), permission, self._kind) from error
        except OSError as error:
            raise Unavailable(f"GitHub gives no answer ({type(error).__name__})") from error
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise GitHubError(_STRANGE) from error


def _after(run: GitHubCheckRun, url: str, count: int, part: wire.Json) -> _Sent:
    """Return a check run as it is after one more part of it was sent."""
    return _Sent(run, url, count + len(part["output"]["annotations"]), completed=part["status"] == "completed")
