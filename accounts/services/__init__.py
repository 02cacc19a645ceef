"""Every change to people and their requests, one module a subject."""
