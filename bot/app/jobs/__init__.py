"""Background jobs: planning, queues and execution."""
