"""Prompts in files that can be replaced, and the conversation made of them.

A folder of prompts holds any of ``system.txt``, ``unit.txt``, ``again.txt``, ``kinds.yaml`` and
``examples.jsonl``; what it lacks is taken from those of the package, in
``lexdpr_finetune/prompts``, whose README explains each.  Placeholders are written ``$name``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from lexdpr_finetune.synthesize.kinds import KOREAN_NAMES, QuestionKind, kind_named
from lexdpr_finetune.synthesize.model import Message
from lexdpr_finetune.synthesize.question import SynthesisError

_PACKAGED = files("lexdpr_finetune").joinpath("prompts")

SYSTEM, UNIT, AGAIN = "system.txt", "unit.txt", "again.txt"
KINDS, EXAMPLES = "kinds.yaml", "examples.jsonl"

_LEGAL = {
    SYSTEM: frozenset[str](),
    UNIT: frozenset(["unit_id", "law", "text", "count", "kinds"]),
    AGAIN: frozenset(["unit_id", "count", "problem"]),
}
_NEEDED = {
    SYSTEM: frozenset[str](),
    UNIT: frozenset(["unit_id", "text", "kinds"]),
    AGAIN: frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A provision with good questions on it."""

    unit_id: str
    law: str
    text: str
    questions: tuple[tuple[QuestionKind, str], ...]

    def answer(self) -> str:
        """What a model should have written."""
        questions = [
            {"kind": KOREAN_NAMES[kind], "question": text} for kind, text in self.questions
        ]
        return json.dumps({"unit_id": self.unit_id, "questions": questions}, ensure_ascii=False)


@dataclass(frozen=True)
class Prompts:
    """The prompts of a run."""

    system: str
    unit: Template
    again: Template
    kinds: Mapping[QuestionKind, str]
    examples: tuple[Example, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> Prompts:
        """The prompts of ``folder``, those of the package where it lacks some.

        Raises:
            SynthesisError: a file holds an unknown placeholder, lacks a needed one, or is broken.
        """
        if folder is not None and not folder.is_dir():
            raise SynthesisError("synthesize.no_prompts", path=folder)
        texts = {name: _checked(name, _read(folder, name)) for name in _LEGAL}
        return cls(
            texts[SYSTEM].template.strip(),
            texts[UNIT],
            texts[AGAIN],
            _kinds(_read(folder, KINDS)),
            _examples(_read(folder, EXAMPLES)),
        )

    def conversation(
        self, unit_id: str, law: str, text: str, plan: Sequence[QuestionKind], examples: int
    ) -> list[Message]:
        """What a model is asked: the rules, some examples as turns, the provision.

        Args:
            unit_id: the short name that the answer must repeat.
            law: the law's title.
            text: the window of the provision.
            plan: the kinds of the questions.
            examples: so many of the examples at most.
        """
        turns = [Message("system", self.system)]
        for example in self.examples[: max(0, examples)]:
            kinds = [kind for kind, _ in example.questions]
            turns.append(self._asked(example.unit_id, example.law, example.text, kinds))
            turns.append(Message("assistant", example.answer()))
        return [*turns, self._asked(unit_id, law, text, plan)]

    def once_more(self, unit_id: str, count: int, problem: str) -> Message:
        """What is added when an answer could not be used."""
        text = self.again.safe_substitute(unit_id=unit_id, count=count, problem=problem)
        return Message("user", text.strip())

    def _asked(self, unit_id: str, law: str, text: str, plan: Sequence[QuestionKind]) -> Message:
        lines = [
            f"- {KOREAN_NAMES[kind]} {count}개: {self.kinds[kind]}"
            for kind, count in Counter(plan).items()
        ]
        filled = self.unit.safe_substitute(
            unit_id=unit_id, law=law, text=text, count=len(plan), kinds="\n".join(lines)
        )
        return Message("user", filled.strip())


# -- files ---------------------------------------------------------------------------------------


def _read(folder: Path | None, name: str) -> tuple[str, str]:
    """Where the file is, and what it says."""
    own = folder / name if folder is not None else None
    if own is not None and own.is_file():
        try:
            return str(own), own.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SynthesisError("synthesize.prompt", path=own, reason=str(error)) from error
    return name, _PACKAGED.joinpath(name).read_text(encoding="utf-8")


def _checked(name: str, read: tuple[str, str]) -> Template:
    path, text = read
    template = Template(text)
    held = set(template.get_identifiers()) if template.is_valid() else {"$"}
    wrong = sorted((held - _LEGAL[name]) | (_NEEDED[name] - held))
    if wrong and name != SYSTEM:
        legal = ", ".join(f"${word}" for word in sorted(_LEGAL[name]))
        raise SynthesisError(
            "synthesize.placeholder", path=path, wrong=", ".join(wrong), legal=legal
        )
    return template


def _kinds(read: tuple[str, str]) -> Mapping[QuestionKind, str]:
    import yaml

    path, text = read
    try:
        held = yaml.safe_load(text)
        kinds = {QuestionKind(name): " ".join(str(said).split()) for name, said in held.items()}
        return {kind: kinds[kind] for kind in QuestionKind}
    except (yaml.YAMLError, ValueError, KeyError, AttributeError) as error:
        raise SynthesisError("synthesize.prompt", path=path, reason=repr(error)) from error


def _examples(read: tuple[str, str]) -> tuple[Example, ...]:
    path, text = read
    try:
        return tuple(_example(json.loads(line)) for line in text.splitlines() if line.strip())
    except (ValueError, KeyError, TypeError) as error:
        raise SynthesisError("synthesize.prompt", path=path, reason=repr(error)) from error


def _example(held: Mapping[str, Any]) -> Example:
    questions = []
    for question in held["questions"]:
        kind = kind_named(question["kind"])
        if kind is None:
            raise ValueError(question["kind"])
        questions.append((kind, str(question["question"])))
    return Example(str(held["unit_id"]), str(held["law"]), str(held["text"]), tuple(questions))
