"""The command line; see bench/compare."""

import argparse
import json
import os
import platform
import sys
from datetime import date

from . import measure, page
from .servers import ROOT, all_servers

FIGURES = ROOT / "docs" / "performance" / "figures.json"


def main():
    asked = arguments()
    if asked.page:
        page.write(json.loads(FIGURES.read_text()))
        return
    if os.cpu_count() < 2:
        sys.exit("bench/compare: server and generator need a processor each, and this machine has one")
    servers = all_servers(asked.ergo)
    for server in servers:
        server.install()
    said = {
        "machine": f"{date.today()}, {platform.system()} {platform.release()}, {os.cpu_count()} processors",
        "runs": asked.runs,
        "once": [name for name in asked.once.split(",") if name],
        "versions": {server.name: server.said_version() for server in servers},
        "figures": measure.figures(servers, asked.runs, asked.only, asked.once.split(",")),
    }
    if asked.only:
        print(json.dumps(said, indent=1, ensure_ascii=False))
        return
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
    page.write(said)


def arguments():
    parser = argparse.ArgumentParser(prog="bench/compare", description="Compares IRC servers on this machine.")
    parser.add_argument("--runs", type=int, default=5, help="interleaved runs of each (5)")
    parser.add_argument("--only", help="only scenarios whose name contains this; prints, and leaves the page alone")
    parser.add_argument("--once", default="", help="scenarios that take long, measured in the first run alone: idle,connect")
    parser.add_argument("--ergo", metavar="PATH", help="an Ergo binary to compare as well")
    parser.add_argument("--page", action="store_true", help="write the page again from the figures of the last whole run")
    return parser.parse_args()


main()
