"""Connections, the embedded server and the list of keys."""
