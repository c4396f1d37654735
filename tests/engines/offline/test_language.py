from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.offline.desk import Desk
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.offline.language import article, join_list, participle, sentence, tidy
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.engines.offline.templates import render

DEFECTS = {
    "double space": re.compile(r"  "),
    "space before punctuation": re.compile(r"\s[,.;?!](?:\s|$)"),
    "wrong article": re.compile(
        r"\b[Aa] (?:aisle|economy|apple|hour|item|order)\b|\b[Aa]n (?:user|hotel|flight|seat)\b"
    ),
    "identifier": re.compile(r"\b[a-z]+_[a-z_]+\b"),
    "brace": re.compile(r"[{}]"),
    "bracket": re.compile(r"\[[^\]]*\||\|[^\]]*\]"),
    "twice": re.compile(r"\b(please|and|the|to|for|then)\s+\1\b", re.IGNORECASE),
    "dangling": re.compile(r"\b(?:and|with|for|to|from|the|a)[.?!](?:\s|$)"),
    "none": re.compile(r"\bNone\b|\bnull\b"),
}


def defects(text: str) -> list[str]:
    found = [what for what, pattern in DEFECTS.items() if pattern.search(text)]
    if not text[:1].isupper() and not text[:1].isdigit() and text[:1] not in '"-':
        found.append("no capital")
    if not text.rstrip().endswith((".", "!", "?", '"', ":")):
        found.append("no end")
    return found


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("seed", range(12))
async def test_built_in_domains_read_well(desk: Desk, name: str, seed: int) -> None:
    dialogue, _ = await desk.builtin(name, seed, (1, 4, 6, 2))
    assert dialogue.task is not None
    texts = [turn.text for turn in dialogue.turns if kind_of(turn) in ("user", "reply")]
    for text in [*texts, *(subtask.goal for subtask in dialogue.task.subtasks)]:
        assert defects(text) == [], text


async def test_dialogues_do_not_all_begin_alike(desk: Desk) -> None:
    firsts = [(await desk.builtin("travel", seed))[0].turns[0].text for seed in range(20)]
    assert len({" ".join(text.split()[:3]) for text in firsts}) > 8


@pytest.mark.parametrize(
    ("word", "expected"), [("apple", "an"), ("hotel", "a"), ("hour", "an"), ("user", "a"), ("MRI", "an"), ("8", "an")]
)
def test_articles(word: str, expected: str) -> None:
    assert article(word) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("close", "closed"), ("send", "sent"), ("apply", "applied"), ("book", "booked"), ("set", "set")],
)
def test_participles(verb: str, expected: str) -> None:
    assert participle(verb) == expected


@given(st.lists(st.text("abc", min_size=1), min_size=1, max_size=6))
def test_a_list_names_every_item(items: list[str]) -> None:
    joined = join_list(items)
    assert all(item in joined for item in items)
    assert joined.count(" and ") == (1 if len(items) > 1 else 0)


@given(st.text(st.characters(codec="ascii"), min_size=1).filter(str.strip))
def test_a_sentence_is_tidy(text: str) -> None:
    said = sentence(text)
    assert "  " not in said
    assert said == tidy(said)


def test_a_bracket_takes_the_first_alternative_that_can_be_said() -> None:
    template = "book [flight {id}|{id*}|the flight][ for {name}]"
    known = {"id*": "the cheapest one", "name": "Ana"}
    filled = render(template, known.get)
    assert filled is not None
    assert filled.text == "book the cheapest one for Ana"
    bare = render(template, lambda slot: None)
    assert bare is not None
    assert bare.text == "book the flight"
    assert render("book {id}", lambda slot: None) is None


def test_random_choices_come_from_the_generator_that_is_passed_in() -> None:
    random.seed(1)
    before = random.getstate()
    tidy("a~ apple")
    assert random.getstate() == before


def test_a_genitive_stands_at_its_word() -> None:
    assert tidy("a note in member m-1 's file") == "a note in member m-1's file"
    assert tidy("said 'so' and 's'") == "said 'so' and 's'"
