"""Data that goes out."""
