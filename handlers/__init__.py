"""Command families: parse, call, render, reply."""
