"""A local Bot API server with people in it; a process of its own that imports nothing of the bot."""
