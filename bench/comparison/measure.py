"""The runs: server after server, round after round, so that a slow minute of the machine falls on all of them."""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from . import quiet
from .scenarios import ARCHIVE, RAW, RELAY, SCENARIOS
from .servers import ANYWHERE, APART, ROOT, TOGETHER, stop

LOAD = ROOT / "target" / "release" / "colvert-load"
SERVER_PROCESSOR, LOAD_PROCESSOR = 0, 1
# No run takes this long.
RUN_S_MAX = 300
# A run while the machine was not quiet is repeated so often, after a wait of so long.
REPEATS = 2
PATIENCE_S = 60


def planned(servers, rounds, only):
    """All runs in their order: round, scenario, server or None for a raw loop."""
    servers = {server.name: server for server in servers}
    for number in range(1, rounds + 1):
        for scenario in (*SCENARIOS, *RAW, RELAY):
            if only and only not in scenario.name:
                continue
            for name in scenario.servers:
                if number <= scenario.rounds_of(name) and (name in servers or name == "raw"):
                    yield number, scenario, servers.get(name)


def measure(said, servers, asked, written):
    """All that is asked for, behind a shield if that is, too."""
    with quiet.Shield(SERVER_PROCESSOR) if asked.shield else nullcontext():
        measure_all(said, servers, asked, written)


def measure_all(said, servers, asked, written):
    """Measures what `said["runs"]` does not have yet; `written` is called after each run."""
    runs = said["runs"]
    have = {(run["round"], run["scenario"], run["server"]) for run in runs}
    patience = Patience(asked.patience)
    todo = list(planned(servers, said["rounds"], asked.only))
    for done, (number, scenario, server) in enumerate(todo):
        name = server.name if server else "raw"
        if (number, scenario.name, name) in have:
            continue
        say(f"round {number} of {said['rounds']}, run {done + 1} of {len(todo)}: {scenario.name}, {name}")
        began = time.monotonic()
        found = until_quiet(lambda: once(server, scenario, asked.shield), scenario.others_max, patience)
        took = round(time.monotonic() - began, 1)
        runs.append({"round": number, "scenario": scenario.name, "server": name, "took_s": took, **found})
        tell(scenario, found, took)
        written()


def once(server, scenario, shield):
    """One run. A generator that goes first must not share its processor with the server."""
    first = ["--realtime"] if shield and scenario.is_of_latency and (server is None or server.place == APART) else []
    return against(server, scenario, first) if server else raw(scenario, first)


def until_quiet(run, others_max, patience):
    """Runs it while nobody else uses the machine; what never had that is kept, and says so in `share`."""
    for attempt in range(1 + REPEATS):
        if patience.left_s > 0:
            patience.spend(lambda: quiet.wait(min(PATIENCE_S, patience.left_s), others_max, say))
        began = time.monotonic()
        watch = quiet.Watch()
        found = {**run(), "share": watch.share()}
        if quiet.is_quiet(found["share"], others_max):
            break
        is_last = attempt == REPEATS or patience.left_s <= 0
        say(f"  not quiet: {found['share']}, {'kept with that mark' if is_last else 'once more'}")
        if is_last:
            break
        patience.left_s -= time.monotonic() - began
    return found


class Patience:
    """What all waiting for a quiet machine may take together, so that a busy one does not make a run endless."""

    def __init__(self, seconds):
        self.left_s = seconds

    def spend(self, wait):
        began = time.monotonic()
        wait()
        # The look that finds it quiet at once is no wait.
        self.left_s -= max(time.monotonic() - began - 2 * quiet.LOOK_S, 0)


def against(server, scenario, more=()):
    """One run against a server that was started for it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        directory = Path(directory)
        try:
            process = server.start(directory, SERVER_PROCESSOR)
        except RuntimeError as error:
            return {"failed": str(error)}
        try:
            arguments = ["-a", f"127.0.0.1:{server.port}", "--server-pid", str(process.pid), *server.load, *more]
            if scenario.follows:
                arguments += ["--counters", " ".join(server.counters(directory)), "--behind", ",".join(server.behind)]
            found = load(scenario, [*arguments, *pinned(server)])
            if "results" in found and ARCHIVE in scenario.figures:
                found["results"][ARCHIVE.key] = server.counted(directory)[ARCHIVE.key]
            return found
        except subprocess.SubprocessError as error:
            return {"failed": str(error)}
        finally:
            stop(process)


def pinned(server):
    processor = {APART: LOAD_PROCESSOR, TOGETHER: SERVER_PROCESSOR, ANYWHERE: None}[server.place]
    return [] if processor is None else ["--pin", str(processor)]


def raw(scenario, more=()):
    return load(scenario, [*more, "--sender-pin", str(SERVER_PROCESSOR), "--pin", str(LOAD_PROCESSOR)])


def load(scenario, arguments):
    """What the generator found: the results that count and faults; or why it failed."""
    try:
        said = generate(scenario, arguments)
    except subprocess.SubprocessError as error:
        return {"failed": str(error)}
    faults = {name: count for name, count in said["faults"].items() if count}
    keys = [*(figure.key for figure in scenario.figures), "expected_deliveries", "deliveries"]
    found = {"results": {key: said["results"][key] for key in keys if key in said["results"]}}
    if faults:
        found |= {"faults": faults, "examples": said["fault_examples"]}
    return found


def generate(scenario, arguments):
    """All that the generator says of one run."""
    command = [str(LOAD), *scenario.arguments, "--json", "--quiet", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S_MAX, check=False)
    if not ran.stdout.startswith("{"):
        raise subprocess.SubprocessError(ran.stderr.strip() or f"exit status {ran.returncode}")
    return json.loads(ran.stdout)


def tell(scenario, found, took):
    for problem in ("failed", "faults", "examples"):
        if problem in found:
            say(f"  {problem}: {found[problem]}")
    results = found.get("results", {})
    words = [
        f"{figure.words} {results[figure.key] / figure.scale:.3g} {figure.unit}".rstrip()
        for figure in scenario.figures
        if figure.key in results
    ]
    say(f"  {'; '.join(words)} ({took} s)")


def say(words):
    print(words, file=sys.stderr, flush=True)
