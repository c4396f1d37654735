from __future__ import annotations

from pathlib import Path

import pytest

from toolace_mt.config import DiversityConfig
from toolace_mt.engines.offline.voices import TONES
from toolace_mt.errors import InputError
from toolace_mt.runs.users import LONGEST, read_users, told_users
from toolace_mt.stages.variety import Persona, Style


def test_there_are_many_users_and_the_offline_engine_knows_their_styles() -> None:
    users = read_users(DiversityConfig())
    assert len({persona.who for persona in users.personas}) >= 60
    assert len({style.name for style in users.styles}) >= 12
    assert {style.name for style in users.styles} == set(TONES)
    assert all(len(persona.who) <= LONGEST for persona in users.personas)


def test_false_leaves_them_out() -> None:
    users = read_users(DiversityConfig(personas=False, styles=False))
    assert told_users(users) == []


def test_a_file_has_one_on_each_line(tmp_path: Path) -> None:
    (tmp_path / "people.txt").write_text("a sailor\n\n  a smith \na sailor\n")
    (tmp_path / "styles.jsonl").write_text('{"style": "loud", "writes": "in capitals"}\n{"style": "in rhymes"}\n')
    knobs = DiversityConfig(personas=str(tmp_path / "people.txt"), styles=str(tmp_path / "styles.jsonl"))
    users = read_users(knobs)
    assert users.personas == (Persona("a sailor"), Persona("a smith"))
    assert users.styles == (Style("loud", "in capitals"), Style("in rhymes", "in rhymes"))


def test_a_persona_names_a_style_or_describes_one(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text('{"persona": "a smith", "style": "terse"}\n{"persona": "a bard", "style": "in verse"}\n')
    smith, bard = read_users(DiversityConfig(personas=str(file), styles=False)).personas
    assert smith.style is not None
    assert smith.style.writes.startswith("in short sentences")
    assert bard.style == Style("in verse", "in verse")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.txt", b"", "holds no line"),
        ("p.txt", b"\xff\xfe", "not UTF-8"),
        ("p.txt", b"fine\n" + b"x" * 500, r"p.txt:2: field persona: is longer than 400"),
        ("p.txt", b"a\x1b[31m b", "not plain text"),
        ("p.jsonl", b"{", "p.jsonl:1: is not JSON"),
        ("p.jsonl", b"[1]", "p.jsonl:1: is no object"),
        ("p.jsonl", b'{"style": "x"}', "p.jsonl:1: field persona is missing"),
        ("p.jsonl", b'{"persona": 3}', "p.jsonl:1: field persona: is no text"),
        ("p.jsonl", b'{"persona": "x", "age": 3}', "p.jsonl:1: there is no field 'age'"),
        ("p.jsonl", b'{"persona": "x", "style": null}', "p.jsonl:1: field style: is no text"),
    ],
)
def test_bad_files_are_one_clear_error(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_users(DiversityConfig(personas=str(tmp_path / name)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nobody\.txt: cannot be read"):
        read_users(DiversityConfig(styles=str(tmp_path / "nobody.txt")))
