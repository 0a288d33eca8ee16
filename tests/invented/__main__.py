"""Writes the samples of the bodies that do not exist: ``python -m tests.invented``."""

from itertools import chain

from tasks.settings import PROJECT
from tests.invented import cash, kirkmuir, rowan

if __name__ == "__main__":
    for sample in chain(cash.samples(), kirkmuir.samples(), rowan.samples()):
        sample.write(PROJECT / "data_contracts" / sample.tenant / "samples")
