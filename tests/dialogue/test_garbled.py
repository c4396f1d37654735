"""What was broken on its way is found, and nothing in sound texts of any language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.dialogue.garbled import garbled, may_be_garbled

SOUND = [
    "Plain text,\twith\r\nlines.",
    "café”… and “la” à «é»",
    "MANHÃ, SÃO – NÃO: “IRMÔ, “IRMÃ” x",
    "«HÂ» ÂNGELO’S",
    "“hâlâ”… hâlâ—",
    "3×½, Ñandú, Ägypten – Öl, “Größe”",
    "СССР. РСФСР — РС…, «РС», є їжак",
    "您的订单已经发货，预计明天送达。",
    "مرحبا \u202bאבג\u202c, \u202dabc\u202c",
    "\ufeffmark, a\u200bb, 👩\u200d👩\u200d👧, \ue000",
]
TEXTS = [
    *("René", "café", "don’t", "“x”", "naïve — x…", "Österreich", "straße", "señor", "São Paulo", "€5", "£5", "20 °C"),
    *("a\u00a0b", "™", "→", "✓ done", "😀", "привет", "Ελλάδα", "שלום", "你好", "日本語", "नमस्ते"),
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_texts(text: str) -> None:
    assert garbled(text) == []


@pytest.mark.parametrize(
    ("signs", "what"),
    [
        *((sign, "control character") for sign in "\x00\x07\x08\x0b\x0c\x1b\x7f\x80\x9f"),
        ("\ufffd", "replacement character"),
        *((sign, "noncharacter") for sign in "\ufdd0\ufffe\uffff\U0010ffff"),
        *((sign, "text direction override") for sign in "\u202d\u202e"),
    ],
)
def test_signs_that_nobody_writes(signs: str, what: str) -> None:
    assert garbled(f"Hello {signs} there, é.") == [(what, signs)]


def test_an_override_ends_in_its_line() -> None:
    assert garbled("\u202eabc\u202c\n\u202ddef\u202c") == []
    assert garbled("\u202eabc\n\u202c") == [("text direction override", "\u202e")]
    assert garbled("\u202e\u202aabc\u202c") == [("text direction override", "\u202e")]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", TEXTS)
def test_utf8_read_as_something_else(text: str, encoding: str) -> None:
    # What Windows-1252 has no sign for stays, as browsers and editors have it.
    shown = "".join(bytes([b]).decode(encoding, "ignore") or chr(b) for b in text.encode())

    assert garbled(text) == []
    assert garbled(shown)


@pytest.mark.parametrize("text", ["привет", "“x”"])
def test_utf8_read_as_windows_1251(text: str) -> None:
    shown = "".join(bytes([b]).decode("cp1251", "ignore") or chr(b) for b in text.encode())

    assert [what for what, _ in garbled(shown)][-1:] == ["mojibake"]


@given(st.text(st.characters(codec="ascii", exclude_categories=("Cc",)) | st.sampled_from("\t\n\r")))
def test_plain_text_is_never_garbled(text: str) -> None:
    assert garbled(text) == []


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert may_be_garbled(text) or not garbled(text)


@pytest.mark.parametrize("piece", ["à€", "à€€", "Ð¿", "Ð¿Ð¿a", "\u202e", "\x00", "Ã", "\udc80â"])
def test_long_hostile_texts_take_no_long_time(piece: str) -> None:
    start = time.process_time()
    assert len(garbled(piece * 200_000)) <= 20
    assert time.process_time() - start < 5
