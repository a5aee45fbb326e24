"""Korean statutes for LangChain."""

from lexdpr_rag.errors import MissingExtraError

try:
    import langchain_core  # noqa: F401
except ModuleNotFoundError as error:
    raise MissingExtraError("extra.missing", package="langchain-core", extra="langchain") from error

from langchain_lexdpr.retriever import LexDPRRetriever

__all__ = ["LexDPRRetriever"]
