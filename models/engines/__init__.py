"""Tortoise engines whose transactions survive cancellation."""
