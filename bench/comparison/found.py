"""What the runs found, asked for by scenario and server; targets against it."""

from dataclasses import dataclass
from statistics import median

from .quiet import is_quiet


class Found:
    def __init__(self, said):
        self.rounds = said["rounds"]
        self.runs = said["runs"]

    def of(self, scenario, server):
        return [run for run in self.runs if run["scenario"] == scenario.name and run["server"] == server]

    def servers(self, scenario):
        """Those that were measured, in the scenario's order."""
        return [server for server in scenario.servers if self.of(scenario, server)]

    def values(self, scenario, server, figure):
        results = [run.get("results", {}) for run in self.of(scenario, server)]
        return [each[figure.key] / figure.scale for each in results if figure.key in each]

    def middle(self, scenario, server, figure):
        values = self.values(scenario, server, figure)
        return median(values) if values else None

    def rounds_begun(self):
        """The last round that has a run."""
        return max((run["round"] for run in self.runs), default=0)

    def faults(self):
        """Lost, doubled, reordered, damaged, stray lines by server, over all runs."""
        sums = {}
        for run in self.runs:
            for name, count in run.get("faults", {}).items():
                of_server = sums.setdefault(run["server"], {})
                of_server[name] = of_server.get(name, 0) + count
        return sums

    def disturbed(self, scenario, server):
        """Runs during which the machine was not quiet."""
        return [run for run in self.of(scenario, server) if not is_quiet(run["share"], scenario.others_max)]


@dataclass(frozen=True)
class Verdict:
    """A target, and what became of it. `value` is None where nothing was measured."""

    target: object
    value: float | None
    met: bool


def verdict(found, scenario, target):
    value = found.middle(scenario, target.server, target.figure)
    if value is not None and target.of:
        other = found.middle(scenario, target.of, target.figure)
        value = value / other if other else None
    if value is None:
        return Verdict(target, None, False)
    bound = target.at_least if target.at_least is not None else target.at_most
    # A ratio has no unit; a bound is given in the unit that people read.
    met = value >= bound if target.at_least is not None else value <= bound
    return Verdict(target, value, met)


def disturbance(runs, others_max):
    worst = max(max(run["share"].values()) for run in runs)
    return f"{len(runs)} taken while others used the machine (up to {worst:.1%} of a processor; {others_max:.0%} is let pass)"
