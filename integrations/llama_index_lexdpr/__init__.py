"""Korean statutes for LlamaIndex."""

from lexdpr_rag.errors import MissingExtraError

try:
    import llama_index.core  # noqa: F401
except ModuleNotFoundError as error:
    raise MissingExtraError(
        "extra.missing", package="llama-index-core", extra="llama-index"
    ) from error

from llama_index_lexdpr.embedding import LexDPREmbedding
from llama_index_lexdpr.loader import StatuteReader
from llama_index_lexdpr.node_parser import StatuteNodeParser
from llama_index_lexdpr.parents import LexDPRParents
from llama_index_lexdpr.references import LexDPRReferences
from llama_index_lexdpr.reranker import LexDPRRerank
from llama_index_lexdpr.retriever import LexDPRRetriever

__all__ = [
    "LexDPREmbedding",
    "LexDPRParents",
    "LexDPRReferences",
    "LexDPRRerank",
    "LexDPRRetriever",
    "StatuteNodeParser",
    "StatuteReader",
]
