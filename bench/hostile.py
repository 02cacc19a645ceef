"""Hundreds of broken PDFs and odd mails, read one after the other: each ends in a newsletter or in a sentence.

    .venv/bin/python -m bench.hostile [--pdfs 500] [--mails 300] [--seed 1] [--keep FOLDER]

Reads them in the cage with the limits of the portal, and tells what broke a rule of bench/fuzz.py, what could be read
but was refused, how each kind ended, and what the longest and largest took. --keep writes the files to a folder.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from bench import broken_pdfs, odd_mails
from bench.fuzz import Complaints, faults


def files(kinds: tuple[broken_pdfs.Kind, ...], count: int, seed: int) -> list[tuple[str, bytes, bool | None]]:
    """So many files, the kinds in turn: the kind's name, the file, and whether it can be read."""
    made = []
    for number in range(count):
        make, reads = kinds[number % len(kinds)]
        made.append((make.__name__, make(Random(f"{seed}/{number}/{make.__name__}")), reads))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdfs", type=int, default=500)
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    logger, complaints = logging.getLogger("newsletters.cage"), Complaints()
    logger.addHandler(complaints)
    logger.propagate = False
    ends: dict[str, Counter[str]] = {}
    broken, longest = 0, 0.0
    made = [("pdf", *row) for row in files(broken_pdfs.KINDS, options.pdfs, options.seed)]
    made += [("eml", *row) for row in files(odd_mails.KINDS, options.mails, options.seed)]
    for number, (suffix, kind, data, reads) in enumerate(made):
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / f"{number:04d}-{kind}.{suffix}").write_bytes(data)
        begun = time.monotonic()
        ended, wrong = faults(data, complaints)
        took = time.monotonic() - begun
        longest = max(longest, took)
        ends.setdefault(kind, Counter())[ended] += 1
        # A child that hits a limit ends badly, and that is told in a sentence: only the worker must not notice.
        wrong = [line for line in wrong if "child ended" not in line or ended == "damaged"]
        if reads and ended != "newsletter":
            wrong.append(f"could be read, but: {ended}")
        if reads is False and ended == "newsletter":
            wrong.append("cannot be read, but gave a newsletter")
        if wrong:
            broken += 1
            print(f"{number:04d} {kind} ({took:.1f} s, {ended}): {wrong[:3]}", flush=True)
    for kind, counted in ends.items():
        print(f"{kind}: {dict(counted)}")
    print(f"{len(made)} files, {broken} with something wrong, the longest took {longest:.1f} s")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
