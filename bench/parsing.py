"""How much CPU the reading of a newsletter takes in a warm process: bytes in, drafts as JSON out.

    .venv/bin/python -m bench.parsing FILE... [--runs 30]

Prints for each file the median and the least of all runs, apart for reading the file and for recognising what is in
it. A first run, which compiles patterns, is not counted. What the process itself costs is not in it.
"""

import argparse
import statistics
import time
from pathlib import Path

from newsletters.parsing.blocks import UnreadableFile
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise
from newsletters.parsing.wire import to_json


def milliseconds(data: bytes, filename: str) -> tuple[float, float]:
    """What it takes to read data and to recognise it."""
    begun = time.process_time()
    document = read(data, filename)
    read_at = time.process_time()
    to_json(recognise(document))
    return (read_at - begun) * 1000, (time.process_time() - read_at) * 1000


def report(file: Path, runs: int) -> str:
    data = file.read_bytes()
    try:
        milliseconds(data, file.name)
    except UnreadableFile as error:
        return f"{file.name}: {error.code}"
    measured = [milliseconds(data, file.name) for _ in range(runs)]
    wholes = [sum(pair) for pair in measured]
    reading, recognising = (statistics.median(column) for column in zip(*measured, strict=True))
    return (
        f"{file.name}: {len(data) / 1000:.1f} kB, median {statistics.median(wholes):.2f} ms, min {min(wholes):.2f} ms "
        f"(reading {reading:.2f} ms, recognising {recognising:.2f} ms)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args()
    for file in options.files:
        print(report(file, options.runs))


if __name__ == "__main__":
    main()
