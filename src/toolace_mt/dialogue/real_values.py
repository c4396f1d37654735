"""Whether a value that looks like a key or a number of somebody's can be a real one: check digits, and known examples."""

from __future__ import annotations

import re


def is_no_example(value: str) -> bool:
    """Whether a key is as mixed as drawn ones are, and has no word of an example in it."""
    lowered = value.lower()
    return len(set(lowered)) >= 10 and not any(
        w in lowered for w in ("example", "xxxx", "your", "1234567890abcdef", "test")
    )


def has_luhn_digit(value: str) -> bool:
    """Whether the digits of a number pass the check of ISO/IEC 7812 that card numbers pass."""
    digits = [int(sign) for sign in value if sign.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 4:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


# Those that payment companies publish for testing.
_TEST_CARD_NUMBERS = (
    "4111111111111111 4242424242424242 4012888888881881 4000056655665556 5555555555554444 5105105105105100 "
    "2223003122003222 378282246310005 371449635398431 6011111111111117 6011000990139424 30569309025904 "
    "38520000023237 3530111333300000"
)
_TEST_CARDS = frozenset(_TEST_CARD_NUMBERS.split())


def is_card(value: str) -> bool:
    """Whether a number passes the check of card numbers, and is none that is published for testing."""
    return has_luhn_digit(value) and re.sub(r"\D", "", value) not in _TEST_CARDS


def has_iban_check(value: str) -> bool:
    """ISO 13616: with the first four signs at the end and letters as numbers, the remainder by 97 is 1."""
    signs = value.replace(" ", "")
    if not 15 <= len(signs) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def is_issued_ssn(value: str) -> bool:
    """Not from the areas, groups and serials that are never given out, nor one that was printed on sample cards."""
    area, group, serial = value.split("-")
    never = area in ("000", "666", "123") or area >= "900" or group == "00" or serial == "0000"
    return not never and value not in ("078-05-1120", "219-09-9999", "987-65-4321")


def is_no_fiction(value: str) -> bool:
    """Not a number of 555, which is kept for films, nor one of digits in a row."""
    digits = re.sub(r"\D", "", value)[-10:]
    return (
        digits[3:6] != "555"
        and digits[:3] != "555"
        and len(set(digits)) > 4
        and digits not in ("1234567890", "9876543210")
    )
