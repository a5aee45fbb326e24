"""A fictional act with its decree and its rules, and another act, as an index."""

from __future__ import annotations

from pathlib import Path

from lexdpr_rag import LexDPR

from .fictional import source

ACT = "달빛 도서관법"
DECREE = "달빛 도서관법 시행령"
RULE = "달빛 도서관법 시행규칙"
POST = "별빛 우편법"

_ACT = """##### 제1조 (목적)

이 법은 책을 빌리는 일을 정한다.

##### 제2조 (빌림)

**①** 책을 빌리려는 자는 대통령령으로 정하는 바에 따라 신청하여야 한다.

**②** 제1항에 따른 신청은 다음 각 호의 어느 하나로 한다.

  1\\. 「별빛 우편법」 제3조제1항에 따른 우편

  2\\. 같은 법 제4조에 따른 전보

**③** 제3조를 위반한 자에게는 빌려주지 아니한다.

##### 제3조 (반납)

**①** 책은 14일 안에 반납한다.

**②** 제2조제1항 및 제2항을 준용한다.

##### 제3조의2 (연장)

부득이한 사유가 있으면 연장한다.

##### 제4조 (벌)

제2조부터 제3조의2까지의 규정을 위반하거나 제9조를 위반한 자는 벌한다. 별표 1에 따른다.

##### 제5조

삭제 <2020.1.1>
"""
_DECREE = """##### 제1조 (목적)

이 영은 「달빛 도서관법」에서 위임된 사항을 정한다.

##### 제2조 (신청)

**①** 법 제2조제1항에서 "대통령령으로 정하는 바"란 다음 각 호를 말한다.

  1\\. 이름

  2\\. 법 제5조에 따른 표

**②** 법 제3조의 책에는 이 조를 적용하지 아니한다.
"""
_RULE = """##### 제1조 (서식)

영 제2조제1항제1호에 따른 이름과 법 제2조제1항에 따른 신청은 별지 제1호서식에 따른다.
"""
_POST = """##### 제3조 (우편)

**①** 편지를 보낸다.

**②** 전항의 편지.

##### 제4조 (전보)

전보를 친다.
"""

LAWS = {
    ACT: (_ACT, "법률", "990100"),
    DECREE: (_DECREE, "대통령령", "990101"),
    RULE: (_RULE, "문화부령", "990102"),
    POST: (_POST, "법률", "990103"),
}


def write_laws(folder: Path) -> Path:
    """Their sources, in a folder each."""
    for title, (body, kind, law_id) in LAWS.items():
        text = source(body, 제목=title, 법령구분=kind, 법령ID=f"'{law_id}'", 시행일자="2024-08-14")
        name = title.partition(" 시행")[0].replace(" ", "")
        path = folder / name / f"{law_id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def build_laws(folder: Path) -> LexDPR:
    """Their index."""
    return LexDPR.build(write_laws(folder / "laws"), folder / "index", jobs=1)
