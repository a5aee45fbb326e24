"""What the words of a statute refer to: 제1항, 같은 조, 법 제11조, 「민법」 제750조."""

from lexdpr_rag.statute.references.names import LawName, LawNames
from lexdpr_rag.statute.references.reader import find_references
from lexdpr_rag.statute.references.reference import Provisions, Reason, Reference, ReferenceKind

__all__ = [
    "LawName",
    "LawNames",
    "Provisions",
    "Reason",
    "Reference",
    "ReferenceKind",
    "find_references",
]
