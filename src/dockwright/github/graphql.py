"""The GraphQL documents: review threads are not in GitHub's REST API, nor is who wrote a comment told there for sure.

Tests hold them to GitHub's schema. `viewerDidAuthor` rather than a login: a bot has one name as an author
(`github-actions`) and another as the viewer (`github-actions[bot]`).
"""

from __future__ import annotations

REVIEW_THREADS = """\
query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          path
          isResolved
          resolvedBy { login }
          comments(first: 10) {
            totalCount
            nodes { id body url viewerDidAuthor isMinimized minimizedReason }
          }
        }
      }
    }
  }
}
"""

VIEWER = """\
query Viewer {
  viewer { login }
}
"""

COMMENTS = """\
query IssueComments($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { fullDatabaseId body url viewerDidAuthor }
      }
    }
  }
}
"""

RESOLVE_THREAD = """\
mutation ResolveThread($input: ResolveReviewThreadInput!) {
  resolveReviewThread(input: $input) { thread { id isResolved } }
}
"""

HIDE_COMMENT = """\
mutation Minimize($input: MinimizeCommentInput!) {
  minimizeComment(input: $input) { minimizedComment { isMinimized } }
}
"""
