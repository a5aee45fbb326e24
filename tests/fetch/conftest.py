"""A server with some fictional laws, and how tests call it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fetch.law_server import KEY, LawServer
from fetch.moonlight import LAWS, QUICK, Call

from lexdpr_rag.fetch import FetchReport, Wanted, fetch


@pytest.fixture
def server() -> Iterator[LawServer]:
    server = LawServer(list(LAWS))
    yield server
    server.close()


@pytest.fixture
def call(server: LawServer, tmp_path: Path) -> Call:
    """``fetch`` from the server into ``tmp_path/laws``."""

    def run(wanted: Wanted | str | list[str], **options: Any) -> FetchReport:
        out = options.pop("out", tmp_path / "laws")
        asked = {"key": KEY, "url": server.url, "manners": QUICK, **options}
        return fetch(wanted, out, **asked)

    return run
