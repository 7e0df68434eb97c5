"""Things as GitHub's REST interface shows them: what its description requires, filled with what is known here."""
