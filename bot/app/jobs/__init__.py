"""Background jobs: what is planned, queued and run."""
