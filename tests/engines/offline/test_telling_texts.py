"""What the assistant says about results in plain text, and how lists of objects and files are spoken of."""

from __future__ import annotations

import pytest

from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.referring import thing_of
from toolace_mt.engines.offline.segments import segments
from toolace_mt.engines.offline.sources import source_of
from toolace_mt.engines.offline.telling_texts import is_media, tell_text, text_in

CALL = Call(name="look", arguments={})
DIFF = "diff --git a/x.py b/x.py\nindex 1..2\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n-old\n+new\n+more"
LOG = "History:\nCommit: 'abc'\nAuthor: Mira\n\nCommit: 'def'\nAuthor: Jonas\n"
LISTING = "[FILE] a.md\n[DIR] drafts\n[DIR] web"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DIFF, "The changes are in x.py (two lines added and one line removed)."),
        (LOG, "There are two entries; for the first one, the commit is abc and the author is Mira."),
        (LISTING, "There are three entries: a.md, drafts (a folder) and web (a folder)."),
    ],
)
def test_texts_of_a_known_make_are_told_by_what_they_hold(text: str, told: str) -> None:
    assert tell_text(None, CALL, text) == told


def test_text_may_stand_in_the_only_field() -> None:
    assert text_in({"content": "so"}) == text_in("so") == "so"
    assert text_in({"content": "so", "size": 2}) is text_in({"status": "so"}) is text_in(["so"]) is None
    assert is_media({"content": [{"type": "image", "data": "..."}]})
    assert not is_media({"content": [{"type": "text", "text": "..."}]})


def test_the_fields_of_several_objects_stay_together() -> None:
    pairs = [{"from": "Oslo", "to": "Bonn"}, {"from": "Bonn", "to": "Rome"}]
    said = [piece.text for piece in segments("trips", {"type": "array", "items": {"type": "object"}}, pairs, "book")]
    assert said == ["one from Oslo to Bonn", "one from Bonn to Rome"]


def test_the_lines_of_a_bare_list_have_places() -> None:
    done = [(Call(name="list", arguments={}), Result(name="list", content="  feature/wind\n* main\n"))]
    found = [source_of("target", value, done) for value in ("feature/wind", "main")]
    assert [source and source.place for source in found] == [(0, 2), (1, 2)]


def test_a_long_hash_is_a_commit() -> None:
    assert thing_of("not_contains", "3f" * 20) == "commit"
