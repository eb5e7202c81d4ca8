"""The client of Zotero."""
