"""What each part of the retrieval is worth: the same questions with one part switched off at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from eval.aggregate import paired_test
from eval.ir import mean_scores, retrieval_scores
from eval.measures import covers_any
from eval.schema import ClauseRef, Question
from ingest.fold import fold
from ingest.schema import ClauseTree

#: How deep each ranking is looked at.
DEPTH = 10
#: Weights that are factors: 1, not 0, switches them off. The body is what is left when all else is off.
_FACTORS = ("digest", "named")
_NEVER_OFF = ("body",)

PART_NAMES: Mapping[str, str] = {
    "full": "全部",
    "heading": "去掉标题字段",
    "sentence": "去掉句子字段",
    "gloss": "去掉释词字段",
    "expected": "去掉预设问法",
    "expansion": "去掉同义扩展与纠错加权",
    "dense": "去掉向量（词能对上时）",
    "dense_alone": "去掉向量（词对不上时）",
    "digest": "不降低摘编权重",
    "named": "不优先点到的文件",
    "rerank": "去掉重排特征",
    "no_vectors": "完全不用向量",
    "body_only": "只留正文 BM25",
}

#: Finds clauses: a query and a depth in, references best first out.
Search = Callable[[str, int], list[str]]


def variants(weights: Any) -> dict[str, Any]:
    """The weights as they are, with each part off, without vectors, and with the body's words alone."""
    names = [field.name for field in fields(weights) if field.name not in _NEVER_OFF]
    off = {name: 1.0 if name in _FACTORS else 0.0 for name in names}
    made = {"full": weights, **{name: replace(weights, **{name: value}) for name, value in off.items()}}
    dense = {name: value for name, value in off.items() if name.startswith("dense")}
    return {**made, "no_vectors": replace(weights, **dense), "body_only": replace(weights, **off)}


def project_searches() -> dict[str, Search]:
    """The retrieval of this project in every variant, over its own index.

    :raises AnswererError: when there is no index.
    """
    from bot.dialect import standard
    from bot.fuse import DEFAULT_WEIGHTS
    from bot.retrieve import Retriever
    from eval.answerers import open_service
    from ingest.script import to_simplified
    from ingest.settings import get_settings

    service, corpus = open_service(), get_settings().corpus_dir

    def search(weights: Any) -> Search:
        retriever = Retriever.for_corpus(service.index, corpus, weights=weights)

        def find(query: str, top_k: int) -> list[str]:
            # As answers read it: the asking words of the dialect in the standard language.
            query = standard(to_simplified(query))
            resolved = _resolved(query, service.trees)
            hits = retriever.retrieve(query, top_k=top_k)
            found = [f"{hit.chunk.doc_id}#{hit.chunk.clause_id}" for hit in hits]
            return list(dict.fromkeys([*resolved, *found]))[:top_k]

        return find

    return {name: search(weights) for name, weights in variants(DEFAULT_WEIGHTS).items()}


def _resolved(query: str, trees: dict[str, ClauseTree]) -> list[str]:
    """What is looked up and not searched, here as in answers: references, and what a document says of itself."""
    from bot.about import about
    from bot.reference import resolve
    from bot.scope import default_document, documents_meant

    referred = [f"{ref.doc_id}#{ref.clause_id}" for ref in resolve(query, trees).found]
    if referred:
        return referred
    named = documents_meant(query, trees)
    meant = [trees[doc_id] for doc_id in named or (default_document(trees),)]
    stated = about(fold(query), meant, named=bool(named))
    return [f"{part.doc_id}#{part.clause_id}" for statement in stated for part in statement.evidence]


def measure_variants(
    questions: Sequence[Question],
    searches: Mapping[str, Search],
    *,
    progress: Callable[[Iterable[str], int], Iterable[str]] = lambda items, total: items,
) -> list[dict[str, Any]]:
    """One row a variant: measures over single questions with gold, and the paired test against the first.

    A clause that lies below a gold or acceptable clause counts as it; ``first`` is the share of questions
    with such a clause in the first place, ``colloquial`` the same of the colloquial ones.
    """
    asked = [question for question in questions if question.gold and not question.turns]
    rows: list[dict[str, Any]] = []
    base: list[float] = []
    for name in progress(list(searches), len(searches)):
        rankings = {q.id: _merged(searches[name](q.last, DEPTH), q) for q in asked}
        hits = [float(rankings[q.id][:1] == ["gold"]) for q in asked]
        means = mean_scores(
            retrieval_scores({q.id: ["gold"] for q in asked}, rankings, ("R@3", "R@10", "RR@10"))
        )
        base = base or hits
        lay = [hit for hit, question in zip(hits, asked, strict=True) if question.style == "colloquial"]
        rows.append(
            {
                "variant": name,
                "questions": len(asked),
                "first": round(sum(hits) / max(len(hits), 1), 4),
                "colloquial": round(sum(lay) / max(len(lay), 1), 4),
                **{measure: round(value, 4) for measure, value in means.items()},
                "against_full": paired_test(base, hits, [q.twin_of or q.id for q in asked]).to_dict(),
            }
        )
    return rows


def _merged(refs: Sequence[str], question: Question) -> list[str]:
    """Every right clause becomes the one passage ``gold``, at the best rank of any of them."""
    right = question.gold + question.acceptable
    named = ["gold" if covers_any(right, ClauseRef.parse(ref)) else ref for ref in refs]
    return list(dict.fromkeys(named))


def ablation_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| 做法 | 首条正确 | 口语首条正确 | R@3 | R@10 | RR@10 | 与全部相比 | p |", "|---" * 8 + "|"]
    for row in rows:
        test = row["against_full"]
        name = PART_NAMES.get(row["variant"], row["variant"])
        cells = [f"{row[key]:.3f}" for key in ("first", "colloquial", "R@3", "R@10", "RR@10")]
        lines.append(f"| {name} | {' | '.join(cells)} | {test['difference']:+.3f} | {test['p_value']:.3f} |")
    return "\n".join(lines)
