"""The image and its compose file, as far as they can be held to without an engine: linted, and complete."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from bot.web.access import AccessSettings
from bot.web.serve import WebSettings

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def instructions(name: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"^{name} (.*)$", joined, re.M)


def copied() -> list[str]:
    """What the image takes from the project."""
    words = [[word for word in line.split() if not word.startswith("--")] for line in instructions("COPY")]
    return [source for line in words for source in line[:-1]]


def test_the_dockerfile_passes_its_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_exists_and_is_let_through_by_the_ignore_file() -> None:
    let_through = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.M)
    assert sorted(copied()) == sorted(let_through)
    assert all((ROOT / source).exists() for source in copied())


def test_nothing_runs_as_root_and_health_is_asked_without_tools_that_a_slim_image_lacks() -> None:
    user = instructions("USER")[-1]
    assert user.isdigit() and int(user) > 0
    after = DOCKERFILE.split("USER ", 1)[1]
    assert "python -m ingest\n" in after and "apt-get" not in after
    assert "curl" not in DOCKERFILE and '"python", "-c"' in after.split("HEALTHCHECK", 1)[1]


def test_the_image_asks_for_no_network_at_run_time() -> None:
    settings = " ".join(instructions("ENV"))
    for name in ("HF_HUB_OFFLINE=1", "GRADIO_ANALYTICS_ENABLED=False", "ANONYMIZED_TELEMETRY=False"):
        assert name in settings


@pytest.mark.slow
def test_what_is_copied_is_enough_to_build_the_index_and_to_answer(tmp_path: Path) -> None:
    for source in copied():
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, tmp_path / source, ignore=ignored)
        else:
            shutil.copy(ROOT / source, tmp_path / source)
    kept = ("INDEX_DIR", "CORPUS_DIR", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in kept}
    for arguments in (["ingest"], ["ingest", "--if-stale"], ["bot", "ask", "公办园占比要到多少？"]):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "65%" in done.stdout


def test_the_compose_file_is_valid_and_gives_away_no_rights() -> None:
    # With nothing set, as an engine reads it.
    PyCompose.from_yaml(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE)).validate()
    service = yaml.safe_load(COMPOSE)["services"]["policy"]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service and "user" not in service
    assert service["ports"] == ["${PUBLISH:-127.0.0.1:7860}:7860"], "the network only when asked for"


def test_the_compose_file_passes_on_settings_that_exist_and_no_secret_of_its_own() -> None:
    given = yaml.safe_load(COMPOSE)["services"]["policy"]["environment"]
    known = {name.upper() for name in (*AccessSettings.model_fields, *WebSettings.model_fields)}
    assert set(given) - known == {"FORWARDED_ALLOW_IPS"}
    assert set(AccessSettings.model_fields) <= {name.lower() for name in given}
    assert all(re.fullmatch(rf"\$\{{{name}:-(127\.0\.0\.1)?\}}", value) for name, value in given.items())


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*AccessSettings.model_fields, *WebSettings.model_fields):
        monkeypatch.setenv(name.upper(), "")
    assert AccessSettings() == AccessSettings.model_construct()
    assert WebSettings() == WebSettings.model_construct()
