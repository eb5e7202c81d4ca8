"""Pages over HTTP for those who watch the bot and those who unsubscribe."""
