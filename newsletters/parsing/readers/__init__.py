"""Readers: one module a file format, each with read(data) -> Document."""
