"""The runs: server after server, round after round, so that a slow minute of the machine falls on all of them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .scenarios import RAW, SCENARIOS
from .servers import ROOT, stop

LOAD = ROOT / "target" / "release" / "colvert-load"
SERVER_PROCESSOR, LOAD_PROCESSOR = 0, 1
# No run takes this long.
RUN_S_MAX = 300


def figures(servers, runs, only, once):
    """All figures: scenario to server to key to a list of values, one for each run."""
    found = {}
    for number in range(1, runs + 1):
        for scenario in SCENARIOS:
            if (only and only not in scenario.name) or number > scenario.rounds_max:
                continue
            for server in servers:
                if number > 1 and scenario.name in once:
                    continue
                if scenario.only and not server.name.startswith(scenario.only):
                    continue
                say(f"run {number} of {runs}: {scenario.name}, {server.name}")
                keep(found, scenario, server.name, against(server, scenario))
        for scenario in RAW:
            if (not only or only in scenario.name) and number <= scenario.rounds_max:
                say(f"run {number} of {runs}: {scenario.name}")
                keep(found, scenario, "raw", load(scenario, ["--sender-pin", str(SERVER_PROCESSOR)]))
    return found


def against(server, scenario):
    """One run against a server that was started for it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        process = server.start(Path(directory), SERVER_PROCESSOR)
        try:
            arguments = ["-a", f"127.0.0.1:{server.port}", "--server-pid", str(process.pid), *server.load]
            return {**load(scenario, arguments), **server.counted(Path(directory))}
        finally:
            stop(process)


def load(scenario, arguments):
    command = [str(LOAD), *scenario.arguments, "--pin", str(LOAD_PROCESSOR), "--json", "--quiet", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S_MAX, check=False)
    if not ran.stdout.startswith("{"):
        return {"failed": ran.stderr.strip() or f"exit status {ran.returncode}"}
    said = json.loads(ran.stdout)
    faults = {name: count for name, count in said["faults"].items() if count}
    return {**said["results"], **({"faults": faults} if faults else {})}


def keep(found, scenario, server, results):
    place = found.setdefault(scenario.name, {}).setdefault(server, {})
    for problem in ("failed", "faults"):
        if problem in results:
            say(f"  {problem}: {results[problem]}")
            place.setdefault(problem, []).append(results[problem])
    for figure in scenario.figures:
        if figure.key in results:
            place.setdefault(figure.key, []).append(results[figure.key])
            say(f"  {figure.words}: {results[figure.key] / figure.scale:.3g} {figure.unit}")


def say(words):
    print(words, file=sys.stderr, flush=True)
