"""What keeps a deployment from working, looked at from outside: nothing here changes anything."""
