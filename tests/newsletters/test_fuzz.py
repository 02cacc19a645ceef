"""A short walk of bench/fuzz.py: damaged newsletters of every format end in a newsletter or in a sentence."""

import pytest

from bench import fuzz

SEED, COUNT = 2026, 60


@pytest.fixture(scope="module")
def cases():
    return list(fuzz.run(SEED, count=COUNT))


def test_nothing_in_a_damaged_file_breaks_a_rule(cases):
    assert [(case.number, case.how, wrong) for case, _, wrong in cases if wrong] == []


def test_some_damaged_files_are_still_read_and_some_are_not(cases):
    ends = {ended for _, ended, _ in cases}
    assert {"newsletter", "no items", "damaged"} <= ends
    assert {case.suffix for case, ended, _ in cases if ended == "newsletter"} == set(fuzz.FORMATS)


def test_a_case_follows_from_its_seed_and_number(cases):
    again = fuzz.case(SEED, 7, fuzz.originals())
    assert again == cases[7][0]
