"""Dialogues in other languages than English: good ones, written by hand, must pass; what is damaged in them must be found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.rules import check
from toolace_mt.types import Finding

ROWS: dict[str, dict[str, Any]] = {
    row["id"]: row
    for path in sorted((Path(__file__).parent / "languages").glob("*.jsonl"))
    for row in map(orjson.loads, path.read_bytes().splitlines())
}


def findings(row: dict[str, Any]) -> list[Finding]:
    return check(read_recorded(row, 1).dialogue, skip=("personal-data",))


def damaged(name: str, old: str, new: str) -> list[Finding]:
    """What is found where the first reply that has `old` says `new`."""
    row = orjson.loads(orjson.dumps(ROWS[name]))
    message = next(m for m in row["messages"] if m["role"] == "assistant" and old in (m["content"] or ""))
    message["content"] = message["content"].replace(old, new)
    return findings(row)


def rules_of(found: list[Finding]) -> set[tuple[str, str]]:
    return {(one.rule, one.severity) for one in found}


@pytest.mark.parametrize("name", ROWS)
def test_good_dialogues_pass_without_a_word(name: str) -> None:
    assert findings(ROWS[name]) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("de-a2", "12.345,67 €", "12.845,67 €"),
        ("de-a4", "13.990 €", "13.690 €"),
        ("de-a1", "9:18 Uhr", "11:18 Uhr"),
        ("es-a4", "238.000 €", "288.000 €"),
        ("es-a5", "3 de octubre", "9 de octubre"),
        ("fr-a2", "10\u00a0234,50", "10\u00a0284,50"),
        ("fr-b5", "26 juin", "21 juin"),
        ("fr-a1", "16h20", "18h20"),
        ("pt-a2", "R$ 2.350,75", "R$ 2.850,75"),
        ("ja-a1", "3万7千円", "3万9千円"),
        ("ja-a5", "3月4日", "3月9日"),
        ("ko-a1", "119,600원", "118,600원"),
        ("ko-a2", "6월 2일", "6월 8일"),
        ("ar-a1", "٣ مايو", "٨ مايو"),
        ("ru-a2", "125 430,75", "125 480,75"),
        ("ru-a6", "19 сентября", "13 сентября"),
        ("hi-a2", "₹1,25,000.75", "₹1,26,000.75"),
        ("zh-a1", "E918273645", "E918273648"),
        ("zh-a2", "12,680.35", "12,980.35"),
    ],
)
def test_a_value_told_wrongly_is_an_error(name: str, old: str, new: str) -> None:
    if old not in str(ROWS[name]):
        old, new = old.replace("\u00a0", " "), new.replace("\u00a0", " ")
    assert ("ungrounded-reply", "error") in rules_of(damaged(name, old, new))


def test_the_finding_shows_what_is_written() -> None:
    details = [one.detail for one in damaged("de-a2", "12.345,67 €", "12.845,67 €")]
    assert details == ["the reply states '12.845,67', which nothing before it gives"]


@pytest.mark.parametrize(
    "said",
    [
        "作为一个AI语言模型，我不能这样做。",
        "Como modelo de lenguaje, no puedo hacerlo.",
        "En tant que modèle de langage, je ne peux pas le faire.",
        "Als KI-Sprachmodell kann ich das nicht tun.",
        "Como um modelo de linguagem, não posso fazer isso.",
        "言語モデルとして、それはできません。",
        "Как языковая модель, я не могу этого сделать.",
        "저는 언어 모델이기 때문에 할 수 없습니다.",
        "Estimado [su nombre completo], todo está listo.",
        "尊敬的[您的姓名]，已经办好了。",
    ],
)
def test_what_must_not_be_left_in_texts(said: str) -> None:
    row = orjson.loads(orjson.dumps(ROWS["zh-a1"]))
    row["messages"][-1]["content"] = said
    assert ("leftovers", "error") in rules_of(findings(row))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("es-a1", "¿En qué puedo ayudarle?"),
        ("fr-a1", "Comment puis-je vous aider ?"),
        ("de-a1", "Wie kann ich Ihnen helfen?"),
        ("pt-a1", "Como posso ajudar?"),
        ("ru-a1", "Чем я могу вам помочь?"),
        ("ko-a1", "무엇을 도와드릴까요?"),
    ],
)
def test_a_user_who_offers_help(name: str, asked: str) -> None:
    row = orjson.loads(orjson.dumps(ROWS[name]))
    row["messages"][4]["content"] = asked
    assert ("swapped-voice", "error") in rules_of(findings(row))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zh-a1", "已为您预订两张票。"),
        ("ru-a1", "Да, я забронировал два билета."),
        ("ja-a1", "鴨川インを予約いたしました。"),
    ],
)
def test_a_deed_that_no_call_has_done(name: str, said: str) -> None:
    row = orjson.loads(orjson.dumps(ROWS[name]))
    del row["messages"][5:]
    row["messages"].append({"role": "assistant", "content": said})
    assert "unkept-promise" in {one.rule for one in findings(row)}


def test_a_condition_claims_no_deed() -> None:
    row = orjson.loads(orjson.dumps(ROWS["de-a1"]))
    del row["messages"][5:]
    row["messages"].append({"role": "assistant", "content": "Wenn ich die Plätze gebucht habe, melde ich mich."})
    assert findings(row) == []
