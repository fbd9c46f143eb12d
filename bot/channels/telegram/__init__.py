"""The conversation in Telegram; only this room imports the library."""
