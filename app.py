"""Web chat, reader and REST interface; ``HOST`` and ``PORT`` say where (default 127.0.0.1:7860)."""

from __future__ import annotations

import sys

from bot.service import Service
from bot.web.serve import run

if __name__ == "__main__":
    sys.exit(run(Service.open))
