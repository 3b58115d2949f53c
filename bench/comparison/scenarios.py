"""What is measured: arguments of the generator, and which of its results count."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A result of the generator, and how it is worded. `scale` divides it for people."""

    key: str
    words: str
    unit: str
    more_is_better: bool = True
    scale: float = 1.0


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    arguments: tuple
    figures: tuple
    # None: every server; else only those whose name begins so.
    only: str | None = None
    # Measured in the first so many rounds; what takes a minute is not measured in each.
    rounds_max: int = 1_000


RATE = Figure("deliveries_per_s", "deliveries a second", "M/s", scale=1e6)
CPU = Figure("server_cpu_us_per_delivery", "server CPU a delivery", "µs", more_is_better=False)
P50 = Figure("latency_p50_ms", "median latency", "ms", more_is_better=False)
P99 = Figure("latency_p99_ms", "latency, 99 of 100 below", "ms", more_is_better=False)

ACKED = Figure("acked_messages_per_s", "messages acknowledged a second", "k/s", scale=1e3)
SLOWEST = Figure("slowest_second_lines", "lines in the slowest second", "k", scale=1e3)
ARCHIVE = Figure("archive_lag_us_max", "archive behind at most", "s", more_is_better=False, scale=1e6)

SCENARIOS = (
    Scenario(
        "fan-out-1x1000",
        "Saturated fan-out: 1 channel × 1,000, 10 senders, window 16",
        ("fan-out", "--nap-ms", "1", "--ack", "delivery", "--seconds", "4"),
        (RATE, CPU),
    ),
    Scenario(
        "fan-out-100x50",
        "Saturated fan-out: 100 channels × 50, a sender each, window 16",
        ("fan-out", "--channels", "100", "--members", "50", "--senders", "1", "--nap-ms", "1", "--ack", "delivery",
         "--seconds", "4"),
        (RATE, CPU),
    ),
    Scenario(
        "private",
        "Private messages: 100 pairs, window 16",
        ("private", "--nap-ms", "1", "--seconds", "4"),
        (
            Figure("messages_per_s", "messages a second", "k/s", scale=1e3),
            Figure("server_cpu_us_per_message", "server CPU a message", "µs", more_is_better=False),
        ),
    ),
    Scenario(
        "paced",
        "Paced: 1,000 messages a second into 10 channels × 50",
        ("paced", "--seconds", "6"),
        (P50, P99),
    ),
    Scenario(
        "paced-large",
        "Paced: 20 messages a second into one channel of 10,000",
        ("paced", "--rate", "20", "--channels", "1", "--members", "10000", "--sources", "4", "--seconds", "5"),
        (P50, P99),
    ),
    Scenario(
        "idle",
        "10,000 idle connections",
        ("idle", "--connections", "10000", "--sources", "4", "--seconds", "3"),
        (Figure("bytes_per_connection", "resident bytes a connection", "B", more_is_better=False),),
    ),
    Scenario(
        "connect",
        "Connect storm: 5,000 connections, socket to welcome",
        ("connect", "--connections", "5000", "--sources", "4"),
        (
            Figure("connections_per_s", "connections a second", "k/s", scale=1e3),
            Figure("server_cpu_us_per_connection", "server CPU a connection", "µs", more_is_better=False),
        ),
    ),
    Scenario(
        "join-storm",
        "Join storm: 1,000 clients join one channel, every JOIN and NAMES checked",
        ("join-storm",),
        (Figure("elapsed_s", "until all lines are out", "s", more_is_better=False),),
    ),
    Scenario(
        "held",
        "1,000 messages a second into 10 × 50 while 18,000 connections are held",
        ("paced", "--idle", "18000", "--sources", "4", "--seconds", "10"),
        (P50, P99),
        only="Colvert",
        rounds_max=2,
    ),
    Scenario(
        "burst",
        "Acknowledged messages: 100 senders, window 16, a burst of 10 s",
        ("acked", "--seconds", "10"),
        (ACKED, SLOWEST, ARCHIVE),
        only="Colvert",
        rounds_max=2,
    ),
    Scenario(
        "steady",
        "The same for 60 s",
        ("acked", "--seconds", "60"),
        (ACKED, SLOWEST, ARCHIVE),
        only="Colvert",
        rounds_max=1,
    ),
)

# The raw limit: a loop that only sends so many lines joined, to 1,000 and to 50 receivers.
RAW = tuple(
    Scenario(
        f"raw-{receivers}x{joined}",
        f"Raw send loop: {receivers} receivers, {joined} lines a send",
        ("raw", "--receivers", str(receivers), "--joined", str(joined), "--nap-ms", "1", "--seconds", "3"),
        (RATE, Figure("sender_cpu_us_per_delivery", "sender CPU a delivery", "µs", more_is_better=False)),
    )
    for receivers in (1000, 50)
    for joined in (1, 16, 160)
)
