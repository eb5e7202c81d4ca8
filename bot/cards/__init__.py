"""Any answer or error to a Card, one file a view; all pure."""
