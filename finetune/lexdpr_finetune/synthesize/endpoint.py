"""Chat models behind an OpenAI-compatible endpoint: Upstage Solar, OpenAI, vLLM, Ollama …"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from lexdpr_finetune.synthesize.model import CallError, Message, Reply, Trouble, trouble_of_status
from lexdpr_finetune.synthesize.question import SynthesisError
from lexdpr_finetune.synthesize.usage import Usage
from lexdpr_rag.errors import MissingExtraError

if TYPE_CHECKING:
    import httpx

_SHOWN = 200
"""Of what a server says beside an error, so many characters are kept."""


class Endpoint:
    """A model at ``<base_url>/chat/completions``.

    The key is read from the environment at every call: it is neither kept nor written anywhere, and
    cut out of what a server says.
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        api_key_env: str | None = None,
        timeout: float = 120.0,
        most_tokens: int = 1024,
        temperature: float = 0.7,
        json_mode: bool = True,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Name a model; nothing is called yet.

        Args:
            model: its name at the endpoint.
            base_url: the address before ``/chat/completions``: ``https://api.upstage.ai/v1``,
                ``https://api.openai.com/v1``, ``http://localhost:11434/v1`` (Ollama) …
            api_key_env: the environment variable that holds the key; ``None`` where none is needed.
            timeout: seconds for an answer.
            most_tokens: the longest answer.
            temperature: how freely it writes.
            json_mode: ask the server for JSON; one that does not know how is then asked without.
            extra: more fields of the request, as the endpoint names them; ``None`` leaves one out
                (``{"max_tokens": None, "max_completion_tokens": 1024}``).

        Raises:
            SynthesisError: the address is none, or the variable is empty.
            MissingExtraError: httpx is not installed.
        """
        if not base_url.startswith(("http://", "https://")):
            raise SynthesisError("synthesize.url", url=base_url)
        self.name = model
        self.base_url = base_url.rstrip("/")
        self.api_key_env = api_key_env
        self.timeout = timeout
        self.most_tokens = most_tokens
        self._temperature = temperature
        self._json_mode = json_mode
        self._extra = dict(extra or {})
        self._client: httpx.AsyncClient | None = None
        self._key()
        _httpx()

    def __repr__(self) -> str:
        return f"<Endpoint {self.name} at {self.base_url}>"

    async def reply(self, messages: Sequence[Message]) -> Reply:
        """Answer ``messages`` (see :class:`~lexdpr_finetune.synthesize.model.ChatModel`)."""
        body = self._body(messages)
        response = await self._post(body)
        asked_for_json = "response_format" in body
        if response.status_code == 400 and asked_for_json and "response_format" in response.text:
            self._json_mode = False
            response = await self._post(self._body(messages))
        if response.status_code != 200:
            raise self._error(response)
        try:
            held = response.json()
            text = held["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            detail = f"no chat completion: {self._said(response)}"
            raise CallError(Trouble.SERVER, detail, sent=True) from error
        return Reply(text if isinstance(text, str) else "", _usage(held.get("usage")))

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    # -- inside ----------------------------------------------------------------------------------

    def _body(self, messages: Sequence[Message]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "temperature": self._temperature,
            "max_tokens": self.most_tokens,
        }
        if self._json_mode:
            body["response_format"] = {"type": "json_object"}
        return {name: value for name, value in (body | self._extra).items() if value is not None}

    async def _post(self, body: dict[str, Any]) -> httpx.Response:
        library = _httpx()
        if self._client is None:
            self._client = library.AsyncClient(timeout=self.timeout)
        key = self._key()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{self.base_url}/chat/completions"
        try:
            response: httpx.Response = await self._client.post(url, json=body, headers=headers)
        except library.ConnectTimeout as error:
            raise CallError(Trouble.TIMEOUT, f"no connection in {self.timeout:g} s") from error
        except library.TimeoutException as error:
            detail = f"no answer in {self.timeout:g} s"
            raise CallError(Trouble.TIMEOUT, detail, sent=True) from error
        except (library.ConnectError, library.UnsupportedProtocol) as error:
            raise CallError(Trouble.DISCONNECT, repr(error)) from error
        except library.HTTPError as error:
            raise CallError(Trouble.DISCONNECT, repr(error), sent=True) from error
        return response

    def _key(self) -> str:
        if self.api_key_env is None:
            return ""
        key = os.environ.get(self.api_key_env, "")
        if not key:
            raise SynthesisError("synthesize.no_key", variable=self.api_key_env)
        return key

    def _error(self, response: httpx.Response) -> CallError:
        detail = f"HTTP {response.status_code}: {self._said(response)}"
        wait = asked_wait(response.headers.get("retry-after"))
        return CallError(trouble_of_status(response.status_code), detail, wait)

    def _said(self, response: httpx.Response) -> str:
        key = self._key()
        text = response.text.replace(key, "…") if key else response.text
        return " ".join(text.split())[:_SHOWN]


def _usage(held: Any) -> Usage | None:
    try:
        return Usage(int(held["prompt_tokens"]), int(held["completion_tokens"]))
    except (KeyError, TypeError, ValueError):
        return None


def asked_wait(value: str | None) -> float | None:
    """``Retry-After`` in seconds: a number or a date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _httpx() -> Any:
    try:
        import httpx
    except ImportError as error:
        raise MissingExtraError("extra.missing", package="httpx", extra="finetune") from error
    return httpx
