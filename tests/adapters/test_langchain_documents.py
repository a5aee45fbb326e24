"""StatuteLoader and StatuteSplitter: the very provisions that an index over the same files holds."""

import logging
import shutil
import zipfile
from pathlib import Path

import pytest
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import BaseDocumentTransformer, Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_lexdpr import LexDPREmbeddings, LexDPRRetriever, StatuteLoader, StatuteSplitter

import lexdpr_rag
from lexdpr_rag import LexDPR
from lexdpr_rag.datamodels import METADATA_KEYS
from lexdpr_rag.documents import statute_units
from lexdpr_rag.errors import FilterError, SourceError

from .llama_index_parts import QUESTION, BigramEncoder

SAMPLES = Path(lexdpr_rag.__file__).parent / "samples"
ACT = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"
LAWS = 7  # of 8 files one only repeals another law


# -- loading ---------------------------------------------------------------------------------------


def test_one_document_a_law_unchanged():
    loader = StatuteLoader(SAMPLES / "statutes")
    documents = loader.load()
    assert isinstance(loader, BaseLoader)
    assert len(documents) == 8
    for document in documents:
        file = SAMPLES / "statutes" / document.id
        assert document.page_content.encode() == file.read_bytes()
        assert document.metadata["source"] == document.id
    acts = [d for d in documents if d.metadata["law"] == ACT]
    assert {d.metadata["law_id"] for d in acts} == {"990001", "990004"}
    assert all(isinstance(v, str) for d in documents for v in d.metadata.values())


@pytest.mark.parametrize("levels", ["auto", "article", ["paragraph", "subparagraph"]])
def test_provisions_at_once_are_those_that_the_splitter_gives(levels):
    split = StatuteSplitter(levels).split_documents(StatuteLoader(SAMPLES / "statutes").load())
    loaded = StatuteLoader(SAMPLES / "statutes", levels=levels).load()
    assert [(d.id, d.page_content) for d in loaded] == [(d.id, d.page_content) for d in split]
    assert [d.metadata for d in loaded] == [d.metadata for d in split]


def test_loading_is_lazy(tmp_path: Path):
    law = next((SAMPLES / "statutes").glob("반려로봇*/법률.md"))
    shutil.copy(law, tmp_path / "1.md")
    second = tmp_path / "2.md"
    second.write_text("not yet", "utf-8")
    documents = StatuteLoader(tmp_path, strict=True).lazy_load()
    assert next(documents).metadata["law_id"] == "990011"
    shutil.copy(law, second)  # read only when it is asked for
    assert next(documents).id == "2.md"


async def test_async_loading_gives_the_same():
    loader = StatuteLoader(SAMPLES / "statutes", levels="article")
    assert [d async for d in loader.alazy_load()] == loader.load()
    assert await loader.aload() == loader.load()


def test_a_file_and_an_archive(tmp_path: Path):
    folder = SAMPLES / "statutes"
    packed = tmp_path / "laws.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*.md")):
            archive.write(file, file.relative_to(folder))
    by_id = {d.id: d for d in StatuteLoader(folder).lazy_load()}
    assert [d.page_content for d in StatuteLoader(packed).load()] == [
        by_id[name].page_content for name in sorted(by_id) if name.endswith(".md")
    ]
    (one,) = StatuteLoader(folder / next(iter(by_id))).load()
    assert one.page_content == by_id[next(iter(by_id))].page_content


def test_a_bad_file_is_told_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    shutil.copy(next((SAMPLES / "statutes").glob("반려로봇*/법률.md")), tmp_path)
    (tmp_path / "사진.txt").write_bytes(b"\x89PNG....")
    (tmp_path / "쪽지.txt").write_text("점심은 국수", "utf-8")
    with caplog.at_level(logging.WARNING):
        (document,) = StatuteLoader(tmp_path).load()
    assert document.id == "법률.md"
    assert ["사진.txt" in m or "쪽지.txt" in m for m in caplog.messages] == [True, True]
    with pytest.raises(SourceError, match="사진"):
        StatuteLoader(tmp_path, strict=True).load()


def test_nothing_to_load(tmp_path: Path):
    with pytest.raises(SourceError, match="nowhere"):
        StatuteLoader(tmp_path / "nowhere").load()
    with pytest.raises(SourceError):
        StatuteLoader(tmp_path).load()


@pytest.mark.parametrize(
    "make", [StatuteSplitter, lambda levels: StatuteLoader(".", levels=levels)]
)
@pytest.mark.parametrize("levels", ["page", ["article", "page"], []])
def test_wrong_levels(make, levels):
    with pytest.raises(FilterError, match="article"):
        make(levels)


# -- splitting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["auto", "article", "paragraph", "subparagraph"])
def test_pieces_are_what_a_search_gives(engine: LexDPR, level):
    pieces = {d.id: d for d in StatuteLoader(SAMPLES / "statutes", levels=level).load()}
    hits = LexDPRRetriever(engine, k=40, level=level).invoke(QUESTION)
    assert len(hits) == 40
    for found in hits:
        piece = pieces[found.id]
        assert piece.page_content == found.page_content
        assert {key: piece.metadata[key] for key in METADATA_KEYS} == {
            key: found.metadata[key] for key in METADATA_KEYS
        }


def test_every_format_gives_the_same_provisions():
    files = [SAMPLES / "api" / f"990011.{suffix}" for suffix in ("json", "xml")]
    pieces = [StatuteSplitter().split_documents(StatuteLoader(file).load()) for file in files]
    assert [d.id for d in pieces[0]] == [d.id for d in pieces[1]]
    plain = StatuteSplitter("article").split_documents(StatuteLoader(SAMPLES / "plain").load())
    assert [d.metadata["article"] for d in plain][:2] == ["제1조", "제2조"]
    assert plain[0].metadata["law"] == "마을기록물 보존 규정"


def test_documents_of_other_loaders_split_alike():
    """Text alone, or with the path that a plain text loader gives."""
    (ours,) = StatuteLoader(next((SAMPLES / "statutes").glob("반려로봇*/시행령.md"))).load()
    expected = [d.id for d in StatuteSplitter().split_documents([ours])]
    other = Document(ours.page_content, metadata={"source": "/somewhere/시행령.md", "page": 1})
    (first, *rest) = StatuteSplitter().split_documents([other])
    assert [d.id for d in (first, *rest)] == expected
    assert (first.metadata["page"], first.metadata["source"]) == (1, "/somewhere/시행령.md")
    texts = StatuteSplitter().split_text(ours.page_content)
    assert texts == [d.page_content for d in (first, *rest)]
    made = StatuteSplitter().create_documents([ours.page_content], [{"team": "법무"}])
    assert {d.metadata["team"] for d in made} == {"법무"}


def test_metadata_is_flat(tmp_path: Path):
    (law,) = StatuteLoader(next((SAMPLES / "statutes").glob("반려로봇*/법률.md"))).load()
    law.metadata |= {"tags": ["a", "b"], "nothing": None, "file": tmp_path}
    for piece in StatuteSplitter().split_documents([law]):
        assert all(isinstance(v, str | int | float | bool) for v in piece.metadata.values())
        assert piece.metadata["tags"] == "a, b"
        assert "nothing" not in piece.metadata


def test_a_law_given_twice_is_split_once():
    documents = StatuteLoader(SAMPLES / "statutes").load()
    once = StatuteSplitter().split_documents(documents)
    assert StatuteSplitter().split_documents([*documents, *documents]) == once
    assert len({d.id for d in once}) == len(once)
    assert len({d.metadata["law_id"] for d in once}) == LAWS


async def test_as_a_transformer():
    documents = StatuteLoader(SAMPLES / "statutes").load()
    splitter = StatuteSplitter()
    assert isinstance(splitter, BaseDocumentTransformer)
    split = splitter.split_documents(documents)
    assert splitter.transform_documents(documents) == split
    assert await splitter.atransform_documents(documents) == split


@pytest.mark.parametrize("text", ["점심은 국수를 먹었다.", "%PDF-1.7", '{"result": "error"}'])
def test_what_is_no_statute_passes_through(text: str, caplog: pytest.LogCaptureFixture):
    memo = Document(text, id="memo-1", metadata={"source": "memo.txt", "tags": ["x"]})
    law = Document(next((SAMPLES / "statutes").glob("반려로봇*/법률.md")).read_text("utf-8"))
    with caplog.at_level(logging.WARNING):
        first, *rest = StatuteSplitter().split_documents([memo, law])
    assert first is memo
    assert len(rest) > 30
    assert "memo.txt" in caplog.text


def test_documents_that_are_no_statutes_are_all_kept():
    memos = [Document("점심", metadata={"source": "a"}), Document("저녁", metadata={"source": "a"})]
    assert StatuteSplitter().split_documents(memos) == memos


def test_a_repealed_law_gives_none(caplog: pytest.LogCaptureFixture):
    (stub,) = StatuteLoader(next((SAMPLES / "statutes").glob("공유주방*/법률.md"))).load()
    with caplog.at_level(logging.INFO):
        assert StatuteSplitter().split_documents([stub]) == []
    assert stub.metadata["source"] in caplog.text


def test_from_files_to_a_vector_store():
    pieces = StatuteSplitter().split_documents(StatuteLoader(SAMPLES / "statutes").lazy_load())
    store = InMemoryVectorStore(LexDPREmbeddings(encoder=BigramEncoder()))
    assert store.add_documents(pieces) == [d.id for d in pieces]
    found = store.similarity_search("보증금의 반환", k=3)
    assert all(d.page_content.startswith(f"[{d.metadata['citation']}]\n") for d in found)
    same = statute_units(
        "x.md", next((SAMPLES / "statutes").glob("반려로봇*/법률.md")).read_bytes()
    )
    assert same[0].hit.unit_id in {d.id for d in StatuteLoader(SAMPLES, levels="article").load()}
