"""What people do: each deed changes the world and makes the updates Telegram would make."""
