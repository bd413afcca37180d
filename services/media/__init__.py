"""The media watch: accounts, their posts, looks at them, and findings."""
