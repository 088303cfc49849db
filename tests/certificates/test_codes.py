"""The public code finds every typing mistake and forgives every habit."""

from __future__ import annotations

import itertools
import json
import math
import random
from pathlib import Path

import pytest

from certificates import codes

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "public-code" / "codes.json").read_text())
FIRST = VECTORS[0]


def broken(symbols: str) -> bool:
    return codes.check_symbol(symbols[:-1]) != symbols[-1]


@pytest.mark.parametrize("code", VECTORS)
def test_frozen_codes_are_read_as_they_stand(code: str) -> None:
    assert codes.normalize(code) == code
    assert codes.is_normal(code)
    other = "A" if code[-1] != "A" else "C"
    for spelled in (code.lower(), code.replace("-", ""), code[:-1], code[:-1] + other, f"{code}-", f"-{code[1:]}", ""):
        assert not codes.is_normal(spelled)


def test_a_code_has_at_least_eighty_random_bits() -> None:
    assert (codes.LENGTH - 1) * math.log2(len(codes.ALPHABET)) >= 80


def test_no_two_symbols_of_the_alphabet_look_alike() -> None:
    groups = ["0OQ", "1IL", "2Z", "5S", "8B", "UV"]
    in_alphabet = [[symbol for symbol in group if symbol in codes.ALPHABET] for group in groups]
    assert [len(kept) for kept in in_alphabet[1:]] == [1] * 5
    assert in_alphabet[0] == ["0", "Q"]  # Q has its tail; O does not occur


def test_every_single_wrong_symbol_is_found() -> None:
    # The check is linear, so one base code per vector and every (position, wrong symbol) is all there is.
    for code in VECTORS:
        symbols = code.replace("-", "")
        for position, wrong in itertools.product(range(codes.LENGTH), codes.ALPHABET):
            if wrong != symbols[position]:
                assert broken(symbols[:position] + wrong + symbols[position + 1 :])


def test_every_exchange_of_neighbours_is_found_whatever_they_are() -> None:
    for position in range(codes.LENGTH - 2):
        for one, other in itertools.permutations(codes.ALPHABET, 2):
            body = list(FIRST.replace("-", "")[:-1])
            body[position : position + 2] = one, other
            symbols = "".join(body)
            exchanged = symbols[:position] + other + one + symbols[position + 2 :]
            assert codes.check_symbol(symbols) != codes.check_symbol(exchanged)


def test_an_exchange_with_the_check_symbol_is_found() -> None:
    choose = random.Random(7).choice
    for _try in range(2000):
        symbols = codes.new_code(choose=choose).replace("-", "")
        if symbols[-1] != symbols[-2]:
            assert broken(symbols[:-2] + symbols[-1] + symbols[-2])


@pytest.mark.parametrize(
    "typed",
    [
        FIRST.lower(),
        FIRST.replace("-", ""),
        FIRST.replace("-", " "),
        f"  {FIRST}\n",
        FIRST.replace("-", "–"),
        FIRST.replace("0", "O")
        .replace("1", "l")
        .replace("2", "z")
        .replace("5", "s")
        .replace("8", "B")
        .replace("V", "u"),
        f"https://suluh.example.go.id/v/{FIRST}",
        f"suluh.example.go.id/v/{FIRST.lower()}/",
        f"Periksa di http://127.0.0.1:8000/v/{FIRST}?dari=wa#bagian terima kasih",
    ],
)
def test_what_people_type_or_paste_is_understood(typed: str) -> None:
    assert codes.normalize(typed) == FIRST


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" - - ", "empty"),
        (FIRST[:-1], "length"),
        (FIRST + "A", "length"),
        ("0001/SP/SULUH/XI/2026", "character"),
        (FIRST[:-1] + "*", "character"),
        (("A" if FIRST[0] != "A" else "C") + FIRST[1:], "check"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(codes.MalformedCode) as refusal:
        codes.normalize(typed)
    assert refusal.value.reason == reason
    assert str(refusal.value.message)


def test_new_codes_are_valid_and_differ() -> None:
    made = {codes.new_code() for _time in range(500)}
    assert len(made) == 500
    assert all(codes.normalize(code) == code for code in made)
