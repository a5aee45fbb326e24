"""Loading a model by what it is made for."""

from __future__ import annotations

from lexdpr_rag.backends import Backend
from lexdpr_rag.backends.folder import Located, Sort, onnx_file, static_folder
from lexdpr_rag.backends.settings import Saved
from lexdpr_rag.templates import ModelError


def load_backend(
    located: Located,
    sort: Sort,
    saved: Saved,
    *,
    device: str | None,
    trust_remote_code: bool,
) -> Backend:
    """Load a model by what it is run with; imports no other library than that."""
    if sort == "static":
        from lexdpr_rag.backends.static_encoder import StaticBackend

        folder = static_folder(located)
        if folder is None:
            raise ModelError("model.not_static", path=located.target)
        return StaticBackend(folder)
    if sort == "onnx":
        from lexdpr_rag.backends.onnx_encoder import OnnxBackend

        if located.folder is None:
            raise ModelError("model.not_onnx", path=located.target)
        return OnnxBackend(located.folder, onnx_file(located), normalized=saved.graph_normalizes)
    from lexdpr_rag.backends.torch_encoder import TorchBackend, TorchSource

    return TorchBackend(
        TorchSource(
            located.target,
            located.adapter,
            pooling=saved.pooling,
            device=device,
            trust_remote_code=trust_remote_code,
            cache_folder=located.cache_folder,
        )
    )
