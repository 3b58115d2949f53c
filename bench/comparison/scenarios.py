"""What is measured: arguments of the generator, which of its results count, and what is wanted of them."""

import sys
from dataclasses import dataclass

from .quiet import SHARE_MAX, SHARE_MAX_OF_LATENCY
from .servers import BOTH, COLVERT, COMMIT, EVERYBODY, ONE, RELAXED, TLS

ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """A result of the generator, and how it is worded. `scale` divides it for people."""

    key: str
    words: str
    unit: str
    more_is_better: bool = True
    scale: float = 1.0


@dataclass(frozen=True)
class Target:
    """A bound on the median of a figure of a server, or on its ratio to another server's."""

    words: str
    server: str
    figure: Figure
    at_least: float | None = None
    at_most: float | None = None
    of: str | None = None


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    arguments: tuple
    figures: tuple
    targets: tuple = ()
    servers: tuple = EVERYBODY
    # Rounds of the named servers where they are fewer than all.
    rounds: tuple = ()
    note: str = ""
    # Senders go on until the server's archive has caught up.
    follows: bool = False
    # What others may take of a processor meanwhile.
    others_max: float = SHARE_MAX

    @property
    def is_of_latency(self):
        return self.others_max == SHARE_MAX_OF_LATENCY

    def rounds_of(self, server):
        return dict(self.rounds).get(server, sys.maxsize)


def for_each(words, servers, figure, **bounds):
    return tuple(Target(words, server, figure, **bounds) for server in servers)


RATE = Figure("deliveries_per_s", "deliveries a second", "M/s", scale=1e6)
CPU = Figure("server_cpu_us_per_delivery", "server CPU a delivery", "µs", more_is_better=False)
P50 = Figure("latency_p50_ms", "median latency", "ms", more_is_better=False)
P99 = Figure("latency_p99_ms", "latency, 99 of 100 below", "ms", more_is_better=False)
MESSAGES = Figure("messages_per_s", "messages a second", "k/s", scale=1e3)
MESSAGE_CPU = Figure("server_cpu_us_per_message", "server CPU a message", "µs", more_is_better=False)
BYTES = Figure("bytes_per_connection", "resident bytes a connection", "B", more_is_better=False)
CONNECTS = Figure("connections_per_s", "connections a second", "k/s", scale=1e3)
CONNECT_CPU = Figure("server_cpu_us_per_connection", "server CPU a connection", "µs", more_is_better=False)
HELD = Figure("connections_held", "connections held", "")
JOINED = Figure("elapsed_s", "until all lines are out", "s", more_is_better=False)
JOIN_LINES = Figure("join_lines", "JOIN lines of 500,500", "")
PAIRS = Figure("pairs_right", "pairs of members of 499,500 that are right", "")

ACKED = Figure("acked_messages_per_s", "acknowledged a second", "k/s", scale=1e3)
SLOWEST = Figure("slowest_second_lines", "in the slowest second", "k", scale=1e3)
ACK_P99 = Figure("ack_p99_ms", "acknowledged within, 99 of 100", "ms", more_is_better=False)
ARCHIVE = Figure("archive_lag_us_max", "archive and index behind at most", "s", more_is_better=False, scale=1e6)
BEHIND = Figure("behind_at_end", "messages behind at the end", "k", more_is_better=False, scale=1e3)
CAUGHT_UP = Figure("caught_up_after_s", "caught up after, at 1,000 messages a second", "s", more_is_better=False)
ON = Figure("then_slowest_second_lines", "slowest second meanwhile", "messages")

OTHERS = Figure("latency_of_others_p99_ms", "latency of the others, 99 of 100 below", "ms", more_is_better=False)
CLOSED = Figure("slow_sockets_closed", "slow readers closed, of 5", "")
CLOSED_AFTER = Figure("last_left_after_s", "the last after", "s", more_is_better=False)
GROWN = Figure("server_resident_after_bytes", "resident at the end", "MB", more_is_better=False, scale=1e6)

FOLLOWED = (
    *for_each("no second without a message", COLVERT, SLOWEST, at_least=1),
    *for_each("the archive catches up within two minutes", COLVERT, CAUGHT_UP, at_most=120),
    *for_each("the senders go on meanwhile: half their messages in every second", COLVERT, ON, at_least=500),
)


def better_on_both(figure):
    """Than the same work on one of them; and than with one for each, which uses both as well and wakes nobody on the other."""
    bound = {"at_least" if figure.more_is_better else "at_most": 1.0}
    return (
        Target("server and generator on both processors, unpinned, better than on one", BOTH, figure, of=ONE, **bound),
        Target("the same, better than with a processor each", BOTH, figure, of=COMMIT, **bound),
    )


SCENARIOS = (
    Scenario(
        "fan-out-1x1000",
        "Saturated fan-out: 1 channel × 1,000, 10 senders, window 16",
        ("fan-out", "--nap-ms", "1", "--ack", "delivery", "--seconds", "3"),
        (RATE, CPU),
        (*for_each("at least 3 times InspIRCd", COLVERT, RATE, at_least=3, of="InspIRCd"), *better_on_both(RATE)),
        servers=(*EVERYBODY, BOTH, ONE),
    ),
    Scenario(
        "fan-out-100x50",
        "Saturated fan-out: 100 channels × 50, a sender each, window 16",
        ("fan-out", "--channels", "100", "--members", "50", "--senders", "1", "--nap-ms", "1", "--ack", "delivery",
         "--seconds", "3"),
        (RATE, CPU),
        (*for_each("at least 1.2 times InspIRCd", COLVERT, RATE, at_least=1.2, of="InspIRCd"), *better_on_both(RATE)),
        servers=(*EVERYBODY, BOTH, ONE),
    ),
    Scenario(
        "private",
        "Private messages: 100 pairs, window 16",
        ("private", "--nap-ms", "1", "--seconds", "3"),
        (MESSAGES, MESSAGE_CPU),
        (
            Target("at least twice Ergo", COMMIT, MESSAGES, at_least=2, of="Ergo"),
            Target("above InspIRCd", RELAXED, MESSAGES, at_least=1, of="InspIRCd"),
            *better_on_both(MESSAGES),
        ),
        servers=(*EVERYBODY, BOTH, ONE),
    ),
    Scenario(
        "paced",
        "Paced: 1,000 messages a second into 10 channels × 50",
        ("paced", "--seconds", "5"),
        (P50, P99),
        (
            Target("p50 under 0.6 ms", COMMIT, P50, at_most=0.6),
            Target("p99 under 2 ms", COMMIT, P99, at_most=2),
            Target("p99 under 0.5 ms", RELAXED, P99, at_most=0.5),
        ),
        servers=(*EVERYBODY, BOTH),
        others_max=SHARE_MAX_OF_LATENCY,
    ),
    Scenario(
        "paced-large",
        "Paced: 20 messages a second into one channel of 10,000",
        ("paced", "--rate", "20", "--channels", "1", "--members", "10000", "--sources", "4", "--seconds", "5"),
        (P50, P99),
        for_each("p99 under 250 ms", COLVERT, P99, at_most=250),
        servers=COLVERT,
        note="The ten thousand joins before it are 50 million lines, for which the other servers need minutes: they are left out.",
    ),
    Scenario(
        "idle",
        "10,000 idle connections",
        ("idle", "--connections", "10000", "--sources", "4", "--seconds", "1"),
        (BYTES,),
        for_each("under 1,800 bytes a connection", COLVERT, BYTES, at_most=1800),
        rounds=(("InspIRCd", 2), ("ngIRCd", 2), ("Ergo", 2)),
    ),
    Scenario(
        "idle-tls",
        "10,000 idle connections over TLS",
        ("idle", "--connections", "10000", "--sources", "4", "--seconds", "1"),
        (BYTES,),
        (Target("under 12 kB a connection", TLS, BYTES, at_most=12_000),),
        servers=(TLS,),
    ),
    Scenario(
        "connect",
        "Connect storm: 5,000 connections, socket to welcome",
        ("connect", "--connections", "5000", "--sources", "4"),
        (CONNECTS, CONNECT_CPU),
        for_each("above Ergo", COLVERT, CONNECTS, at_least=1, of="Ergo"),
        note="InspIRCd welcomes once a second whom it has accepted; it gets 1,000 connections at once, ngIRCd 8 (its listen queue "
        "is short), the others 500.",
    ),
    Scenario(
        "join-storm",
        "Join storm: 1,000 clients join one channel, every JOIN and NAMES checked",
        ("join-storm",),
        (JOINED, JOIN_LINES, PAIRS),
        (
            *for_each("a thousand joins in 0.2 s", COLVERT, JOINED, at_most=0.2),
            *for_each("every pair of members is right", COLVERT, PAIRS, at_least=499_500),
        ),
        note="Of any two members exactly one sees the other's JOIN, and the other one is told by NAMES: such a pair is right.",
    ),
    Scenario(
        "held",
        "1,000 messages a second into 10 × 50 while 18,000 connections are held",
        ("paced", "--idle", "18000", "--sources", "4", "--seconds", "5"),
        (HELD, P50, P99),
        for_each("18,000 connections held while chatting", COLVERT, HELD, at_least=18_000),
        servers=COLVERT,
        others_max=SHARE_MAX_OF_LATENCY,
    ),
    Scenario(
        "slow-reader",
        "Slow readers: 5 of 55 members never read, 2,000 long messages a second",
        ("slow-reader", "--text-bytes", "400", "--seconds", "20"),
        (OTHERS, CLOSED, CLOSED_AFTER, GROWN),
        for_each("all slow readers closed", COLVERT, CLOSED, at_least=5),
        servers=COLVERT,
        note="The scenario ends when the last slow reader is closed. The other servers are configured with queues without bounds "
        "for the scenarios above, so they do not take part.",
    ),
    Scenario(
        "burst",
        "Acknowledged messages: 100 senders, window 16, a burst of 10 s",
        ("acked", "--seconds", "10"),
        (ACKED, SLOWEST, ACK_P99, ARCHIVE, BEHIND, CAUGHT_UP, ON),
        FOLLOWED,
        servers=COLVERT,
        follows=True,
    ),
    Scenario(
        "steady",
        "The same for 60 s",
        ("acked", "--seconds", "60"),
        (ACKED, SLOWEST, ACK_P99, ARCHIVE, BEHIND, CAUGHT_UP, ON),
        FOLLOWED,
        servers=COLVERT,
        rounds=tuple((server, 1) for server in COLVERT),
        follows=True,
    ),
)

# The raw limit: a loop that only sends so many lines joined, to 1,000 and to 50 receivers.
RAW = tuple(
    Scenario(
        f"raw-{receivers}x{joined}",
        f"Raw send loop: {receivers} receivers, {joined} lines a send",
        ("raw", "--receivers", str(receivers), "--joined", str(joined), "--nap-ms", "1", "--seconds", "2"),
        (RATE, Figure("sender_cpu_us_per_delivery", "sender CPU a delivery", "µs", more_is_better=False)),
        servers=("raw",),
    )
    for receivers in (1000, 50)
    for joined in (1, 16, 160)
)

# What durability costs: scenarios that were measured anyway, and the figures to set side by side.
DURABILITY = (
    ("paced", (P50, P99)),
    ("held", (P50, P99)),
    ("burst", (ACKED, ACK_P99)),
    ("steady", (ACKED, ACK_P99)),
    ("private", (MESSAGES,)),
    ("fan-out-1x1000", (RATE,)),
    ("fan-out-100x50", (RATE,)),
)

# One processor against both.
PROCESSORS = (
    ("fan-out-1x1000", (RATE, CPU)),
    ("fan-out-100x50", (RATE, CPU)),
    ("private", (MESSAGES, MESSAGE_CPU)),
    ("paced", (P50, P99)),
)

# The raw limit of latency: a loop that sends each line on as it comes. With a server's work on top nobody is quicker.
RELAY = Scenario(
    "relay",
    "A loop that sends each line on: 1,000 lines a second into 10 × 50",
    ("relay", "--seconds", "5"),
    (P50, P99),
    servers=("raw",),
    others_max=SHARE_MAX_OF_LATENCY,
)
