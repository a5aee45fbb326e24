"""What writes the questions: any chat model behind one small protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from lexdpr_finetune.synthesize.usage import Usage

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered; ``usage`` is ``None`` where it does not count its tokens."""

    text: str
    usage: Usage | None = None


class ChatModel(Protocol):
    """A model that answers a conversation.

    ``name`` tells answers of different models apart; ``most_tokens`` is the longest answer, for the
    budget.
    """

    name: str
    most_tokens: int

    async def reply(self, messages: Sequence[Message]) -> Reply:
        """Answer ``messages``.

        Raises:
            CallError: there is no answer; it says whether waiting or another unit may help.
        """
        ...

    async def close(self) -> None:
        """Let go of connections; a later call opens new ones."""
        ...


class Trouble(StrEnum):
    """Why a call brought no answer."""

    TIMEOUT = "timeout"
    RATE_LIMIT = "rate_limit"  # 429
    SERVER = "server"  # 5xx
    DISCONNECT = "disconnect"  # no connection, or one that broke off
    REFUSED = "refused"  # this conversation is not accepted (400, 413, 422 …)
    DENIED = "denied"  # none will be: wrong key, wrong model, wrong address


class CallError(Exception):
    """A call that brought no answer.

    Attributes:
        trouble: why.
        detail: a line for people: status and the beginning of what the server said.
        wait: seconds that the server asks to wait, ``None`` where it says nothing.
        sent: whether the model may have read the conversation, which then may cost.
    """

    def __init__(
        self, trouble: Trouble, detail: str, wait: float | None = None, *, sent: bool = False
    ) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
        self.wait = wait
        self.sent = sent

    @property
    def passing(self) -> bool:
        """Whether the same call may succeed later."""
        return self.trouble not in (Trouble.REFUSED, Trouble.DENIED)


_REFUSING = range(400, 500)
_BUSY = {408: Trouble.TIMEOUT, 409: Trouble.SERVER, 425: Trouble.SERVER, 429: Trouble.RATE_LIMIT}
_DENYING = {401: Trouble.DENIED, 402: Trouble.DENIED, 403: Trouble.DENIED, 404: Trouble.DENIED}


def trouble_of_status(status: int) -> Trouble:
    """What an HTTP status other than 200 means for a call."""
    known = _BUSY | _DENYING
    return known.get(status, Trouble.REFUSED if status in _REFUSING else Trouble.SERVER)
