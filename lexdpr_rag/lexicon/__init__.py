"""Lexicons: the words that people use, and the terms of the law that mean the same.

A lexicon is a file of JSON lines, ``{"plain": ["집세"], "legal": ["차임"], "area": "임대차",
"laws": ["민법"]}``, that anyone can extend.
"""

from __future__ import annotations

from lexdpr_rag.lexicon.checking import Fault, Finding, check
from lexdpr_rag.lexicon.counting import LexiconStats, count
from lexdpr_rag.lexicon.entry import LexiconEntry, LexiconError
from lexdpr_rag.lexicon.joining import Added, add_entry
from lexdpr_rag.lexicon.law_terms import LawTerms
from lexdpr_rag.lexicon.lines import read_entries, read_lines

__all__ = [
    "Added",
    "Fault",
    "Finding",
    "LawTerms",
    "LexiconEntry",
    "LexiconError",
    "LexiconStats",
    "add_entry",
    "check",
    "count",
    "read_entries",
    "read_lines",
]
