"""Questions for provisions by a chat model: many at once, resumable, within a budget."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lexdpr_finetune.synthesize.asking import Asker, BudgetSpentError, Task
from lexdpr_finetune.synthesize.given import chat_model
from lexdpr_finetune.synthesize.journal import Call, Journal, Past, State, read_past
from lexdpr_finetune.synthesize.model import ChatModel, Trouble
from lexdpr_finetune.synthesize.options import Progress, ProgressCallback, SynthesisOptions
from lexdpr_finetune.synthesize.prompts import Prompts
from lexdpr_finetune.synthesize.provision import Provision
from lexdpr_finetune.synthesize.report import Failure, Stop, SynthesisReport
from lexdpr_finetune.synthesize.usage import Ledger

_AWAY = frozenset([Trouble.TIMEOUT, Trouble.RATE_LIMIT, Trouble.SERVER, Trouble.DISCONNECT])


def synthesize(
    provisions: Iterable[Provision],
    model: Any,
    journal: Path,
    options: SynthesisOptions | None = None,
    progress: ProgressCallback | None = None,
) -> SynthesisReport:
    """Ask ``model`` for questions on every provision.

    Every answer goes to ``journal`` at once; a run that is interrupted (Ctrl-C, a killed process, a
    full budget) goes on where it was when it is started again with the same journal, and a run that
    has finished asks nothing twice.  Answers are matched by unit id.  Read the questions with
    :func:`~lexdpr_finetune.synthesize.journal.answered_questions`.

    Args:
        provisions: what to ask about; of those with the same unit id the first counts.
        model: an :class:`~lexdpr_finetune.synthesize.endpoint.Endpoint`, a LlamaIndex ``LLM``, a
            LangChain ``BaseChatModel``, or any
            :class:`~lexdpr_finetune.synthesize.model.ChatModel`.
        journal: a file, made where there is none.
        options: how to ask.
        progress: called at the end of every unit.

    Raises:
        SynthesisError: the model refuses every call, another process uses the journal, or prompts
            cannot be used.
    """
    return asyncio.run(asynthesize(provisions, model, journal, options, progress))


async def asynthesize(
    provisions: Iterable[Provision],
    model: Any,
    journal: Path,
    options: SynthesisOptions | None = None,
    progress: ProgressCallback | None = None,
) -> SynthesisReport:
    """:func:`synthesize` within an event loop."""
    chosen = options or SynthesisOptions()
    writer = chat_model(model)
    prompts = Prompts.load(chosen.prompts)
    with Journal(Path(journal)) as opened:
        run = _Run(writer, prompts, chosen, opened, read_past(opened.path), progress)
        try:
            return await run.over(provisions)
        finally:
            await writer.close()


@dataclass(slots=True)
class _Counts:
    answered: int = 0
    short: int = 0
    questions: int = 0
    failures: list[Failure] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


class _Run:
    def __init__(
        self,
        model: ChatModel,
        prompts: Prompts,
        options: SynthesisOptions,
        journal: Journal,
        past: Past,
        progress: ProgressCallback | None,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._options = options
        self._past = past
        self._progress = progress
        self._ledger = Ledger(options.budget, past.usage)
        self._asker = Asker(model, prompts, options, journal, self._ledger)
        self._counts = _Counts()
        self._before = Counter[State]()
        self._repeated = 0
        self._away = 0
        self._left = 0
        self._stop: Stop | None = None
        self._total: int | None = None
        self._start = time.monotonic()

    async def over(self, provisions: Iterable[Provision]) -> SynthesisReport:
        if isinstance(provisions, Sequence):
            self._total = sum(1 for _ in self._tasks(provisions))
            self._before.clear()
            self._repeated = 0
        tasks = self._tasks(provisions)
        workers = [asyncio.create_task(self._work(tasks)) for _ in range(self._options.concurrency)]
        try:
            await asyncio.gather(*workers)
        finally:  # one that raised, or Ctrl-C, ends all
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        self._left += sum(1 for _ in tasks)
        return self._report()

    def _tasks(self, provisions: Iterable[Provision]) -> Iterator[Task]:
        """What is still to be asked; the rest is counted."""
        seen: set[str] = set()
        for provision in provisions:
            if provision.unit_id in seen:
                self._repeated += 1
                continue
            seen.add(provision.unit_id)
            task = Task.of(provision, self._model.name, self._prompts, self._options)
            state = self._past.states.get((provision.unit_id, task.key))
            if state is State.ANSWERED or (
                state is State.FAILED and not self._options.retry_failed
            ):
                self._before[state] += 1
            else:
                yield task

    async def _work(self, tasks: Iterator[Task]) -> None:
        while self._stop is None and (task := next(tasks, None)) is not None:
            try:
                self._count(await self._asker.ask(task))
            except BudgetSpentError:
                self._stop = Stop.BUDGET
                self._left += 1

    def _count(self, call: Call) -> None:
        counts = self._counts
        if call.state is State.ANSWERED:
            counts.answered += 1
            counts.short += call.short
            counts.questions += len(call.questions)
            counts.kinds.update(kind for kind, _ in call.questions)
        else:
            counts.failures.append(Failure(call.unit_id, call.citation, call.problem, call.detail))
        self._away = self._away + 1 if call.problem in _AWAY else 0
        if self._away >= self._options.give_up:
            self._stop = Stop.UNREACHABLE
        if self._progress is not None:
            self._progress(self._so_far())

    def _so_far(self) -> Progress:
        counts = self._counts
        failed = len(counts.failures)
        return Progress(
            done=counts.answered + failed,
            total=self._total,
            answered=counts.answered,
            failed=failed,
            usage=self._ledger.spent,
            cost=self._options.budget.price.of(self._ledger.spent),
            seconds=time.monotonic() - self._start,
        )

    def _report(self) -> SynthesisReport:
        counts = self._counts
        price = self._options.budget.price
        return SynthesisReport(
            model=self._model.name,
            answered=counts.answered,
            before=self._before[State.ANSWERED],
            failed_before=self._before[State.FAILED],
            short=counts.short,
            questions=counts.questions,
            kinds=dict(counts.kinds),
            failures=tuple(counts.failures),
            left=self._left,
            repeated=self._repeated,
            stopped=self._stop,
            usage=self._ledger.spent - self._past.usage,
            usage_of_all=self._ledger.spent,
            cost_of_all=price.of(self._ledger.spent),
            currency=price.currency,
            seconds=time.monotonic() - self._start,
        )
