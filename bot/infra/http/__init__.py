"""Ask services over HTTP."""
