"""Reads newsletters: bytes in, frozen values out. Plain Python, without Django, network, clock or database."""
