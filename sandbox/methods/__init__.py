"""The Bot API methods this sandbox serves, by family."""
