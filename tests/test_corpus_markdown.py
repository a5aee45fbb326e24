"""The whole national law: 5,674 files, counted, compared with what is printed, given back.

The first numbers are those of the lines as printed, counted here without the parser; the second
those of the tree.  Where the two differ, the reason stands beside them and is counted as well.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest
from census import Census, files_of, kind_of, parse_file, take

from lexdpr_rag.statute.tree import Node

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def census(statutes_kr: Path) -> Census:
    return take(statutes_kr, os.cpu_count() or 1)


def test_every_file_comes_back_byte_for_byte(
    census: Census, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(
            f"\n5,674 files parsed and counted in {census.seconds:.0f} s by {os.cpu_count()} processes, "
            f"the largest of {census.peak_mb:.0f} MB"
        )
    assert census.of["files"] == {"comes back": 5674}


def test_memory_stays_bounded(census: Census) -> None:
    assert census.peak_mb < 512


# -- laws ----------------------------------------------------------------------------------------


def test_laws(census: Census) -> None:
    ids, titles, days, kinds = zip(*census.facts, strict=True)
    assert len(set(ids)) == 5674
    assert Counter(Counter(titles).values()) == {1: 5533, 2: 67, 3: 1, 4: 1}  # 69 shared, 141 files
    assert len(set(kinds)) == 48
    assert Counter(kinds).most_common(3) == [
        ("대통령령", 2002),
        ("법률", 1736),
        ("대법원규칙", 208),
    ]
    assert min(filter(None, days)) == "1916-04-01"
    # 294 are printed with a day after 2026-06-07; two of these hang on an event (9999-01-01).
    assert (sum(day > "2026-06-07" for day in days), days.count("")) == (292, 2)
    assert census.of["laws"] == {
        "no ministry": 37,
        "공포번호 printed with leading zeros": 1983,
        "folder is not the title": 2598,
        "repealed": 49,
        "with 제0조": 31,
        "without articles": 51,
    }


def test_words_outside_articles(census: Census) -> None:
    # 51 laws without articles, and two preambles: 헌법 and the code of 선거관리위원회.
    assert census.of["nodes"]["본문"] == 51 + 2
    living = {place.partition(" ")[0] for place in census.odd["body"]}
    assert {"001444", "011102"} <= living
    assert len(living) == 31  # the other 22 are repeal stubs


def test_attachments(census: Census) -> None:
    assert census.of["attachments"] == {
        **{"서식": 28730, "별표": 11049, "별도": 53, "별지": 46, "부록": 31, "도식": 3, "부도": 1},
        "entity left": 0,
    }


# -- headings and articles -----------------------------------------------------------------------


def test_headings(census: Census) -> None:
    nodes, branches, deleted = (census.of[t] for t in ("nodes", "branches", "deleted"))
    units = ("편", "장", "절", "관", "항", "속")
    assert [nodes[f"heading {u}"] for u in units] == [
        214 + 1,
        13258 + 473,
        4326 + 63,
        385 + 8,
        2,
        6,
    ]
    assert [branches[f"heading {u}"] for u in units] == [1, 473, 63, 8, 0, 0]
    assert [deleted[f"heading {u}, dated"] for u in units] == [0, 255, 138, 17, 0, 0]
    assert deleted["heading 절, bare"] == 1  # "### 제1절 삭제": 139 in all
    assert census.of["lines"]["bold"] == 9  # the eight of 항 and 속, and one that is text
    assert census.of["hierarchies"] == {
        **{"": 3699, "장": 1408, "장/절": 497, "장/절/관": 30, "편/장/절": 23, "편/장/절/관": 10},
        **{"편/장": 4, "절": 2, "편": 1},
    }


def test_headings_without_articles(census: Census) -> None:
    assert sorted(census.odd["heading without article"]) == [
        "urn:kr:001771@2026-09-18-21467:toc:c3",
        "urn:kr:001814@2026-08-28-21413:toc:c2",
        "urn:kr:010673@2026-03-24-36194:toc:c12",
        "urn:kr:010909@2026-01-02-21065:toc:c3.s1",
        "urn:kr:011946@2013-12-12-2510:toc:c3",
    ]


def test_articles(census: Census) -> None:
    assert census.of["nodes"]["조"] == census.of["lines"]["조"] == 204873 == 166346 + 38527
    assert census.of["branches"]["조"] == 38527
    assert census.of["title lines"] == {"x": 189984, "((x))": 1481, "(x(y))": 24, "none": 13384}
    assert census.of["children of 조"] == {
        **{"항": 118266, "호": 22390, "text": 63960, "항+호": 1},
        "nothing": 256,  # moved away
    }
    assert census.of["항 an article"] == {"≤5": 103843, "≤10": 13419, "≤20": 959, "≤31": 46}
    assert census.of["vacated"] == {"조, empty": 256}


# -- markers -------------------------------------------------------------------------------------

# marker → lines printed, nodes made of them; and why the rest stayed text.
MARKERS = {
    "조": (204_873, 204_873, {}),
    "항": (413_032, 413_032, {}),
    "호": (
        483_169 + 9_527,
        492_664,
        {
            # Formulas and tables drawn inside <img>, four torn decimals among them.
            "in images": 19,
            # 2 torn decimals of 담배사업법 시행령 제9조의6; 11 of an ordinance of 1946 (검찰청법
            # 제16조) that turns the order upside down: 가 … 1, 2, 3; 나 … 1, 2, 3.
            "as text": 13,
        },
    ),
    "목": (52_776, 52_766, {"in images": 5, "as text": 5}),  # the same ordinance: 나 to 바
    "1)": (3_765, 3_765, {}),
    "가)": (341, 341, {}),
    "(1)": (316, 304, {"as text": 12}),  # directly below 조 of 변호사법 of 1946
    "(가)": (16, 5, {"in images": 11}),  # a table of 자동차규칙 제58조
}


@pytest.mark.parametrize("marker", MARKERS)
def test_markers(census: Census, marker: str) -> None:
    lines, nodes, reasons = MARKERS[marker]
    assert census.of["lines"][marker] == lines
    assert census.of["nodes"][marker] == nodes
    assert census.of["markers in images"][marker] == reasons.get("in images", 0)
    assert census.of["markers as text"][marker] == reasons.get("as text", 0)
    assert lines - sum(reasons.values()) == nodes


def test_what_stayed_text_and_where(census: Census) -> None:
    assert Counter(place for place in census.odd["marker-as-text"]) == {
        "113032 main:a16:n3": 16,  # 검찰청법 of 1946
        "003293 main:a9-6:h1:n2": 2,  # 담배사업법 시행령
        "113169 main:a2": 5,  # 변호사법 of 1946
        "113169 main:a6": 2,
        "113169 main:a8": 5,
    }


def test_lists(census: Census) -> None:
    # 106,665 lists of 호 were counted: 11 stand inside images, and one more is found where 항 ④
    # is printed twice (외부감사법 시행규칙 제2조) and each has its own.
    assert census.of["호 lists"] == {
        **{"in 항": 84264, "in 조": 22391, "in images": 11},
        "longer than 14": 2759,
    }
    assert 106_665 - 11 + 1 == 84264 + 22391
    assert census.of["호 parents"] == {
        "항": 387_263 - 19 - 2,  # in images, torn
        "조": 105_433 - 11,  # the ordinance of 1946
    }
    # 15,051 lists of 목, one of them in an image, four in that ordinance.
    assert census.of["목 lists"] == {"in 호": 15_051 - 1 - 4, "longer than 14": 81}
    assert max(census.odd["longest 목"]).startswith("042 ")


def test_odd_sequences(census: Census) -> None:
    # 항: all 19 counted.  호: 8 of the 16; 6 are torn decimals, one is the ordinance of 1946, one a
    # drawing of measures ("1. 5cm" twice).  목: a first one that stands in its parent's line.
    assert census.of["irregular lists"] == {"항": 18, "항+호": 1, "호": 8, "목": 1}
    assert census.of["number-gap by kind"] == {"항": 13, "호": 7, "목": 1}
    assert census.of["number-repeat by kind"] == {"항": 6, "호": 1}
    assert sorted(census.odd["number-repeat"]) == [
        *("004081 main:a5:h2~2", "006910 main:a13:h3~2", "008234 main:a2:h4~2"),
        *("009649 main:a19:h3:n3~2", "012263 main:a3:h2~2", "012312 main:a19:h2~2"),
        "012547 main:a14:h3~2",
    ]


def test_diagnostics(census: Census) -> None:
    assert census.of["diagnostics"] == {
        **{"doubled-marker": 182, "image": 54, "marker-as-text": 12 + 18, "number-gap": 21},
        **{"number-repeat": 7, "digits-lost": 6, "title-in-brackets": 19},
    }
    assert {place.partition(" ")[0] for place in census.odd["digits-lost"]} == {"004546"}


def test_brackets(census: Census) -> None:
    # 20 lines open with a bracket: 19 titles again, and [시행일 : …] of 중대재해처벌법 제16조.
    assert census.of["lines"]["["] == 20
    assert Counter(place.partition(" ")[0] for place in census.odd["title-in-brackets"]) == {
        **{"000311": 11, "003618": 3},  # 변리사법 and its decree
        **{"001234": 1, "001706": 1, "002028": 1, "012514": 1, "012849": 1},
    }


def test_continuation_lines(census: Census) -> None:
    # Of 호, 1,189 were counted, 11 of them inside images; of (가), 3, all inside images.
    assert census.of["continued"] == {
        **{"항": 689, "호": 1_189 - 11, "목": 228, "1)": 29, "가)": 7, "(1)": 0},
        "(가)": 3 - 3,
    }


# -- deletions, marks, images --------------------------------------------------------------------


def test_deletions(census: Census) -> None:
    assert census.of["deleted"] == {
        "조, dated": 12_119,
        "조, bare": 5,  # 12,124 with "삭제"; these without a date
        "조, all below it": 4,  # every 항 or 호 is deleted
        "항, dated": 5_756 + 5 + 1,  # five behind a doubled marker, one printed "삭제<"
        "항, bare": 21,
        "호, dated": 10_183,
        "호, bare": 30,
        "목, dated": 638,
        "목, bare": 5,
        "1), dated": 29,
        "(1), dated": 11,
        **{"heading 장, dated": 255, "heading 절, dated": 138, "heading 절, bare": 1},
        "heading 관, dated": 17,
    }


def test_marks_are_taken_out_of_the_text(census: Census) -> None:
    printed, marks = census.of["strings"], census.of["marks"]
    assert (printed["<개정"], printed["<신설"], printed["삭제 <"]) == (179_981, 29_896, 29_158)
    assert marks == {
        **{"개정": 179_981, "신설": 29_896, "전문개정": 6, "본조신설": 1},
        "": 29_179,  # dates alone, nearly all behind 삭제
    }
    assert "mark in text" not in census.odd


def test_images(census: Census) -> None:
    printed = census.of["strings"]
    assert (printed["<img"], printed["files with <img"]) == (1_252, 221)
    assert census.of["image by kind"] == {
        "항": 12,
        "호": 36,
        "목": 6,
    }  # begin on a provision's line
    assert census.of["blocks"]["image"] == 1_219
    assert "tag in text" not in census.odd


def test_compatibility_hanja_is_there(census: Census) -> None:
    # Every file comes back as it was; these are what a normalisation would have changed.
    printed = census.of["strings"]
    assert (printed["compatibility 한자"], printed["files with compatibility 한자"]) == (
        1_854,
        1_001,
    )


def test_sizes(census: Census) -> None:
    assert census.of["longer than 8192"] == {"조": 63, "항": 9}
    assert max(census.odd["longest"]) == "024626 urn:kr:008218@2026-05-22-34:main:a61"


# -- 부칙 ----------------------------------------------------------------------------------------


def test_supplements(census: Census) -> None:
    assert census.of["부칙"] == {"own": 50_673, "of another law": 41_474, "malformed or bare": 2}
    assert sorted(census.odd["부칙 malformed or bare"]) == [
        "002810 부칙국무총리실과 그 소속기관 직제) <제20724호,2008.2.29>",
        "003802 부칙",
    ]
    # 225 sentences begin with 부칙 and open nothing.
    assert census.of["부칙 lines"]["부칙"] == 92_149 + 225
    assert census.of["부칙 nodes"]["부칙"] == 92_149


def test_articles_of_supplements(census: Census) -> None:
    # 135,968 lines look like 제N조( …; the rest quotes other laws or follows a number left out.
    assert census.of["부칙 lines"]["제N조("] == 135_968
    assert census.of["부칙 nodes"] == {"부칙": 92_149, "조": 108_983, "항": 49_636, "호": 6_537}


# -- pinpoints -----------------------------------------------------------------------------------

# kind → first, middle and last node in document order: address, and length and hash of its words
# with those below it.
PINPOINTS: dict[str, list[tuple[str, int, str]]] = {
    "조": [
        ("urn:kr:010719@2023-08-08-19592:main:a1", 74, "abbc2c458272"),
        ("urn:kr:011724@2026-09-18-21467:main:a53-14", 143, "37e05ec69412"),
        ("urn:kr:012746@2026-01-02-35947:main:a14", 706, "82cf2b528969"),
    ],
    "항": [
        ("urn:kr:010719@2023-08-08-19592:main:a3:h1", 108, "3807bf6ed349"),
        ("urn:kr:013994@2026-06-02-21738:main:a35:h5", 93, "2556e85ab213"),
        ("urn:kr:012746@2026-01-02-35947:main:a14:h3", 159, "c00ab9fef0be"),
    ],
    "호": [
        ("urn:kr:010719@2023-08-08-19592:main:a2:n1", 157, "dbeb2f35596b"),
        ("urn:kr:013231@2026-05-12-38:main:a5:h3:n6", 88, "1732d79d7336"),
        ("urn:kr:012746@2026-01-02-35947:main:a14:h1:n6", 30, "0a1a22bb736c"),
    ],
    "목": [
        ("urn:kr:014656@2026-05-11-21334:main:a2:n3:m가", 57, "be3e9d2a3566"),
        ("urn:kr:003956@2026-07-01-36343:main:a143:h4:n2:m다", 218, "278285b3a85a"),
        ("urn:kr:012746@2026-01-02-35947:main:a12-2:h3:n1:m마", 61, "15bce8eba455"),
    ],
    "1)": [
        ("urn:kr:014656@2026-05-11-21334:main:a2:n3:m나:s1", 60, "61e5775d9077"),
        ("urn:kr:007507@2026-05-22-33:main:a58:h1:n4:m라:s3", 66, "5b01be0c3be6"),
        ("urn:kr:012778@2025-12-30-19:main:a12:h1:n1:m나:s2", 41, "f80588b3cb4a"),
    ],
    "가)": [
        ("urn:kr:005308@2026-05-01-36289:main:a33:h1:n2:m나:s2:t가", 54, "1ae17c00f2c8"),
        ("urn:kr:007642@2021-06-30-1712:main:a1:h1:n2:m다:s2:t라", 13, "2821c0dc4971"),
        ("urn:kr:006077@2026-04-14-492:main:a22:h2:n2:m다:s2:t다", 48, "5145e764b73c"),
    ],
    "(1)": [
        ("urn:kr:006184@2026-01-02-1553:main:a22:h2:n1:m나:u1", 112, "f9343689f1b5"),
        ("urn:kr:007334@2024-03-08-466:main:a3:h3:n3:m가:u2", 18, "545cc3a9676f"),
        ("urn:kr:008732@2024-10-14-1063:main:a12:n1:m마:u3", 25, "75023dd1b783"),
    ],
}


@pytest.mark.parametrize("kind", PINPOINTS)
def test_pinpoints(census: Census, statutes_kr: Path, kind: str) -> None:
    total = census.of["nodes"][kind]
    found = [_nth(census, statutes_kr, kind, n) for n in (0, total // 2, total - 1)]
    assert found == PINPOINTS[kind]


def _nth(census: Census, folder: Path, kind: str, n: int) -> tuple[str, int, str]:
    for file, (_, kinds) in zip(files_of(folder), census.kinds, strict=True):
        if n < kinds[kind]:
            law = parse_file(file)
            node = [node for node in law.find(Node) if kind_of(node) == kind][n]
            words = "\n".join(n.text for n in node.walk())
            digest = hashlib.sha256(words.encode()).hexdigest()[:12]
            return str(law.address(node)), len(words), digest
        n -= kinds[kind]
    raise IndexError(n)
