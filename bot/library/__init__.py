"""A channel's feedback and reading list."""
