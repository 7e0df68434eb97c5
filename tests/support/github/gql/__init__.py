"""The GraphQL interface: GitHub's own schema, cut, carried out by graphql-core."""
