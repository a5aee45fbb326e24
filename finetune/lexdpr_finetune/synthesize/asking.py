"""Asking for the questions of one unit, until it is answered or has failed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace

from lexdpr_finetune.synthesize.answer import Answer, Fault, read_answer
from lexdpr_finetune.synthesize.journal import Call, Journal, State, blank
from lexdpr_finetune.synthesize.kinds import QuestionKind, planned
from lexdpr_finetune.synthesize.model import CallError, ChatModel, Message, Reply, Trouble
from lexdpr_finetune.synthesize.options import SynthesisOptions
from lexdpr_finetune.synthesize.patience import Gate
from lexdpr_finetune.synthesize.prompts import Prompts
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.question import SynthesisError
from lexdpr_finetune.synthesize.usage import Ledger, Usage, estimated_tokens


class BudgetSpentError(Exception):
    """The budget does not suffice for one more call."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked on one unit.  ``key`` names the conversation and the model it is meant for."""

    provision: Provision
    plan: tuple[QuestionKind, ...]
    messages: tuple[Message, ...]
    key: str

    @classmethod
    def of(
        cls, provision: Provision, model: str, prompts: Prompts, options: SynthesisOptions
    ) -> Task:
        """The task of a provision."""
        plan = planned(provision, options.questions, options.kinds)
        messages = prompts.conversation(
            provision.label,
            provision.law,
            provision.window(options.window),
            plan,
            options.examples,
        )
        digest = hashlib.blake2b(model.encode(), digest_size=16)
        for message in messages:
            digest.update(f"\0{message.role}\0{message.content}".encode())
        return cls(provision, plan, tuple(messages), digest.hexdigest())


class Asker:
    """Asks one model, and writes every call into the journal."""

    def __init__(
        self,
        model: ChatModel,
        prompts: Prompts,
        options: SynthesisOptions,
        journal: Journal,
        ledger: Ledger,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._options = options
        self._journal = journal
        self._ledger = ledger
        self._gate = Gate()

    async def ask(self, task: Task) -> Call:
        """The call that ended the unit, answered or failed; it is in the journal.

        Raises:
            BudgetSpentError: the budget ended first; the unit stays open.
            SynthesisError: the model refuses every call.
        """
        best = Answer()
        messages = task.messages
        for attempt in range(1, self._options.attempts + 1):
            call, reply = await self._answered(task, messages)
            if reply is None:
                return call
            answer = read_answer(reply.text, task.provision.label, task.plan)
            best = max(best, answer, key=lambda a: len(a.questions))
            last = attempt == self._options.attempts
            call = _judged(call, reply, answer, best if last else None)
            self._journal.add(call)
            if call.state is not State.OPEN:
                return call
            again = self._prompts.once_more(
                task.provision.label, len(task.plan), _KOREAN[answer.fault or Fault.EMPTY]
            )
            messages = (*task.messages, again)
        raise AssertionError("the last attempt ends the unit")

    async def _answered(
        self, task: Task, messages: tuple[Message, ...]
    ) -> tuple[Call, Reply | None]:
        """A reply with the call to be judged, or the call that failed the unit."""
        patience = self._options.patience
        failures = 0
        while True:
            call = blank(task.provision, task.key, self._model.name)
            try:
                reply, usage = await self._paid(messages)
            except _PaidError as paid:
                failures += 1
                error = paid.error
                final = not error.passing or failures > patience.retries
                state = State.FAILED if final else State.OPEN
                call = replace(
                    call,
                    usage=paid.usage,
                    problem=error.trouble.value,
                    detail=error.detail,
                    state=State.OPEN if error.trouble is Trouble.DENIED else state,
                )
                self._journal.add(call)
                if error.trouble is Trouble.DENIED:
                    raise SynthesisError(
                        "synthesize.denied", model=self._model.name, detail=error.detail
                    ) from error
                if final:
                    return call, None
                wait = patience.wait(failures, error.wait)
                if error.trouble is Trouble.RATE_LIMIT:
                    self._gate.shut(wait)
                await asyncio.sleep(wait)
            else:
                return replace(call, raw=reply.text, usage=usage), reply

    async def _paid(self, messages: tuple[Message, ...]) -> tuple[Reply, Usage]:
        """One call, with the budget held before and settled after it."""
        asked = sum(estimated_tokens(message.content) for message in messages)
        most = Usage(asked, self._model.most_tokens)
        await self._gate.passed()
        if not await self._ledger.hold(most):
            raise BudgetSpentError
        used = Usage(asked, 0, asked)  # what is sent and then interrupted may cost all the same
        try:
            reply = await self._model.reply(messages)
            written = estimated_tokens(reply.text)
            used = reply.usage or Usage(asked, written, asked + written)
        except CallError as error:
            used = used if error.sent else Usage()
            raise _PaidError(error, used) from error
        finally:
            await self._ledger.settle(most, used)
        return reply, used


class _PaidError(Exception):
    def __init__(self, error: CallError, usage: Usage) -> None:
        super().__init__(error)
        self.error = error
        self.usage = usage


def _judged(call: Call, reply: Reply, answer: Answer, best: Answer | None) -> Call:
    """``call`` with what became of the unit; ``best`` is given at the last attempt."""
    problem = answer.fault.value if answer.fault else ""
    if answer.fault is None:
        return replace(call, state=State.ANSWERED, questions=answer.questions)
    if best is None:
        return replace(call, problem=problem)
    if best.questions:
        return replace(
            call, state=State.ANSWERED, questions=best.questions, short=True, problem=problem
        )
    return replace(call, state=State.FAILED, problem=problem, detail=reply.text[:200])


_KOREAN = {
    Fault.EMPTY: "비어 있음",
    Fault.NO_JSON: "JSON이 아님",
    Fault.SHAPE: "questions 목록이 없음",
    Fault.OTHER_UNIT: "unit_id가 다름",
    Fault.TOO_FEW: "질문의 수나 종류가 다름",
}
