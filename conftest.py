"""What pytest loads first: the plugins of our own."""

pytest_plugins = ["tests.skips"]
