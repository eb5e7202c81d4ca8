"""Answers to questions about one paper, from its abstract, with verbatim quotes."""
