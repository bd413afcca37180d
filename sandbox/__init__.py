"""A local Bot API server and a chat page: its own process, imports none of ours."""
