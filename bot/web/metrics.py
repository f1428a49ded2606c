"""What Prometheus reads at ``/metrics``: requests, answers, refusals and how long they took. No question, no name."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.schema import Answer

#: Upper bounds in seconds, close together where an answer usually lies.
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 3.0, 10.0, 30.0)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "policy_requests",
            "Requests by route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "policy_request_seconds", "Seconds until a reply had ended", ["route"], buckets=_BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self.in_flight = Gauge("policy_requests_in_flight", "Requests being served", registry=self.registry)
        self.answers = Counter(
            "policy_answers", "Answers by status, reason of refusal and answerer", ["status", "reason", "answerer"],
            registry=self.registry,
        )  # fmt: skip
        self.answer_seconds = Histogram(
            "policy_answer_seconds",
            "Seconds to an answer, waiting included",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.remembered = Counter(
            "policy_answers_remembered",
            "Answers given again without working them out",
            registry=self.registry,
        )

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        self.answers.labels(answer.status, answer.reason or "", answer.answerer).inc()
        self.answer_seconds.observe(seconds)


def metrics_routes(metrics: Metrics) -> APIRouter:
    """``GET /metrics``."""
    router = APIRouter()

    @router.get("/metrics", tags=["运行"], summary="运行指标（Prometheus）", response_class=PlainTextResponse)
    def show() -> Response:
        """Prometheus 文本格式：请求数、回答数、拒答的原因、用时的分布。不含问题和姓名。"""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
