"""GitHub workflows: what they say, the events that start them, and the builds in them."""
