"""Files of decisions: every form and packing, and what is said of bad lines."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from lexdpr_rag.decisions.files import DecisionError, decision_files, read_decisions


def answer(number: int) -> dict[str, str]:
    return {"판례일련번호": str(number), "선고일자": "20220101", "판시사항": f"쟁점 {number}"}


def lines(*numbers: int) -> bytes:
    return "".join(json.dumps(answer(n), ensure_ascii=False) + "\n" for n in numbers).encode()


def ids(*paths: Path) -> list[str]:
    return [decision.decision_id for decision in read_decisions(paths)]


def tar_of(**members: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(f"prec/{name.replace('__', '.')}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


@pytest.mark.parametrize("packing", PACKED)
def test_every_form(packing: str, tmp_path: Path) -> None:
    pack = PACKED[packing]
    (tmp_path / f"a.jsonl{packing}").write_bytes(pack(b"\n" + lines(1, 2)))
    (tmp_path / f"b.json{packing}").write_bytes(pack(json.dumps(answer(3)).encode()))
    many = json.dumps([answer(4), {"PrecService": answer(5)}]).encode()
    (tmp_path / f"c.json{packing}").write_bytes(pack(many))
    members = {"2020__jsonl": lines(6), "one__json": many, "README__md": b"# no decision"}
    (tmp_path / f"d.tar{packing}").write_bytes(pack(tar_of(**members)))
    assert ids(tmp_path) == ["1", "2", "3", "4", "5", "6", "4", "5"]


def test_folders_are_read_whole_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name, number in (("b/2.jsonl", 2), ("a.jsonl", 1), (".hidden/3.jsonl", 3), ("x.md", 4)):
        (tmp_path / name).write_bytes(lines(number))
    assert ids(tmp_path) == ["1", "2"]
    assert ids(tmp_path / "a.jsonl", tmp_path) == ["1", "2"]  # no file twice
    assert ids(tmp_path / "x.md") == ["4"]  # one that is named is read, whatever its name


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match="gone"):
        decision_files([tmp_path / "gone.jsonl"])
    with pytest.raises(DecisionError, match=r"\.jsonl"):
        decision_files([tmp_path])


BAD = [
    ('{"판례일련번호": "2"}', "선고일자"),
    ("{", "Expecting"),
    ("[]", "list"),
    ('{"판례일련번호": "2", "선고일자": "어제"}', "어제"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_a_bad_line_is_named(bad: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "2022.jsonl"
    file.write_bytes(lines(1) + f"{bad}\n".encode() + lines(3))
    with pytest.raises(DecisionError, match=rf"2022\.jsonl:2: .*{reason}"):
        ids(file)
    told: list[tuple[str, str]] = []
    read = read_decisions([file], lambda name, error: told.append((name, str(error))))
    assert [decision.decision_id for decision in read] == ["1", "3"]
    ((name, line),) = told
    assert name == str(file)
    assert f"{file}:2" in line


def test_many_bad_lines_are_not_told_one_by_one(tmp_path: Path) -> None:
    none, some, broken = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.jsonl.gz"
    none.write_bytes(b"{}\n" * 3000)
    some.write_bytes(b"{}\n" * 250 + lines(1))
    broken.write_bytes(gzip.compress(lines(*range(2, 900)))[:-200])
    told: list[tuple[str, str]] = []
    read = list(read_decisions([tmp_path], lambda name, error: told.append((name, str(error)))))
    assert read[0].decision_id == "1"
    by_file = {path: [line for name, line in told if name == str(path)] for path in (none, some)}
    assert len(by_file[none]) == 1
    assert "3,000" in by_file[none][0]
    assert len(by_file[some]) == 101
    assert "150" in by_file[some][-1]
    assert told[-1][0] == str(broken)
