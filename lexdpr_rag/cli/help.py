"""The help of a command: usage, what it does, arguments, options, examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lexdpr_rag.cli.words import say, say_or_same

if TYPE_CHECKING:
    from rich.console import Console

Row = tuple[str, str]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "lexdpr-rag": (
        "lexdpr-rag index laws/ --out law-index/",
        'lexdpr-rag search law-index/ "전세 보증금을 돌려받지 못하면?" -k 5',
        "lexdpr-rag cite law-index/ 민법 제750조",
    ),
    "fetch": (
        'lexdpr-rag fetch 민법 "근로기준법 시행령" --out laws',
        "lexdpr-rag fetch --all --out laws && lexdpr-rag index laws --out law-index",
        "lexdpr-rag fetch 민법 --date 2019-05-01",
        "lexdpr-rag fetch --all --from legalize-kr",
    ),
    "index": (
        "lexdpr-rag index laws/ --out law-index/",
        "lexdpr-rag index laws.tar.zst --out law-index/ --jobs 4 --errors errors.jsonl",
    ),
    "search": (
        'lexdpr-rag search law-index/ "전세 보증금을 돌려받지 못하면?" -k 5',
        'lexdpr-rag search law-index/ "손해배상" --law 민법 --part "제3편 제5장"',
        'lexdpr-rag search law-index/ "주 52시간" --kind 법률 --as-of 2018-03-01 --json',
        "lexdpr-rag search law-index/ --queries q.jsonl --out run.jsonl -k 100 --level article",
    ),
    "parse": (
        "lexdpr-rag parse 민법.md --depth 1",
        "lexdpr-rag parse 민법.md --article 제839조의2",
        "lexdpr-rag parse 민법.md --json > 민법.json",
    ),
    "cite": (
        "lexdpr-rag cite law-index/ 민법 제839조의2제1항",
        'lexdpr-rag cite law-index/ "자본시장법 §4②" --json',
    ),
    "info": ("lexdpr-rag info law-index/", "lexdpr-rag info law-index/ --json"),
    "export-onnx": (
        "lexdpr-rag export-onnx koe5 --out koe5-onnx/ --quantize int8",
        "lexdpr-rag export-onnx bge-reranker-v2-m3-ko --out reranker-onnx/",
    ),
    "models": ("lexdpr-rag models", "lexdpr-rag models --json"),
    "embed": (
        "lexdpr-rag embed --model koe5 --input laws.jsonl --type passage --outdir vectors/",
        "lexdpr-rag embed --model my-model/ --input q.jsonl --type query --outdir vectors/ "
        "--prefix q --format parquet",
    ),
    "lexicon": (
        "lexdpr-rag lexicon add ours.jsonl --plain 집세 --plain 방세 --legal 차임 "
        "--law 주택임대차보호법 --area 임대차 --index law-index/",
        "lexdpr-rag lexicon check ours.jsonl --index law-index/",
        "lexdpr-rag lexicon stats ours.jsonl --json",
    ),
    "finetune": (
        "lexdpr-rag finetune run cpu-static --out runs/first",
        "lexdpr-rag finetune recipes",
    ),
    "finetune run": (
        "lexdpr-rag finetune run recipe.yaml",
        "lexdpr-rag finetune run cpu-static --set train.steps=400 --set corpus.source=laws/",
        "lexdpr-rag finetune run recipe.yaml --until mine",
    ),
    "finetune recipes": (
        "lexdpr-rag finetune recipes",
        "lexdpr-rag finetune recipes cpu-static > recipe.yaml",
    ),
    "finetune sweep": ("lexdpr-rag finetune sweep space.yaml --trials 30",),
    "finetune evaluate": (
        "lexdpr-rag finetune evaluate law-index/ --questions dev.jsonl --model koe5 "
        "--model my-model/v1 --gate --out report/",
    ),
    "finetune pairs": (
        "lexdpr-rag finetune pairs law-index/ --out pairs.jsonl --set titles=true "
        "--set definitions=true",
    ),
    "finetune synthesize": (
        "lexdpr-rag finetune synthesize law-index/ --out made.jsonl",
        "lexdpr-rag finetune synthesize law-index/ --out made.jsonl --set writer=endpoint "
        "--set endpoint.model=solar-pro2 --set endpoint.base_url=http://localhost:11434/v1",
    ),
    "finetune split": (
        "lexdpr-rag finetune split law-index/ pairs.jsonl --out split/ --set by=group "
        "--set share=0.1",
    ),
    "finetune mine": (
        "lexdpr-rag finetune mine law-index/ split/train.jsonl --out mined.jsonl --set count=7",
    ),
    "finetune train": (
        "lexdpr-rag finetune train law-index/ split/train.jsonl --out my-model/ --set kind=static",
        "lexdpr-rag finetune train law-index/ mined.jsonl --out my-model/ --set kind=bi-encoder "
        "--set base=multilingual-e5-small --set adapter.method=lora",
    ),
    "finetune export": ("lexdpr-rag finetune export my-model/v1 --out exported/ --onnx int8",),
    "finetune validate": ("lexdpr-rag finetune validate law-index/ train.jsonl dev.jsonl",),
    "finetune analyze": (
        "lexdpr-rag finetune analyze law-index/ train.jsonl --model koe5 --out look/",
    ),
    "embed-text": ('lexdpr-rag embed-text --model koe5 "전세 보증금을 돌려받지 못하면?" --json',),
}


def render_help(command: Any, context: Any) -> str:
    """Help of ``command`` (a command or group of typer) for the terminal at hand."""
    from lexdpr_rag.cli.console import stdout

    console = stdout()
    with console.capture() as captured:
        _print_help(console, command, context)
    return captured.get()


def _print_help(console: Console, command: Any, context: Any) -> None:
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    print_hanging(
        console, Text.assemble((context.command_path, "bold"), (" — ", "dim")), Text(command.help)
    )
    pieces = [context.command_path, *_usage(command, context)]
    console.print()
    console.print(Text.assemble((say("frame.usage"), "bold cyan"), "  ", " ".join(pieces)))
    parameters = command.get_params(context)
    sections = {
        "frame.commands": list(_commands(command)),
        "frame.arguments": [r for p in parameters for r in _row(p, context, "argument")],
        "frame.options": [r for p in parameters for r in _row(p, context, "option")],
    }
    for title, rows in sections.items():
        if rows:
            console.print()
            console.print(Text(say(title), style="bold cyan"))
            _print_rows(console, rows)
    # Of finetune run: "finetune run"; of the program itself its name.
    _print_examples(console, " ".join(context.command_path.split()[1:]) or "lexdpr-rag")
    if hasattr(command, "commands"):
        console.print()
        console.print(Text(say("frame.more"), style="dim"))


def _print_examples(console: Console, name: str) -> None:
    from rich.text import Text

    if name not in EXAMPLES:
        return
    console.print()
    console.print(Text(say("frame.examples"), style="bold cyan"))
    for example in EXAMPLES.get(name, ()):
        # An example is copied from the terminal: a long one wraps there, not by line breaks.
        console.print(Text(f"  {example}"), soft_wrap=True)


def _print_rows(console: Console, rows: list[Row]) -> None:
    from rich.cells import set_cell_size
    from rich.text import Text

    from lexdpr_rag.cli.console import print_hanging

    column = max(len_cells(name) for name, _ in rows) + 2
    for name, text in rows:
        head = Text.assemble("  ", (set_cell_size(name, column), "green"))
        print_hanging(console, head, Text(text))


def len_cells(text: str) -> int:
    """Columns that ``text`` takes in a terminal; a Korean syllable takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def _usage(command: Any, context: Any) -> Iterator[str]:
    yield say("frame.option")
    if hasattr(command, "commands"):
        yield say("frame.command")
    for parameter in command.get_params(context):
        if parameter.param_type_name == "argument":
            name = parameter.metavar + ("…" if parameter.nargs == -1 else "")
            yield name if parameter.required else f"[{name}]"


def _commands(command: Any) -> Iterator[Row]:
    for name, sub in getattr(command, "commands", {}).items():
        yield name, sub.help or ""


def _row(parameter: Any, context: Any, kind: str) -> Iterator[Row]:
    if parameter.param_type_name != kind or getattr(parameter, "hidden", False):
        return
    text = parameter.help or ""
    if kind == "argument":
        yield parameter.metavar, text
        return
    names = ", ".join(sorted(parameter.opts, key=len))
    metavar = "" if parameter.is_flag or parameter.metavar is None else f" {parameter.metavar}"
    default = parameter.get_default(context, call=False)
    if parameter.required:
        text += " " + say("frame.required")
    elif metavar and isinstance(default, str | int) and default != "":
        text += " " + say("frame.default", value=str(default))
    yield names + metavar, text


def localise(command: Any) -> None:
    """Replace the keys that stand for help texts and metavars by words of the language in use."""
    command.help = say_or_same(command.help or "")
    for parameter in command.params:
        parameter.help = say_or_same(getattr(parameter, "help", None) or "")
        if parameter.metavar:
            parameter.metavar = say_or_same(parameter.metavar)
    for sub in getattr(command, "commands", {}).values():
        localise(sub)
