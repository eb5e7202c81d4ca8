"""Drawing library used by recaps."""
