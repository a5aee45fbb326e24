"""Options that the commands of the group share."""

from __future__ import annotations

from typing import Annotated

import typer

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="help.quiet")]
OutFile = Annotated[
    str, typer.Option("--out", "-o", metavar="meta.file", help="help.finetune.out_file")
]
OutFolder = Annotated[
    str, typer.Option("--out", "-o", metavar="meta.folder", help="help.finetune.out_folder")
]
RunFolder = Annotated[
    str | None, typer.Option("--out", "-o", metavar="meta.folder", help="help.finetune.out")
]
PairsFile = Annotated[str, typer.Argument(metavar="meta.pairs", help="help.finetune.pairs_file")]
PairsFiles = Annotated[
    list[str], typer.Argument(metavar="meta.pairs", help="help.finetune.pairs_files")
]
