"""Linear layers of a CPU model by oneDNN rather than by MKL.

A transformer spends 85% of its time in them.  MKL, which torch calls for float32, takes its slow
paths on processors that are not Intel's; oneDNN, which torch brings as well, does not: 220 against
100 GFLOP/s and core on an AMD EPYC, results equal to 3e-6.
"""

from __future__ import annotations

import platform
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_X86 = ("x86_64", "AMD64", "i386")


def use_onednn(model: Any) -> bool:
    """Let the plain float32 layers of ``model``, which is on the CPU, run by oneDNN; whether it can."""
    import torch

    if not _works():
        return False
    layer = _layer_class()
    for module in model.modules():
        if type(module) is torch.nn.Linear and module.weight.dtype == torch.float32:
            module.__class__ = layer
    return True


@cache
def _layer_class() -> type[torch.nn.Linear]:
    import torch

    linear = torch.ops.mkldnn._linear_pointwise
    jit: Any = torch.jit

    class OneDnnLinear(torch.nn.Linear):
        """The same layer; while it is traced or trained, or elsewhere than on the CPU, unchanged."""

        def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 - torch's own name
            plain = (
                torch.is_grad_enabled()
                or input.device.type != "cpu"
                or input.dtype != torch.float32
                or jit.is_tracing()
                or torch.compiler.is_compiling()
            )
            if plain:
                return super().forward(input)
            rows: torch.Tensor = linear(input, self.weight, self.bias, "none", [], "")
            return rows

    return OneDnnLinear


@cache
def _works() -> bool:
    """Whether this torch has the operator, which is not of its public interface, and it agrees."""
    import torch

    library: Any = torch.backends.mkldnn
    if platform.machine() not in _X86 or not library.is_available():
        return False
    try:
        with torch.inference_mode():
            layer = torch.nn.Linear(8, 6)
            sample = torch.arange(48, dtype=torch.float32).reshape(2, 3, 8) / 48
            expected = layer(sample)
            layer.__class__ = _layer_class()
            return torch.allclose(layer(sample), expected, atol=1e-5)
    except (AttributeError, RuntimeError, TypeError):
        return False
