"""The command line; see bench/compare."""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from datetime import date

from . import measure, page
from .scenarios import ROUNDS
from .servers import ROOT, all_servers

# What is measured lies here as it comes; a whole run, or --page, takes it to the documentation.
COMING = ROOT / "target" / "bench" / "figures.json"
FIGURES = ROOT / "docs" / "performance" / "figures.json"


def main():
    # Told to stop: the server under test goes too, and what was measured is kept.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench/compare: stopped; --resume goes on"))
    asked = arguments()
    if asked.page:
        publish()
        return
    if os.cpu_count() < 2:
        sys.exit("bench/compare: server and generator need a processor each, and this machine has one")
    servers = all_servers(asked.ergo)
    for server in servers:
        server.install()
    said = begin(asked, servers)
    if asked.only and not asked.resume:
        measure.measure(said, servers, asked, lambda: None)
        return
    if COMING.exists() and not asked.resume:
        COMING.rename(COMING.with_suffix(".before.json"))
    measure.measure(said, servers, asked, lambda: write(COMING, said))
    if not asked.only:
        publish()


def begin(asked, servers):
    """What a run starts from: nothing, or with --resume what an interrupted one has left."""
    new = {
        "machine": f"{date.today()}, {platform.system()} {platform.release()}, {os.cpu_count()} processors",
        "code": code(),
        "rounds": asked.rounds,
        "shield": asked.shield,
        "versions": {server.name: server.said_version() for server in servers},
        "runs": [],
    }
    if not asked.resume:
        return new
    if not COMING.exists():
        sys.exit(f"bench/compare: there is nothing to resume ({COMING})")
    old = json.loads(COMING.read_text())
    if old["code"] != new["code"]:
        sys.exit(f"bench/compare: those figures are of other code ({old['code']}, now {new['code']}): start anew")
    if old.get("shield", False) != new["shield"]:
        sys.exit(f"bench/compare: those figures were taken {'with' if old.get('shield') else 'without'} --shield")
    return {**new, "machine": old["machine"], "runs": old["runs"]}


def code():
    """What names the code that is measured: the tree of the crates, and whether it has changes of its own."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    commit = git("log", "-1", "--format=%h", "--", "crates", "Cargo.lock", "Cargo.toml")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "crates", "Cargo.lock", "Cargo.toml")
    return commit + (" with changes" if changed else "")


def publish():
    """To docs/performance.md, from the figures that came last."""
    if COMING.exists():
        shutil.copyfile(COMING, FIGURES)
    page.write(json.loads(FIGURES.read_text()))


def write(path, said):
    """The whole file, or the one before: an interruption leaves no half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = path.with_suffix(".new")
    runs = ",\n".join(json.dumps(run, ensure_ascii=False) for run in said["runs"])
    rest = json.dumps({**said, "runs": []}, indent=1, ensure_ascii=False)
    coming.write_text(rest.replace('"runs": []', f'"runs": [\n{runs}\n]') + "\n")
    coming.rename(path)


def arguments():
    parser = argparse.ArgumentParser(prog="bench/compare", description="Compares IRC servers on this machine.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"interleaved rounds ({ROUNDS})")
    parser.add_argument("--only", help="only scenarios whose name contains this, to look at; with --resume they are kept")
    parser.add_argument("--ergo", metavar="PATH", help="an Ergo binary to compare as well")
    shield = "keep the rest of the machine off the server's processor, and from delaying the generator (as root; undone at the end)"
    parser.add_argument("--shield", action="store_true", help=shield)
    parser.add_argument("--patience", type=float, default=240, metavar="S", help="wait and repeat for a quiet machine so long in all (240)")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was interrupted")
    parser.add_argument("--page", action="store_true", help="write the page from the figures that are there, however many")
    return parser.parse_args()


main()
