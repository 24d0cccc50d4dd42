"""What Prometheus reads. Labels are closed sets: no person, conversation or address is in them."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


@dataclass(frozen=True)
class Metrics:
    """With a registry of its own, so that a process can hold several. Outcomes: answered, failed, refused."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    turns: Counter = field(init=False)
    turn_seconds: Histogram = field(init=False)
    running_turns: Gauge = field(init=False)
    requests: Counter = field(init=False)

    def __post_init__(self) -> None:
        parts = {
            "turns": Counter("parley_turns", "Turns by outcome.", ["outcome"], registry=self.registry),
            "turn_seconds": Histogram(
                "parley_turn_seconds",
                "Seconds a turn took, waiting included, by outcome.",
                ["outcome"],
                buckets=SECONDS,
                registry=self.registry,
            ),
            "running_turns": Gauge("parley_running_turns", "Turns running now.", registry=self.registry),
            "requests": Counter(
                "parley_http_requests",
                "HTTP answers by route template and status.",
                ["route", "status"],
                registry=self.registry,
            ),
        }
        for name, part in parts.items():
            object.__setattr__(self, name, part)
