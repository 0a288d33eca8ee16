"""Account numbers that the practice account table says can exist, reckoned by its three plainest checks."""

import random
from collections.abc import Iterator
from itertools import count

_CHECKS = {
    "MOD10": (range(89000, 90000), (0, 0, 0, 0, 0, 0, 7, 1, 3, 7, 1, 3, 7, 1)),
    "MOD11": (range(102400, 108000), (0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1)),
    "DBLAL": (range(110000, 119281), (0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)),
}
"""Ranges of sort codes with the weights of their digits and of the account's: data_contracts/practice_modulus."""

_EXCEPTION_1 = 27
"""What the range of DBLAL adds to its total."""


def can_exist(check: str, sort_code: int, account: int) -> bool:
    """The modulus check as its specification has it."""
    digits = (int(digit) for digit in f"{sort_code:06}{account:08}")
    products = [digit * weight for digit, weight in zip(digits, _CHECKS[check][1], strict=True)]
    if check == "DBLAL":
        return (sum(sum(divmod(product, 10)) for product in products) + _EXCEPTION_1) % 10 == 0
    return sum(products) % int(check.removeprefix("MOD")) == 0


def accounts(lots: random.Random) -> Iterator[tuple[str, str]]:
    """Yield sort codes and account numbers that go together, none twice."""
    given = set()
    while True:
        check = lots.choice(tuple(_CHECKS))
        sort_code, first = lots.choice(_CHECKS[check][0]), lots.randrange(10_000_000, 99_999_900)
        number = next(each for each in count(first) if can_exist(check, sort_code, each))
        if (sort_code, number) not in given:
            given.add((sort_code, number))
            yield f"{sort_code:06}", f"{number:08}"


def cannot_exist(account: str) -> str:
    """The number beside an account: its last digit is another, and no check of one digit lets that pass."""
    return f"{account[:-1]}{(int(account[-1]) + 1) % 10}"
