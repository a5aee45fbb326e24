"""The command group ``lexicon``: help, and what it prints."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "help.lexicon": (
        "일상어 사전(JSONL)을 늘리고, 살피고, 셉니다.",
        "Extend, check and count a lexicon of everyday words (JSONL).",
    ),
    "help.lexicon.add": (
        "항목 하나를 살펴 넣습니다. 같은 용어의 항목이 있으면 합칩니다. 파일이 없으면 만듭니다.",
        "Check an entry and add it, joined with one of the same terms. A new file is made if need be.",
    ),
    "help.lexicon.check": (
        "잘못된 줄, 겹치는 말, 법령에 없는 용어를 찾습니다. 있으면 1로 끝납니다.",
        "Find malformed lines, duplicates and terms that no law has; exit with 1 where there are any.",
    ),
    "help.lexicon.stats": (
        "항목을 분야, 법령, 뜻이 여럿인 말로 셉니다.",
        "Count entries by area and law, and words with several meanings.",
    ),
    "help.lexicon.file": ("일상어 사전 파일(JSONL)", "file of a lexicon (JSONL)"),
    "help.lexicon.index": (
        "법령 이름과 용어를 찾아볼 색인",
        "index in which titles and terms are looked up",
    ),
    "help.lexicon.plain": ("사람들이 쓰는 말 (여러 번 가능)", "what people say (may be repeated)"),
    "help.lexicon.legal": (
        "법령에 쓰인 말 (여러 번 가능)",
        "what the law says (may be repeated)",
    ),
    "help.lexicon.law": (
        "그 말이 있는 법령 (여러 번 가능)",
        "a law that says so (may be repeated)",
    ),
    "help.lexicon.area": (
        "분야. 뜻이 여럿인 말을 가릅니다",
        "what it is about; tells the meanings of a word apart",
    ),
    "meta.lexicon": ("사전", "LEXICON"),
    "meta.word": ("말", "WORD"),
    "meta.term": ("용어", "TERM"),
    "meta.area": ("분야", "AREA"),
    "lexicon.added": (
        "{file} {line}번째 줄에 넣었습니다: {plain}",
        "added as line {line} of {file}: {plain}",
    ),
    "lexicon.joined": (
        "{file} {line}번째 줄과 합쳤습니다: {plain}",
        "joined with line {line} of {file}: {plain}",
    ),
    "lexicon.unchanged": (
        "이미 있어 그대로 두었습니다({file}): {plain}",
        "all of it is in {file} already: {plain}",
    ),
    "lexicon.note": ("참고: {message}", "note: {message}"),
    "lexicon.not_looked_up": (
        "색인(--index)을 주지 않아 법령 이름과 용어는 찾아보지 않았습니다.",
        "without an index (--index), titles and terms were not looked up.",
    ),
    "lexicon.more": ("… {count:,}개 더 (모두: --json)", "… {count:,} more (all: --json)"),
    "lexicon.good": (
        "잘못이 없습니다: {lines:,}줄, 잘못 {wrong:,}, 참고 {notes:,}",
        "no faults: {lines:,} lines, {wrong:,} faults, {notes:,} notes",
    ),
    "lexicon.wrong": (
        "잘못이 있습니다: {lines:,}줄, 잘못 {wrong:,}, 참고 {notes:,}",
        "faults found: {lines:,} lines, {wrong:,} faults, {notes:,} notes",
    ),
    "lexicon.entries": ("항목", "entries"),
    "lexicon.malformed": ("읽지 못한 줄", "unreadable lines"),
    "lexicon.words": ("일상어", "everyday words"),
    "lexicon.terms": ("용어", "terms"),
    "lexicon.areas": ("분야", "areas"),
    "lexicon.laws": ("법령", "laws"),
    "lexicon.ambiguous": ("뜻이 여럿인 말", "words with several meanings"),
    "lexicon.no_area": ("(분야 없음)", "(no area)"),
}
