"""Chat models of LlamaIndex and LangChain, handed in from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lexdpr_finetune.synthesize.model import (
    CallError,
    ChatModel,
    Message,
    Reply,
    Trouble,
    trouble_of_status,
)
from lexdpr_finetune.synthesize.question import SynthesisError
from lexdpr_finetune.synthesize.usage import Usage

_MOST_TOKENS = 1024
_NAMES = ("model_name", "model", "model_id", "deployment_name")


def chat_model(model: Any) -> ChatModel:
    """The model itself, or what makes one of a LlamaIndex ``LLM`` or LangChain ``BaseChatModel``.

    Raises:
        SynthesisError: it is none of them.
    """
    if hasattr(model, "reply") and hasattr(model, "most_tokens"):
        chosen: ChatModel = model
        return chosen
    if hasattr(model, "achat"):
        return LlamaIndexModel(model)
    if hasattr(model, "ainvoke"):
        return LangChainModel(model)
    raise SynthesisError("synthesize.model", model=type(model).__name__)


class LlamaIndexModel:
    """A LlamaIndex ``LLM``."""

    def __init__(self, llm: Any) -> None:
        self._llm = llm
        metadata = getattr(llm, "metadata", None)
        self.name = str(getattr(metadata, "model_name", "") or _name(llm))
        self.most_tokens = int(getattr(llm, "max_tokens", None) or _MOST_TOKENS)

    async def reply(self, messages: Sequence[Message]) -> Reply:
        """Answer ``messages`` by ``achat``."""
        from llama_index.core.llms import ChatMessage

        turns = [ChatMessage(role=m.role, content=m.content) for m in messages]
        try:
            answer = await self._llm.achat(turns)
        except Exception as error:  # whatever the class of the framework's client
            raise _call_error(error) from error
        return Reply(str(answer.message.content or ""), _usage_in(answer))

    async def close(self) -> None:
        """Nothing to close: the model is the caller's."""


class LangChainModel:
    """A LangChain ``BaseChatModel`` or any runnable that takes messages."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.name = _name(model)
        self.most_tokens = int(getattr(model, "max_tokens", None) or _MOST_TOKENS)

    async def reply(self, messages: Sequence[Message]) -> Reply:
        """Answer ``messages`` by ``ainvoke``."""
        turns = [(m.role, m.content) for m in messages]
        try:
            answer = await self._model.ainvoke(turns)
        except Exception as error:  # whatever the class of the framework's client
            raise _call_error(error) from error
        content = getattr(answer, "content", answer)
        return Reply(_joined(content), _usage_in(answer))

    async def close(self) -> None:
        """Nothing to close: the model is the caller's."""


def _name(model: Any) -> str:
    found = (getattr(model, name, None) for name in _NAMES)
    return next((name for name in found if isinstance(name, str) and name), type(model).__name__)


def _joined(content: Any) -> str:
    """The text of a message whose content is a string or a list of blocks."""
    if isinstance(content, list):
        parts = (b if isinstance(b, str) else b.get("text", "") for b in content)
        return "".join(parts)
    return str(content)


def _usage_in(answer: Any) -> Usage | None:
    """Tokens, wherever the frameworks and their clients put them."""
    raw = getattr(answer, "raw", None)
    raw_usage = raw.get("usage") if isinstance(raw, Mapping) else getattr(raw, "usage", None)
    for held in (getattr(answer, "usage_metadata", None), raw_usage):
        for prompt, completion in (
            ("input_tokens", "output_tokens"),
            ("prompt_tokens", "completion_tokens"),
        ):
            counts = [_value(held, name) for name in (prompt, completion)]
            if all(isinstance(count, int) for count in counts):
                return Usage(*counts)
    return None


def _value(held: Any, name: str) -> Any:
    return held.get(name) if isinstance(held, Mapping) else getattr(held, name, None)


def _call_error(error: Exception) -> CallError:
    """By the status that clients put on their errors, else by the error's own kind."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    if isinstance(status, int):
        return CallError(trouble_of_status(status), detail)
    kind = type(error).__name__
    if isinstance(error, TimeoutError) or "Timeout" in kind:
        return CallError(Trouble.TIMEOUT, detail, sent=True)
    if isinstance(error, OSError) or "Connect" in kind:
        return CallError(Trouble.DISCONNECT, detail)
    return CallError(Trouble.REFUSED, detail)
