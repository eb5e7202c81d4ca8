"""Connections with Zotero in Redis."""
