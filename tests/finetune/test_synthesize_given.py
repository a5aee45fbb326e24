"""Chat models of LlamaIndex and LangChain, handed in from Python."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lexdpr_finetune.synthesize import (
    Provision,
    SynthesisError,
    SynthesisOptions,
    answered_questions,
    synthesize,
)
from lexdpr_finetune.synthesize.given import chat_model
from lexdpr_finetune.synthesize.model import CallError, Message, Reply, Trouble
from lexdpr_finetune.synthesize.patience import Patience
from lexdpr_finetune.synthesize.usage import Usage

OPTIONS = SynthesisOptions(questions=2, patience=Patience(retries=2, first=0.01, longest=0.01))


def provision(number: int) -> Provision:
    text = f"이용자는 책 {number}권을 돌려주어야 한다."
    return Provision(f"urn:{number}", f"1/제{number}조", "도서관법", "", "반납", "도서관법", text)


def answer(asked: str) -> str:
    unit_id = re.search(r"unit_id: (\S+)", asked)[1]  # type: ignore[index]
    number = re.search(r"책 (\d+)권", asked)[1]  # type: ignore[index]
    kinds = [
        k for k, n in re.findall(r"^- (\S+) (\d+)개", asked, re.MULTILINE) for _ in range(int(n))
    ]
    questions = [
        {"kind": kind, "question": f"{at}째로 묻기를, 책 {number}권은 언제 돌려주나요?"}
        for at, kind in enumerate(kinds)
    ]
    return json.dumps({"unit_id": unit_id, "questions": questions}, ensure_ascii=False)


def assert_answered(journal: Path, count: int) -> None:
    found = list(answered_questions(journal))
    assert len(found) == 2 * count
    assert all(f"책 {q.unit_id.removeprefix('urn:')}권" in q.text for q in found)


def test_langchain(tmp_path: Path) -> None:
    models = pytest.importorskip("langchain_core.language_models")
    messages = pytest.importorskip("langchain_core.messages")
    outputs = pytest.importorskip("langchain_core.outputs")

    class Chat(models.BaseChatModel):  # type: ignore[misc,name-defined]
        model_name: str = "fake-chat"

        @property
        def _llm_type(self) -> str:
            return "fake"

        def _generate(self, turns: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
            usage = {"input_tokens": 70, "output_tokens": 30, "total_tokens": 100}
            said = messages.AIMessage(answer(turns[-1].content), usage_metadata=usage)
            return outputs.ChatResult(generations=[outputs.ChatGeneration(message=said)])

    report = synthesize([provision(n) for n in range(5)], Chat(), tmp_path / "a.jsonl", OPTIONS)
    assert report.model == "fake-chat" and report.complete
    assert report.usage == Usage(5 * 70, 5 * 30)
    assert_answered(tmp_path / "a.jsonl", 5)


def test_llama_index(tmp_path: Path) -> None:
    llms = pytest.importorskip("llama_index.core.llms")

    class Chat(llms.CustomLLM):  # type: ignore[misc,name-defined]
        @property
        def metadata(self) -> Any:
            return llms.LLMMetadata(model_name="fake-llama", is_chat_model=True)

        def complete(self, *args: Any, **kwargs: Any) -> Any:
            raise NotImplementedError

        def stream_complete(self, *args: Any, **kwargs: Any) -> Any:
            raise NotImplementedError

        def chat(self, turns: Sequence[Any], **kwargs: Any) -> Any:
            said = llms.ChatMessage(role="assistant", content=answer(turns[-1].content))
            return llms.ChatResponse(message=said)

    report = synthesize([provision(n) for n in range(5)], Chat(), tmp_path / "a.jsonl", OPTIONS)
    assert report.model == "fake-llama" and report.complete
    assert report.usage.estimated == report.usage.total > 0  # it does not count its tokens
    assert_answered(tmp_path / "a.jsonl", 5)


class StatusError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status_code = status


class ReadTimeout(Exception):  # noqa: N818  # as clients name theirs
    pass


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (StatusError(429), Trouble.RATE_LIMIT),
        (StatusError(503), Trouble.SERVER),
        (StatusError(401), Trouble.DENIED),
        (StatusError(400), Trouble.REFUSED),
        (ReadTimeout("slow"), Trouble.TIMEOUT),
        (TimeoutError(), Trouble.TIMEOUT),
        (ConnectionResetError(), Trouble.DISCONNECT),
        (ValueError("too long"), Trouble.REFUSED),
    ],
)
async def test_errors_of_clients(error: Exception, trouble: Trouble) -> None:
    class Runnable:
        async def ainvoke(self, turns: object) -> object:
            raise error

    with pytest.raises(CallError) as caught:
        await chat_model(Runnable()).reply([Message("user", "x")])
    assert caught.value.trouble is trouble
    assert type(error).__name__ in caught.value.detail


async def test_content_in_blocks() -> None:
    class Answered:
        content = ({"type": "text", "text": "가"}, "나")

    class Runnable:
        async def ainvoke(self, turns: object) -> object:
            Answered.content = list(Answered.content)  # type: ignore[assignment]
            return Answered()

    assert await chat_model(Runnable()).reply([]) == Reply("가나")


def test_own_models_and_strangers(tmp_path: Path) -> None:
    class Own:
        name, most_tokens = "own", 100

        async def reply(self, messages: Sequence[Message]) -> Reply:
            return Reply(answer(messages[-1].content), Usage(1, 1))

        async def close(self) -> None:
            pass

    own = Own()
    assert chat_model(own) is own
    assert synthesize([provision(1)], own, tmp_path / "a.jsonl", OPTIONS).complete
    with pytest.raises(SynthesisError, match="str"):
        chat_model("gpt-4")
