"""Words of the corpus by sound and by all characters but one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sounds import build_sounds, load_sounds, save_sounds, syllables
from ingest.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sounds") / "sounds.txt"
    texts = ["加强“教共体”建设，深入实施创新人才培养雏鹰计划，落实暖心惠师举措，提升食堂质量。"]
    save_sounds(path, build_sounds(texts, Tokenizer(["教共体", "雏鹰计划"])))
    return path


@pytest.mark.parametrize(
    ("typed", "meant"), [("叫共体", "教共体"), ("时堂", "食堂"), ("暖心会师", "暖心惠师"), ("加抢", "加强")]
)
def test_homophones_are_found(folder: Path, typed: str, meant: str) -> None:
    assert meant in load_sounds(folder).alike(typed)


def test_one_wrong_character_in_a_longer_word_is_found(folder: Path) -> None:
    assert load_sounds(folder).one_off("雏鸡计划") == ("雏鹰计划",)
    assert load_sounds(folder).one_off("食物") == ()


def test_confused_initials_and_finals_sound_alike() -> None:
    # 师资 shi zi, 思姿 si zi; 平安 ping an, 贫安 pin an.
    assert syllables("师资") == syllables("思姿")
    assert syllables("平安") == syllables("贫安")
    assert syllables("教师") != syllables("学生")
