"""The models that come with the package: the encoder, what decisions say, and how routes are fused.

Made by the project's own pipeline from public-domain text; each folder has a model card.
"""

from pathlib import Path

ENCODER = "lexdpr-static"
"""The alias of the encoder."""

FOLDER = Path(__file__).resolve().parent
"""Holds the encoder's folder, :data:`DECISIONS`, :data:`FUSION` and :data:`RERANKER`."""

FINGERPRINT = "fingerprint.txt"
"""Names the encoder for which the decisions and the fusion were made."""

DECISIONS = "decisions"
FUSION = "fusion"
RERANKER = "reranker"
