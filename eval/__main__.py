"""``python -m eval``: run, score, compare, report, retrieval, baselines, gate, load, check, expected, spans."""

from __future__ import annotations

from eval.cli import app
from eval.cli import baselines as baselines_commands
from eval.cli import gate as gate_commands
from eval.cli import load as load_commands
from eval.cli import run as run_commands
from eval.cli import sets as set_commands
from eval.cli.common import reported

for module in (run_commands, baselines_commands, gate_commands, load_commands, set_commands):
    module.register(app)

if __name__ == "__main__":
    with reported():
        app()
