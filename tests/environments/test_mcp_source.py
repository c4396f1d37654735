"""What a SRC of an MCP server says, and the short names of a dialogue's folders."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolace_mt.environments.mcp.listing import mcp_tools
from toolace_mt.environments.mcp.places import Places
from toolace_mt.environments.mcp.source import parse_mcp
from toolace_mt.errors import InputError

PYTHON = sys.executable


def test_a_command_is_split_as_a_shell_does_it() -> None:
    source = parse_mcp(f"mcp:{PYTHON} -c 'print(1)' --name=x")
    assert source.command(Path("/run")) == [PYTHON, "-c", "print(1)", "--name=x"]
    assert not source.isolated
    assert source.label == Path(PYTHON).name
    assert parse_mcp(f"mcp:env A=1 B={PYTHON} {PYTHON}").label == Path(PYTHON).name


def test_placeholders_give_each_dialogue_folders_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a")
    source = parse_mcp(
        f"mcp:env F={{scratch}}/f.json {PYTHON} {{copy:{tmp_path}/data}} --again={{copy:{tmp_path}/data}}"
    )
    root = tmp_path / "run"
    assert source.isolated
    assert source.command(root)[1:] == [f"F={root}/scratch/f.json", PYTHON, f"{root}/data", f"--again={root}/data"]
    source.prepare(root)
    (root / "scratch" / "new").write_text("n")
    (root / "data" / "a.txt").write_text("changed")
    source.prepare(root)
    assert (root / "data" / "a.txt").read_text() == "changed", "what is there stays"
    assert (root / "scratch" / "new").exists()
    assert (tmp_path / "data" / "a.txt").read_text() == "a", "the original is not touched"


def test_half_a_copy_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a")
    root = tmp_path / "run"
    (root / ".data.half").mkdir(parents=True)
    parse_mcp(f"mcp:{PYTHON} {{copy:{tmp_path}/data}}").prepare(root)
    assert [file.name for file in (root / "data").iterdir()] == ["a.txt"]


def test_no_link_of_a_copy_leads_back(tmp_path: Path) -> None:
    data, root = tmp_path / "data", tmp_path / "run"
    (data / "inner").mkdir(parents=True)
    for file in (data / "a.txt", tmp_path / "outside.txt"):
        file.write_text("original")
    links = {
        "absolute": data / "a.txt",
        "inner/relative": "../a.txt",
        "inner/round": "../../data/a.txt",
        "folder": data / "inner",
        "inner/itself": data,
        "inner/chain": "../absolute",
        "inner/dangling": data / "new.txt",
        "outside": tmp_path / "outside.txt",
    }
    for name, target in links.items():
        (data / name).symlink_to(target)
    parse_mcp(f"mcp:{PYTHON} {{copy:{data}}}").prepare(root)
    for name in links:
        copied = root / "data" / name
        assert copied.resolve().is_relative_to(root / "data"), name
        if not copied.is_dir():
            copied.write_text("changed")
    (root / "data" / "folder" / "made").touch()
    assert os.readlink(root / "data" / "inner" / "relative") == "../a.txt", "what is right stays as it is"
    assert not (root / "data" / "outside").is_symlink()
    assert (root / "data" / "a.txt").read_text() == (root / "data" / "new.txt").read_text() == "changed"
    assert [(data / "a.txt").read_text(), (tmp_path / "outside.txt").read_text()] == ["original", "original"]
    assert not (data / "new.txt").exists()
    assert not (data / "inner" / "made").exists()


@pytest.mark.parametrize("target", ["folder", "nothing"])
def test_a_link_to_what_cannot_be_copied_is_refused_when_the_source_is_read(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / target)
    with pytest.raises(InputError, match=r"\{copy:.*data/link leads to .*, which is outside and no file.*remove"):
        mcp_tools(f"mcp:{PYTHON} {{copy:{tmp_path}/data}}")


def test_the_folders_that_a_command_names(tmp_path: Path) -> None:
    (tmp_path / "data" / "inner").mkdir(parents=True)
    data = tmp_path / "data"
    source = parse_mcp(
        f"mcp:env F={{scratch}}/f.json {PYTHON} {data} --root={data}/inner {{scratch}} {{copy:{data}}} {{copy:{data}}}/inner"
        f" {data}/none {PYTHON}"
    )
    assert source.named_folders() == [str(data), f"{data}/inner", "/scratch", "/data", "/data/inner"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("mcp:", "write mcp:COMMAND"),
        ("mcp:'", "cannot be read"),
        ("mcp:no-such-program-here", "there is no command no-such-program-here"),
        (f"mcp:{PYTHON} {{copy:}}", "where DIR is an existing folder"),
        (f"mcp:{PYTHON} {{copy}}", "where DIR is an existing folder"),
        (f"mcp:{PYTHON} {{copy:/no/such/folder}}", "where DIR is an existing folder"),
        ("mcp+http:", "write mcp+http://"),
        ("mcp+https://", "write mcp+http://"),
    ],
)
def test_what_cannot_be_used_is_refused(source: str, said: str) -> None:
    with pytest.raises(InputError, match=r"mcp") as refused:
        parse_mcp(source)
    assert said in str(refused.value)


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    for parent in ("a", "b"):
        (tmp_path / parent / "data").mkdir(parents=True)
    (tmp_path / "scratch").mkdir()
    with pytest.raises(InputError, match="two folders as /data"):
        parse_mcp(f"mcp:{PYTHON} {{copy:{tmp_path}/a/data}} {{copy:{tmp_path}/b/data}}")
    with pytest.raises(InputError, match="two folders as /scratch"):
        parse_mcp(f"mcp:{PYTHON} {{scratch}} {{copy:{tmp_path}/scratch}}")


REAL = "/home/me/my runs/é/environments/000012/scratch"
PLACES = Places({"/scratch": REAL, "/data": "/r/000012/data", "/data-2": "/r/000012/data-2"})


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("/scratch", REAL),
        ("see /scratch/a b.txt, and /scratch.", f"see {REAL}/a b.txt, and {REAL}."),
        ("file:///scratch/x", f"file://{REAL}/x"),
        ("--root=/data '/data-2/a'", "--root=/r/000012/data '/r/000012/data-2/a'"),
        ("/scratchy /scratch-x /scratch.bak a/scratch ../scratch http://scratch/a", None),
        ("/scratch+old /scratch~ /scratch@2 /scratch(1) /scratch%20old /scratch..x **/scratch b+/scratch", None),
        (r'{"a": "b\n/scratch/x\t/data"}', rf'{{"a": "b\n{REAL}/x\t/r/000012/data"}}'),
    ],
)
def test_whole_path_components_are_mapped_both_ways(inside: str, outside: str | None) -> None:
    assert PLACES.inward({"a": [inside, 1, None, {inside: True}]}) == (
        {"a": [outside or inside, 1, None, {outside or inside: True}]}
    )
    assert PLACES.outward([outside or inside]) == [inside]


def test_a_real_folder_is_found_in_json_and_in_uris() -> None:
    assert PLACES.outward(f'{{"a": "{REAL}/x"}}') == '{"a": "/scratch/x"}'
    assert PLACES.outward(r'{"a": "/home/me/my runs/\u00e9/environments/000012/scratch/x"}') == '{"a": "/scratch/x"}'
    assert PLACES.outward("file:///home/me/my%20runs/%C3%A9/environments/000012/scratch/x") == "file:///scratch/x"


@given(st.lists(st.sampled_from(["/scratch", "/data", "/data-2", "/a.txt", " ", "x", "file://", '"', "é", "."])))
def test_what_goes_in_comes_out_the_same(parts: list[str]) -> None:
    text = "".join(parts)
    assert PLACES.outward(PLACES.inward(text)) == text


ROOT = REAL.removesuffix("/scratch")
FORMS = [REAL, ROOT, f"{REAL}/x", quote(REAL), quote(REAL, safe=""), json.dumps(REAL)[1:-1], REAL.replace("/", "\\/")]
BEGINNINGS = ["", " ", "\n", "\\n", "\\t", "see: ", "file://", '"', "--root=", "(", "x\\r"]
ENDINGS = ["", "/", "/x", "/a+b", ".", ", ", "\n", "\\n", '"', ")", "'", ":3"]


@given(st.lists(st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(["", REAL]), st.sampled_from(ENDINGS))))
def test_what_comes_out_goes_in_the_same(parts: list[tuple[str, str, str]]) -> None:
    text = " ".join("".join(part) for part in parts)
    assert PLACES.inward(PLACES.outward(text)) == text


@example([ROOT, "("])
@given(st.lists(st.sampled_from([*FORMS, *BEGINNINGS, *ENDINGS, ROOT[:9], ROOT[9:], "x", "+old", "é", "/scratch"])))
def test_the_real_folder_never_comes_out(parts: list[str]) -> None:
    shown = PLACES.outward({"".join(parts): ["".join(parts)]})
    for text in (*shown, *next(iter(shown.values()))):
        assert not [form for form in FORMS if form not in (ROOT,) and form in text]
        assert not re.search(rf"{re.escape(ROOT)}(?![\w+-])", text)


def test_what_lies_beside_a_folder_is_shown_without_where() -> None:
    shown = PLACES.outward(f"{ROOT}/other is not in {REAL}+old, {ROOT}, {ROOT}3 or x{REAL}")
    assert shown == f"/other is not in /scratch+old, /, {ROOT}3 or x/scratch"


def test_without_folders_nothing_is_mapped() -> None:
    assert Places({}).inward({"a": "/scratch"}) == {"a": "/scratch"}
