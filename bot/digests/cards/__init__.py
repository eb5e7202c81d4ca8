"""Cards of follows, settings, digests and recaps."""
