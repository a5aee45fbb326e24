"""Korean statutes for LangChain."""

from lexdpr_rag.errors import MissingExtraError

try:
    import langchain_core  # noqa: F401
except ModuleNotFoundError as error:
    raise MissingExtraError("extra.missing", package="langchain-core", extra="langchain") from error

from langchain_lexdpr.embeddings import LexDPREmbeddings
from langchain_lexdpr.loader import StatuteLoader
from langchain_lexdpr.parents import LexDPRParents
from langchain_lexdpr.references import LexDPRReferences
from langchain_lexdpr.reranker import LexDPRReranker
from langchain_lexdpr.retriever import LexDPRRetriever
from langchain_lexdpr.splitter import StatuteSplitter

__all__ = [
    "LexDPREmbeddings",
    "LexDPRParents",
    "LexDPRReferences",
    "LexDPRReranker",
    "LexDPRRetriever",
    "StatuteLoader",
    "StatuteSplitter",
]
