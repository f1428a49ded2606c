"""Makes the embedding model that ships: ``python -m ingest.train_embedder --data FOLDER``.

A ``StaticEmbedding`` (a vector for each word piece, averaged) over a vocabulary of its own, trained with
in-batch negatives (van den Oord et al. 2018, "Representation Learning with Contrastive Predictive Coding",
equation 4) on public question-passage pairs and on headings, titles and neighbouring sentences of statutes.
The model card that is written beside it says what was used.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product, repeat
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ingest.embed import DEFAULT_MODEL
from ingest.fold import fold
from ingest.sentences import sentence_spans
from ingest.tokenizer import default_tokenizer
from ingest.wordings import read_wordings

#: Word pieces, and numbers in each vector: 20,000 x 256 float16 are 10.2 MB.
VOCABULARY = 20_000
DIMENSION = 256
SEED = 20250323

#: Characters of a passage that training looks at; more would only average the rest in.
_PASSAGE = 220
_ARTICLE = re.compile(r"^\s*(第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?)\s*(.+)")
_HEADING = re.compile(r"^#+\s*(?:第[一二三四五六七八九十百零]+[编章节]\s*)?(.+)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|\.md$")


@dataclass(frozen=True)
class Pair:
    """A question, heading or everyday phrase, and a passage that belongs to it."""

    query: str
    passage: str
    source: str


def read_pairs(data: Path, thesaurus: Path | None) -> list[Pair]:
    """Training pairs from the public data in ``data``, in a fixed order.

    :raises OSError: when a file is missing.
    """
    pairs = [*_cmrc(data), *_drcd(data), *_statutes(data)]
    if thesaurus is not None:
        pairs += _thesaurus(thesaurus)
    return pairs


def _cmrc(data: Path) -> Iterator[Pair]:
    with gzip.open(data / "cmrc2018" / "train.pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["question"], row["passage"], "CMRC 2018 train")


def _drcd(data: Path) -> Iterator[Pair]:
    held_out = {
        paragraph["context"]
        for article in json.loads((data / "drcd" / "DRCD_dev.json").read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
    }
    for article in json.loads((data / "drcd" / "DRCD_test.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            if paragraph["context"] not in held_out:
                for qa in paragraph["qas"]:
                    yield Pair(qa["question"], paragraph["context"], "DRCD test")


def _statutes(data: Path) -> Iterator[Pair]:
    """Law and chapter against article, and the sentences of an article against each other."""
    with tarfile.open(data / "statutes.tar.xz") as archive:
        # In the order of the archive: going back in a compressed stream means reading it again.
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".md") else None
            if stream is not None:
                title = _BRACKETS.sub("", Path(member.name).name)
                yield from _statute(title, stream.read().decode("utf-8", errors="replace"))


def _statute(title: str, text: str) -> Iterator[Pair]:
    heading = ""
    for line in text.splitlines():
        if found := _HEADING.match(line):
            heading = found[1].strip()
        elif found := _ARTICLE.match(line):
            article = found[2].strip()
            spans = sentence_spans(article)
            first = article[slice(*spans[0])] if spans else ""
            if len(article) > 30:
                yield Pair(f"{title} {heading}", article, "statutes: title and chapter to article")
            if len(spans) > 1 and len(first) > 12:
                yield Pair(first, article[spans[1][0] :], "statutes: first sentence to the rest")


def _thesaurus(path: Path) -> Iterator[Pair]:
    for phrases, wordings in read_wordings(path):
        # Few beside the other pairs, and the only ones that lead from everyday to policy wording.
        for phrase, wording in product(phrases, wordings):
            yield from repeat(Pair(phrase, wording, "thesaurus of this project"), 3)


def count_words(pairs: Iterable[Pair]) -> Counter[str]:
    """How often each word and each character occurs in the folded texts."""
    cutter = default_tokenizer()
    words: Counter[str] = Counter()
    seen: set[str] = set()
    for pair in pairs:
        for text in (pair.query, pair.passage):
            if text not in seen:
                seen.add(text)
                folded = fold(text[: 2 * _PASSAGE])
                words.update(cutter.cut(folded))
                words.update(character for character in folded if not character.isspace())
    return words


def make_tokenizer(words: Counter[str], size: int) -> Any:
    """A self-contained unigram tokenizer: it cuts a text into its most likely sequence of known words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    singles = {word for word in words if len(word) == 1}
    longer = [word for word in words if 1 < len(word) <= 8]
    kept = sorted(singles, key=lambda word: (-words[word], word))[: size // 3]
    kept += sorted(longer, key=lambda word: (-words[word], word))[: size - len(kept) - 1]
    total = sum(words[word] for word in kept)
    pieces = [("[UNK]", -20.0)]
    # A word is preferred to its characters even where those are more frequent: counts of characters include
    # those of the words that they stand in.
    pieces += [(word, math.log(words[word] / total) - (3.0 if len(word) == 1 else 0.0)) for word in kept]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("removed")]
    )
    return tokenizer


def _ids(tokenizer: Any, texts: Sequence[str]) -> list[np.ndarray]:
    encodings = tokenizer.encode_batch([fold(text[: 2 * _PASSAGE])[:_PASSAGE] for text in texts])
    return [np.array([i for i in encoding.ids if i] or [0], dtype=np.int64) for encoding in encodings]


def train(
    pairs: Sequence[Pair], tokenizer: Any, *, epochs: int, batch: int = 512, minutes: float = 12.0
) -> np.ndarray:
    """Vectors of all pieces, ``(vocabulary, DIMENSION)`` float32; stops early when the minutes are over."""
    import torch

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    order = random.Random(SEED)
    queries = _ids(tokenizer, [pair.query for pair in pairs])
    passages = _ids(tokenizer, [pair.passage for pair in pairs])
    bag = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), DIMENSION, mode="mean")
    torch.nn.init.normal_(bag.weight, std=0.1)
    optimiser = torch.optim.Adam(bag.parameters(), lr=0.01)
    steps = epochs * (len(pairs) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.02, total_steps=steps + 1)

    def encode(rows: list[np.ndarray]) -> Any:
        offsets = torch.from_numpy(np.cumsum([0, *(len(row) for row in rows[:-1])]))
        return torch.nn.functional.normalize(bag(torch.from_numpy(np.concatenate(rows)), offsets))

    started, step = time.monotonic(), 0
    for epoch in range(epochs):
        numbers = list(range(len(pairs)))
        order.shuffle(numbers)
        losses = []
        for start in range(0, len(numbers) - batch + 1, batch):
            chosen = numbers[start : start + batch]
            left, right = encode([queries[i] for i in chosen]), encode([passages[i] for i in chosen])
            similarity = left @ right.T * 20.0
            # Another pair of the same passage or the same question is no negative.
            same = _same([pairs[i].passage for i in chosen]) | _same([pairs[i].query for i in chosen])
            similarity = similarity.masked_fill(torch.from_numpy(same), -1e4)
            target = torch.arange(batch)
            loss = torch.nn.functional.cross_entropy(similarity, target)
            loss = loss + torch.nn.functional.cross_entropy(similarity.T, target)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            step += 1
            losses.append(float(loss.detach()))
            if time.monotonic() - started > minutes * 60:
                break
        typer.echo(
            f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.3f}, {time.monotonic() - started:.0f} s"
        )
    return np.asarray(bag.weight.detach().numpy())


def _same(texts: Sequence[str]) -> np.ndarray:
    _, numbers = np.unique(np.array(texts, dtype=object), return_inverse=True)
    same = numbers[:, None] == numbers[None, :]
    np.fill_diagonal(same, False)
    return np.asarray(same)


def save(folder: Path, tokenizer: Any, vectors: np.ndarray, pairs: Sequence[Pair]) -> None:
    """Write the folder that ``SentenceTransformer(folder)`` loads, float16, with its model card."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    weights = torch.from_numpy(vectors.astype(np.float16))
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()])
    card = folder / "README.md"
    written = card.read_text(encoding="utf-8") if card.exists() else None
    model.save(str(folder), create_model_card=False)
    if written is not None:
        card.write_text(written, encoding="utf-8")
    # sentence-transformers writes the tokenizer indented, twice as long.
    written_tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    compact = json.dumps(written_tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(compact, encoding="utf-8")
    counts = Counter(pair.source for pair in pairs)
    (folder / "training.json").write_text(
        json.dumps({"seed": SEED, "pairs": counts}, ensure_ascii=False, indent=2), encoding="utf-8"
    )


def main(
    data: Annotated[Path, typer.Option(help="Folder with cmrc2018/, drcd/ and statutes.tar.xz.")],
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = DEFAULT_MODEL,
    thesaurus: Annotated[
        Path | None, typer.Option(help="Everyday and policy wording, tab separated.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 8,
    limit: Annotated[int, typer.Option(help="At most so many pairs; 0 for all.")] = 0,
) -> None:
    """Train the embedding model that ships, on one core, with a fixed seed."""
    pairs = read_pairs(data, thesaurus)
    random.Random(SEED).shuffle(pairs)
    pairs = pairs[:limit] if limit else pairs
    typer.echo(f"{len(pairs)} pairs: {dict(Counter(pair.source for pair in pairs))}")
    tokenizer = make_tokenizer(count_words(pairs), VOCABULARY)
    vectors = train(pairs, tokenizer, epochs=epochs)
    save(out, tokenizer, vectors, pairs)
    typer.echo(f"saved to {out}")


if __name__ == "__main__":
    typer.run(main)
