"""Redis, HTTP, asyncio, logs, metrics and clock."""
