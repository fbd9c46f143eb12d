"""Requests to the Bot API: quick, and silent about what they carry.

The library's own requests go through httpx, which takes 0.8 to 1.4 ms of processor time for each;
aiohttp takes 0.1 (docs/decisions/0009-load-and-faults.md).
"""

from __future__ import annotations

import contextlib
import json
import os
import ssl
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# Telegram sends 30 messages a second at most; more connections than this only slow the client.
# One of them is the long poll's.
CONNECTIONS = 33
ANSWER_SECONDS = 10.0

_DEFAULT = BaseRequest.DEFAULT_NONE
_JSON = {"Content-Type": "application/json"}


class GarbledAnswerError(NetworkError):
    """The Bot API server answered something that is not an answer of the Bot API."""

    def __init__(self) -> None:
        super().__init__("garbled answer")


class QuietRequest(BaseRequest):
    """Requests over kept connections that neither log nor quote what they sent or received.

    Files cannot be sent. Faults are TimedOut, NetworkError, or GarbledAnswerError.
    """

    __slots__ = ("_proxy", "_session")

    def __init__(self, api_url: str) -> None:
        self._proxy = _proxy_for(api_url)
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take where the call says nothing else."""
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Get ready to connect; again is no harm."""
        if self._session is None:
            # The library's choice of authorities, as everywhere that has no list of its own.
            trusted = os.environ.get("SSL_CERT_FILE") or certifi.where()
            secure = ssl.create_default_context(cafile=trusted)
            self._session = ClientSession(
                connector=TCPConnector(limit=CONNECTIONS, ssl=secure),
                cookie_jar=DummyCookieJar(),
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _DEFAULT,
        write_timeout: ODVInput[float] = _DEFAULT,  # noqa: ARG002  the library's signature
        connect_timeout: ODVInput[float] = _DEFAULT,  # noqa: ARG002  the library's signature
        pool_timeout: ODVInput[float] = _DEFAULT,  # noqa: ARG002  the library's signature
    ) -> tuple[int, bytes]:
        """The status and body of the answer; `read_timeout` bounds the whole of it."""
        if self._session is None:
            raise NetworkError("not connected")
        seconds = ANSWER_SECONDS if isinstance(read_timeout, DefaultValue) else read_timeout
        try:
            async with self._session.request(
                method,
                _address(url),
                # Telegram takes JSON and forms alike; this is the quicker one to write.
                data=_body(request_data) if request_data else None,
                headers=_JSON,
                timeout=_within(seconds),
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError, ValueError):  # Their texts may hold the address: the token.
            raise NetworkError("no answer") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dictionary; the body stays out of logs and of the exception."""
        with contextlib.suppress(ValueError, RecursionError):
            answer = json.loads(payload)
            if isinstance(answer, dict) and ("result" in answer or answer.get("ok") is False):
                return answer
        raise GarbledAnswerError


@lru_cache(maxsize=32)
def _address(url: str) -> URL:
    """An address of the Bot API, taken apart; there is one for each method."""
    return URL(url, encoded=True)


@lru_cache(maxsize=8)
def _within(seconds: float | None) -> ClientTimeout:
    return ClientTimeout(total=seconds)


def _body(data: RequestData) -> bytes:
    """Parameters as JSON; letters stand as they are, for as escapes they take three times as long.

    Halves of signs, which are no text, become "?".
    """
    return json.dumps(data.json_parameters, ensure_ascii=False).encode("utf-8", "replace")


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address, if any."""
    address = urlsplit(url)
    if not address.hostname or proxy_bypass(address.hostname):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("all")
