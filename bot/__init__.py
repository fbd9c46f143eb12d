"""The bot that tells people without papers which city services they can use."""

__version__ = "0.1.0"
