"""All of a portal in one file: the rows of every table and the uploaded files, with a checksum of each.

The file is a tar: tables/<table>/<number>.jsonl.gz, files/<name> and, last, manifest.json. Rows are written the same
whatever database they come from, so a file made on SQLite can be restored on PostgreSQL and the checksums still fit.
"""

from griffieportal.archive.manifest import BadArchive, Manifest
from griffieportal.archive.reading import is_filled, restore
from griffieportal.archive.writing import Report, write

__all__ = ["BadArchive", "Manifest", "Report", "is_filled", "restore", "write"]
