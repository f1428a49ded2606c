# The web application with its index built in; it runs as nobody in particular and reaches for no network.
FROM python:3.11-slim

# Options for pip: a mirror, or where the CPU build of torch is.
ARG PIP_ARGS=""

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    TRANSFORMERS_OFFLINE=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_TEMP_DIR=/tmp/gradio \
    ANONYMIZED_TELEMETRY=False \
    HOST=0.0.0.0 \
    PORT=7860

RUN useradd --system --uid 10001 --home-dir /app --no-create-home policy \
    && mkdir -p /app/.cache \
    && chown -R policy /app
WORKDIR /app

COPY requirements.txt requirements-mcp.txt constraints.txt ./
# shellcheck disable=SC2086  # several options, each a word
RUN python -m pip install --no-cache-dir --disable-pip-version-check ${PIP_ARGS} \
    -r requirements.txt -r requirements-mcp.txt

COPY app.py ./
COPY ingest ./ingest
COPY bot ./bot
COPY --chown=policy corpus ./corpus

# By number, so that an orchestrator can see that it is not root.
USER 10001
RUN python -m ingest

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]

# A volume may hold the index of an older image or of other documents; a fresh one costs nothing here.
CMD ["sh", "-c", "python -m ingest --if-stale && exec python app.py"]
