"""The reading list in a Zotero library."""
