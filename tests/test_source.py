"""Finding and reading source files: formats told from content, archives, and files that are none."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from fictional import source as markdown

from lexdpr_rag.errors import SourceError
from lexdpr_rag.messages import CATALOG
from lexdpr_rag.statute import source as module
from lexdpr_rag.statute.source import SourceRef, find_sources, read_law

PLAIN = "등대 규칙\n제1조(목적) 켠다.\n"
LAW_JSON = json.dumps(
    {
        "법령": {
            "기본정보": {"법령ID": "990200", "법령명_한글": "등대법"},
            "조문": {"조문단위": {"조문번호": "1", "조문여부": "조문", "조문내용": "제1조 켠다."}},
        }
    },
    ensure_ascii=False,
)
LAW_XML = "<?xml version='1.0' encoding='UTF-8'?>\n<법령><기본정보><법령ID>990200</법령ID><법령명_한글>등대법</법령명_한글></기본정보><조문><조문단위><조문번호>1</조문번호><조문여부>조문</조문여부><조문내용>제1조 켠다.</조문내용></조문단위></조문></법령>"
RULE_JSON = json.dumps(
    {
        "AdmRulService": {
            "행정규칙기본정보": {"행정규칙ID": "99", "행정규칙명": "등대 고시"},
            "조문내용": ["제1조 켠다."],
        }
    },
    ensure_ascii=False,
)
RULE_XML = "<AdmRulService><행정규칙기본정보><행정규칙ID>99</행정규칙ID><행정규칙명>등대 고시</행정규칙명></행정규칙기본정보><조문내용>제1조 켠다.</조문내용></AdmRulService>"
MARKDOWN = markdown("##### 제1조\n\n켠다.\n")


def key_of(action: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as error:
        action()
    assert "\n" not in str(error.value)
    return error.value.key


# -- formats -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (MARKDOWN, "달빛 도서관법"),
        (LAW_JSON, "등대법"),
        ("\n " + LAW_JSON, "등대법"),
        (LAW_XML, "등대법"),
        (RULE_JSON, "등대 고시"),
        (RULE_XML, "등대 고시"),
        (PLAIN, "등대 규칙"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_format_is_told_from_the_content(text: str, title: str, encoding: str) -> None:
    law = read_law(text.encode(encoding), "어디/등대.dat")
    assert law.meta.title == title
    assert len(list(law.articles())) == 1


def test_the_folder_of_a_file_is_kept(tmp_path: Path) -> None:
    assert read_law(MARKDOWN.encode(), "도서관법/법률.md").meta.folder == "도서관법"
    folder = tmp_path / "달빛"
    folder.mkdir()
    (folder / "법률.md").write_text(MARKDOWN, encoding="utf-8")
    assert read_law(folder / "법률.md").meta.folder == "달빛"


def test_windows_line_ends_stay() -> None:
    data = PLAIN.replace("\n", "\r\n").encode()
    assert read_law(data, "x.txt").source().encode() == data


# -- files that are none -------------------------------------------------------------------------

REFUSED = [
    (b"", "source.empty"),
    (b"\xef\xbb\xbf \n", "source.empty"),
    (b"%PDF-1.7 \xe2\xe3", "source.not_text"),
    (b"PK\x03\x04 docx", "source.not_text"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "source.not_text"),
    ("제1조".encode("utf-16"), "source.not_text"),
    (b"text\x00more", "source.not_text"),
    ("제1조(목적) 켠다".encode() + b"\xff\xfe\xff", "source.encoding"),
    (b"\xff\xff\xff", "source.encoding"),
    (b'{"law": ', "source.json"),
    (b"<law><a></law>", "source.xml"),
    ('{"result":"사용자 정보 검증에 실패하였습니다.","msg":"OC"}'.encode(), "source.api_error"),
    ('{"Law":"일치하는 법령이 없습니다."}'.encode(), "source.api_error"),
    ("<Response><result>실패</result><msg>인증키</msg></Response>".encode(), "source.api_error"),
    ("<Law>일치하는 법령이 없습니다.</Law>".encode(), "source.api_error"),
    (b"<!DOCTYPE html><html><head><title>404</title></head></html>", "source.api_error"),
    (b'<?xml version="1.0"?>\n<html xmlns="x"><body/></html>', "source.api_error"),
    (b'{"name": "package"}', "source.unknown_format"),
    (b'{"a": {"b": {"c": 1}}}', "source.unknown_format"),
    (b"<root><a/></root>", "source.unknown_format"),
    (b"---\ntitle: [\n---\n", "source.front_matter"),
    (b"just some notes", "source.no_provisions"),
    (b"[1, 2]", "source.no_provisions"),
]


@pytest.mark.parametrize(("data", "key"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_statute_is_refused(data: bytes, key: str) -> None:
    assert key_of(lambda: read_law(data, "x.md")) == key


def test_refusals_name_what_was_found() -> None:
    with pytest.raises(SourceError, match="PDF"):
        read_law(b"%PDF-1.7", "x.md")
    with pytest.raises(SourceError, match=r"사용자 정보 검증에 실패하였습니다\. OC"):
        read_law('{"result":"사용자 정보 검증에 실패하였습니다.","msg":"OC"}'.encode(), "x.json")
    with pytest.raises(SourceError, match="HTML: 점검 중"):
        read_law("<html><title>점검\n중</title></html>".encode(), "x.json")


def test_each_key_has_its_message() -> None:
    assert {key for _, key in REFUSED} <= set(CATALOG)


def test_large_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.txt"
    with file.open("wb") as sparse:
        sparse.truncate(module.MAX_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read"))
    assert key_of(lambda: read_law(file)) == "source.too_large"
    (ref,) = find_sources(file)
    assert key_of(ref.read) == "source.too_large"
    assert key_of(lambda: read_law(bytes(module.MAX_BYTES + 1))) == "source.too_large"


def test_missing_and_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(lambda: read_law(tmp_path / "no.md")) == "source.missing"
    assert key_of(lambda: next(find_sources(tmp_path / "no"))) == "source.missing"
    assert key_of(lambda: read_law(tmp_path)) == "source.unreadable"

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "x.txt"
    file.write_text(PLAIN, encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert key_of(lambda: read_law(file)) == "source.unreadable"


# -- folders -------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "laws"
    files = {
        "나.txt": PLAIN,
        "가/법률.md": MARKDOWN,
        "가/README.md": "# 모음\n",
        "가/시행령.JSON": LAW_JSON,
        "README.md": "# 모음\n",
        "readme.txt": MARKDOWN,
        "그림.png": "x",
        ".숨은.md": MARKDOWN,
        ".git/x.md": MARKDOWN,
        "다/라/마.xml": LAW_XML,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


WANTED = ["readme.txt", "가/법률.md", "가/시행령.JSON", "나.txt", "다/라/마.xml"]


def test_a_folder(folder: Path) -> None:
    refs = list(find_sources(folder))
    assert [ref.name for ref in refs] == WANTED
    assert all(ref.data is None for ref in refs)
    ref = refs[1]
    assert ref.size == len(MARKDOWN.encode())
    assert pickle.loads(pickle.dumps(ref)).read() == MARKDOWN.encode()
    assert [read_law(ref.read(), ref.name).meta.folder for ref in refs[1:2]] == ["가"]


def test_digests_tell_contents_apart() -> None:
    one, same, other = (SourceRef("x", 1, data=data) for data in (b"a", b"a", b"b"))
    assert one.digest() == same.digest() != other.digest()
    assert len(one.digest()) == 32


@pytest.mark.parametrize("names", [[], ["x.png", ".hidden.md", "README.md"]])
def test_a_folder_without_statutes(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert key_of(lambda: list(find_sources(tmp_path))) == "source.empty_folder"


def test_one_file_of_any_name(tmp_path: Path) -> None:
    file = tmp_path / "법.hwpx"
    file.write_text(PLAIN, encoding="utf-8")
    (ref,) = find_sources(str(file))
    assert (ref.name, ref.read()) == ("법.hwpx", PLAIN.encode())


@pytest.mark.skipif(
    os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may read everything"
)
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert key_of(lambda: list(find_sources(tmp_path))) == "source.unreadable"


# -- archives ------------------------------------------------------------------------------------


def make_zip(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("__MACOSX/._x.md", "x")
        archive.writestr("../../밖.txt", PLAIN)
    return target


def make_tar(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(folder, ".")
        for kind, name in ((tarfile.SYMTYPE, "link.md"), (tarfile.LNKTYPE, "hard.md")):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
        outside = tarfile.TarInfo("/../../밖.txt")
        outside.size = len(PLAIN.encode())
        archive.addfile(outside, io.BytesIO(PLAIN.encode()))
    return buffer.getvalue()


def archive(kind: str, folder: Path) -> Path:
    target = folder.parent / f"laws{kind}"
    if kind == ".zip":
        return make_zip(folder, target)
    tar = make_tar(folder)
    pack = {
        ".tar": bytes,
        ".tar.gz": gzip.compress,
        ".tgz": gzip.compress,
        ".tar.zst": zstandard.compress,
    }
    target.write_bytes(pack[kind](tar))
    return target


KINDS = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive(folder: Path, kind: str) -> None:
    path = archive(kind, folder)
    before = sorted(folder.parent.rglob("*"))
    refs = {ref.name: ref for ref in find_sources(path)}
    assert sorted(refs) == sorted([*WANTED, "밖.txt"])
    assert read_law(refs["가/법률.md"].read(), "가/법률.md").meta.folder == "가"
    assert pickle.loads(pickle.dumps(refs["나.txt"])).read() == PLAIN.encode()
    assert sorted(folder.parent.rglob("*")) == before  # nothing was unpacked


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.5, 0.98])
def test_an_archive_that_was_cut_off(folder: Path, kind: str, part: float) -> None:
    path = archive(kind, folder)
    data = path.read_bytes()
    whole = len(make_tar(folder).rstrip(b"\0")) if kind == ".tar" else len(data)
    path.write_bytes(data[: int(whole * part)])
    assert key_of(lambda: list(find_sources(path))) == "source.bad_archive"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [b"", b"no archive at all" * 99], ids=["empty", "words"])
def test_a_file_that_is_no_archive(tmp_path: Path, kind: str, data: bytes) -> None:
    path = tmp_path / f"x{kind}"
    path.write_bytes(data)
    assert key_of(lambda: list(find_sources(path))) in ("source.bad_archive", "source.empty_folder")


@pytest.mark.parametrize("kind", [".zip", ".tar", ".tar.zst"])
def test_large_members_are_not_read(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 64)
    refs = {ref.name: ref for ref in find_sources(archive(kind, folder))}
    assert refs["나.txt"].read() == PLAIN.encode()
    big = refs["가/법률.md"]
    assert (big.data, big.size) == (None, len(MARKDOWN.encode()))
    assert key_of(big.read) == "source.too_large"


def test_zip_names_of_korean_windows(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("AAAA.txt", PLAIN)
    path.write_bytes(path.read_bytes().replace(b"AAAA.txt", "법률.txt".encode("cp949")))
    assert [ref.name for ref in find_sources(path)] == ["법률.txt"]


# -- the real data -------------------------------------------------------------------------------


@pytest.mark.corpus
def test_the_real_archives(corpus_data: Path) -> None:
    answers = list(find_sources(corpus_data / "lawgo-json.tar.zst"))
    laws = [read_law(ref.read(), ref.name) for ref in answers]
    assert len(laws) == 69
    assert sum(len(list(law.articles())) for law in laws) == 6_894 + 1_080


@pytest.mark.corpus
def test_the_mirror(statutes_kr: Path) -> None:
    refs = list(find_sources(statutes_kr))
    assert len(refs) == 5_674
    law = read_law(refs[2_837].path or "", refs[2_837].name)
    assert law.source().encode() == refs[2_837].read()
