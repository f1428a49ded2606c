"""A form with a file, read in memory and never past its limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

#: What a form adds around its file, in bytes.
_AROUND = 16 * 1024


async def read_form(request: Request, *, limit: int, fields: int = 20) -> FormData | None:
    """What the form sent, or None as soon as it grows past the limit; its stated length is not trusted.

    :param limit: largest file, in bytes.
    :raises MultiPartException: when it is no form with a file.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit + _AROUND:
            return None
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise MultiPartException("not a form with a file")

    async def again() -> AsyncGenerator[bytes, None]:
        yield bytes(body)

    parser = MultiPartParser(request.headers, again(), max_files=1, max_fields=fields)
    # In memory: nothing of it touches the disk.
    parser.spool_max_size = limit + _AROUND
    return await parser.parse()
