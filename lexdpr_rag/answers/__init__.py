"""Answers that cite: provisions into a prompt, and the citations of the answer checked.

Works with what any of the packages returns: hits, LangChain documents, LlamaIndex nodes.
"""

from lexdpr_rag.answers.checking import check_citations
from lexdpr_rag.answers.prompt import format_for_prompt
from lexdpr_rag.answers.report import CheckedCitation, CitationReport, CitationStatus

__all__ = [
    "CheckedCitation",
    "CitationReport",
    "CitationStatus",
    "check_citations",
    "format_for_prompt",
]
