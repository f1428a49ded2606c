"""The training script, on a handful of pairs: what it reads, and that the same seed gives the same vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.embed import StaticEmbedder
from ingest.train_embedder import Pair, count_words, make_tokenizer, save, train

PAIRS = [
    Pair("公办园占比要到多少", "公办在园幼儿占比达到65%", "made up"),
    Pair("每天运动多久", "每天综合体育活动时间不低于2小时", "made up"),
    Pair("食堂谁来管", "强化学校食品安全管理，提升食堂膳食质量", "made up"),
    Pair("老师待遇", "健全教师工资待遇联动机制", "made up"),
]


def test_words_are_preferred_to_their_characters() -> None:
    tokenizer = make_tokenizer(count_words(PAIRS), 200)
    assert tokenizer.encode("食堂膳食").tokens == ["食堂", "膳食"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_vectors_and_a_folder_that_loads(tmp_path: Path) -> None:
    tokenizer = make_tokenizer(count_words(PAIRS), 200)
    first, second = (train(PAIRS, tokenizer, epochs=3, batch=4) for _ in range(2))
    assert np.array_equal(first, second)
    save(tmp_path, tokenizer, first, PAIRS)
    embedder = StaticEmbedder(tmp_path)
    assert embedder.encode_documents(["食堂"]).shape == (1, 256)
