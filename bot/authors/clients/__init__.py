"""Clients of OpenAlex, Semantic Scholar and arXiv author pages."""
