"""A model that a component of LlamaIndex holds, though components are copied and pickled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

M = TypeVar("M")


class LazyModel(Generic[M]):
    """Made of its options when it is first asked for, once, also by several threads.

    A copy makes its own: a model holds locks, and once it has run, weights.

    Attributes:
        own: a model that no options describe; a copy goes on with a copy of it.
    """

    def __init__(
        self,
        make: Callable[[Mapping[str, Any]], M],
        options: Mapping[str, Any],
        *,
        own: M | None = None,
        made: M | None = None,
    ) -> None:
        """``make`` is a function of a module, so that it can be pickled; ``made`` is there already."""
        self._make = make
        self._options = dict(options)
        self._lock = threading.Lock()
        self._model = made if own is None else own
        self.own = own

    def get(self) -> M:
        """The model."""
        with self._lock:
            if self._model is None:
                self._model = self._make(self._options)
            return self._model

    def __reduce__(self) -> tuple[object, ...]:
        return (_copied, (self._make, self._options, self.own))


def _copied(
    make: Callable[[Mapping[str, Any]], M], options: Mapping[str, Any], own: M | None
) -> LazyModel[M]:
    return LazyModel(make, options, own=own)
