"""A double of GitHub: stateful, over real HTTP, held to GitHub's own description of its interface.

How a test uses it, with the fixture `hub` (import it in the `conftest.py` next to the test:
`from tests.support.github.fixture import hub as hub`):

    def test_something(hub: GitHub, tmp_path: Path) -> None:
        # 1. What is on GitHub: a repository, and a pull request from a branch of it or of a fork. None removes a file.
        repository = hub.repository({"Dockerfile": "FROM debian:12\\n"})
        pull = repository.pull_request({"Dockerfile": "FROM debian:13\\n"})          # fork=hub.fork(repository)
        token = hub.workflow_token(repository, contents="read", pull_requests="write")   # hub.read_only_token(...)

        # 2. The client under test: a library at `hub.api_url`, or the action as the runner runs it.
        event = events.pull_request(pull)                        # also push, merge_group, workflow_dispatch, ...
        check_out(repository, event, tmp_path / "workspace")     # as actions/checkout does
        runner.run("dockwright.action", github={"event_name": event.name, **event.context}, event=event.payload,
                   inputs={"token": token.value}, more=hub.environment)

        # 3. The state that it leaves behind, not the requests that it makes.
        assert [thread.comments[0].body for thread in pull.threads] == ["..."]
        assert shown(pull) == shown(other_pull)                  # all that people see, without numbers and times

What happens on GitHub meanwhile: `pull.push(...)`, `pull.comment(user, text)`, `thread.reply(user, text)`,
`pull.mention(user, path, line)`, `thread.resolved_by = user`, `repository.commit(branch, changes)`,
`hub.meanwhile("POST */reviews", lambda: pull.push(...))`; attributes may be set, such as `pull.locked = True`,
`repository.private = True`, `repository.actions_may_create_pull_requests = False`, `hub.rate.used = hub.rate.limit`,
`repository.archived = True`, `repository.restricted = ["dockwright/*"]` (a rule for branches); `pull.merge()`,
`pull.close()`, each with `delete_branch=True` if wanted.

What goes wrong (`faults`): `hub.fail("POST */reviews", server_error(), carried_out=True)`: a 502 after the review was
made; `hub.fail("WRITE *", Kill(), nth=3)`: the client's process dies at the third write; `Reset()`, `Hang()`,
`secondary_limit(retry_after=1)`, `Answer(...)`. Without `carried_out` the request has no effect.

Every request and every answer is checked against the description, more strictly than GitHub does it (no unknown keys);
at the end of the test the fixture raises what was wrong. A test that is wrong on purpose asserts and clears
`hub.violations`. What GitHub's description does not say is coded here, next to its source: where a comment may stand
(`anchoring`), what a token may do (`needs` of each `Route`), check runs (`rest.checks`), git (`rest.git`), what becomes
of threads after a push (`Thread.place`).

Another operation or GraphQL field: add it to `scripts/github_contract.toml` or `.graphql`, run
`scripts/github_contract.py`, and write its `Route` in `rest/` or its resolver in `gql/`.

Sources of what the description lacks: docs.github.com where a comment names a page; for GitHub's words and for what it
was seen to do, the reports of others: parkerbxyz/suggest-changes#28 and #64, ubuntu/WSL#244, The-PR-Agent/pr-agent#592
and mitchspano/sfdx-scan-pull-request#16 (lines outside the diff), github/gh-aw#35726 (resolving threads),
github/github-mcp-server#2495 and dcdpr/jp#857 (threads by GraphQL), probot/probot#790 and
octokit/octokit.js#1170 (annotations), planetscale/ghcommit#153 (stale branches). Not verified:
- the words for a path that is not in the diff, an empty review, a commit that is not the pull request's, an approval by
  a workflow; in which order GitHub looks at several wrong comments;
- that a bot who resolved a thread is told as `resolvedBy`, and with `[bot]`;
- that a private repository answers 403, not 404, to a token that is for it but lacks a permission to read;
- the status of a file whose mode alone changed; how paths and patches that are not UTF-8 are written;
- 65,536 characters as the limit of a body: GitHub's message says so, one report says that it takes 262,144 bytes;
- what GitHub does with a thread whose lines change and then change back (here it is no longer outdated).
"""
