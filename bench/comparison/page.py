"""Figures to docs/performance.md, between its two marks, with a plot for each scenario."""

from . import plots
from .found import Found, disturbance, verdict
from .quiet import SHARE_MAX, SHARE_MAX_OF_LATENCY
from .scenarios import DURABILITY, PROCESSORS, RAW, RELAY, SCENARIOS
from .servers import BOTH, COMMIT, ONE, RELAXED, ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: bench/compare writes what stands between these marks -->", "<!-- end of figures -->"
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def write(said):
    """Writes the page and the plots. `said` is what the runs left, however many."""
    found = Found(said)
    measured = [scenario for scenario in SCENARIOS if found.servers(scenario)]
    parts = [about(said, found), targets(found, measured)]
    for scenario in measured:
        parts.append(section(found, scenario))
        plots.scenario(found, scenario, shown(found, scenario))
    parts += [durability(found), processors(found), raw(found), relay(found)]
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n\n" + "\n\n".join(filter(None, parts)) + "\n\n" + END + after)


def about(said, found):
    versions = "; ".join(dict.fromkeys(said["versions"].values()))
    rounds = found.rounds_begun()
    planned = "" if rounds == said["rounds"] else f" of {said['rounds']} that were planned"
    return (
        f"{said['machine']}; the code of `{said['code']}`. Interleaved rounds: {rounds}{planned}; medians, and in brackets the lowest, the "
        f"highest and the number of runs. A run is repeated when others used more than {SHARE_MAX:.0%} of a processor meanwhile, "
        f"where the slowest of a hundred messages count more than {SHARE_MAX_OF_LATENCY:.0%}; where that "
        f"did not help, it is marked †. {shielded(said)}{versions}."
    )


def shielded(said):
    if not said.get("shield"):
        return ""
    return (
        "All else on the machine was kept off the server's processor, and where the slowest of a hundred "
        "messages count the generator had real-time priority (`--shield`): "
        "who waits for a processor because of others is not taken for a slow server. "
    )


def targets(found, measured):
    """All of them at a glance."""
    lines = ["### Targets", "", "| scenario | target | server | measured | |", "|---|---|---|---|---|"]
    for scenario in measured:
        for number, target in enumerate(scenario.targets):
            said = verdict(found, scenario, target)
            title = "" if number else scenario.title
            lines.append(f"| {title} | {target.words} | {target.server} | {measure(said)} | {outcome(said)} |")
    lines.append(f"| all | no line lost, doubled or reordered | Colvert | {ours(found)} | {'met' if ours(found) == 'none' else '**missed**'} |")
    return "\n".join(lines)


def ours(found):
    """The faults of every run of Colvert, in words."""
    sums = {}
    for server, faults in found.faults().items():
        if server.startswith("Colvert"):
            for name, count in faults.items():
                sums[name] = sums.get(name, 0) + count
    failed = [run for run in found.runs if run["server"].startswith("Colvert") and "failed" in run]
    words = [f"{count} {name}" for name, count in sums.items()] + ([f"{len(failed)} runs failed"] if failed else [])
    return ", ".join(words) or "none"


def measure(said):
    if said.value is None:
        return "not measured"
    if said.target.of:
        placed = {ONE: "one processor", COMMIT: "a processor each"}
        return f"{number(said.value)} times {placed.get(said.target.of, said.target.of)}"
    return f"{number(said.value)} {said.target.figure.unit}".rstrip()


def outcome(said):
    return "met" if said.met else "–" if said.value is None else "**missed**"


def shown(found, scenario):
    """Servers of the scenario's own table; those that share processors have a section of their own."""
    return [server for server in found.servers(scenario) if server not in (BOTH, ONE)]


def section(found, scenario):
    lines = [f"### {scenario.title}", "", f"`colvert-load {' '.join(scenario.arguments)}`", ""]
    lines += [scenario.note, ""] if scenario.note else []
    lines.append("| server | " + " | ".join(f.words for f in scenario.figures) + " | faults |")
    lines.append("|---|" + "---|" * (len(scenario.figures) + 1))
    for server in shown(found, scenario):
        cells = [cell(found, scenario, server, figure) for figure in scenario.figures]
        mark = " †" if found.disturbed(scenario, server) else ""
        lines.append(f"| {server}{mark} | " + " | ".join(cells) + f" | {faults(found.of(scenario, server))} |")
    for server in shown(found, scenario):
        runs = found.disturbed(scenario, server)
        lines += ["", f"† {server}: {disturbance(runs, scenario.others_max)}."] if runs else []
    said = [verdict(found, scenario, target) for target in scenario.targets if target.server in shown(found, scenario)]
    words = [f"{each.target.server}, {each.target.words}: {outcome(each)} ({measure(each)})" for each in said]
    lines += ["", f"{'Target' if len(words) == 1 else 'Targets'}: {'; '.join(words)}."] if words else []
    return "\n".join([*lines, "", f"![{scenario.title}](performance/{scenario.name}.svg)"])


def durability(found):
    """Commit against relaxed, side by side."""
    lines = [
        "### Cost of durability",
        "",
        "In `commit`, nothing is said before it is on the disk; in `relaxed`, not before the kernel has it. The figures are those of the "
        "scenarios above.",
        "",
        "| | commit | relaxed | commit to relaxed |",
        "|---|---|---|---|",
    ]
    for name, figures in DURABILITY:
        lines += beside(found, BY_NAME[name], figures, COMMIT, RELAXED)
    plots.beside(found, [(BY_NAME[name], figures) for name, figures in DURABILITY], (COMMIT, RELAXED), "durability")
    return "\n".join([*lines, "", "![Cost of durability](performance/durability.svg)"])


def processors(found):
    lines = [
        "### Two processors against one",
        "",
        "Unpinned, server and generator may use both processors. Beside that, the same work on one processor for both of them, and with a "
        "processor each, as everywhere above: that uses both processors, too, but no thread is waked on the other's.",
        "",
        "| | one for both | both, unpinned | to one | a processor each | to these |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in PROCESSORS:
        lines += placed(found, BY_NAME[name], figures)
    scenarios = [BY_NAME[name] for name, _ in PROCESSORS]
    said = [(each, verdict(found, each, target)) for each in scenarios for target in each.targets if target.server == BOTH]
    words = [f"{scenario.title.split(':')[-1].strip()}: {outcome(each)} ({measure(each)})" for scenario, each in said]
    plots.beside(found, [(BY_NAME[name], figures) for name, figures in PROCESSORS], (ONE, BOTH, COMMIT), "processors")
    return "\n".join(
        [*lines, "", f"Target, on both better than on one: {'; '.join(words)}.", "", "![Two processors](performance/processors.svg)"]
    )


def placed(found, scenario, figures):
    """A row for each figure, by where server and generator ran."""
    for figure in figures:
        one, both, apart = (found.middle(scenario, server, figure) for server in (ONE, BOTH, COMMIT))
        if both is None:
            continue
        cells = [cell(found, scenario, server, figure) for server in (ONE, BOTH, COMMIT)]
        ratios = [number(both / other) if other else "–" for other in (one, apart)]
        yield f"| {scenario.title}: {figure.words} | {cells[0]} | {cells[1]} | {ratios[0]} | {cells[2]} | {ratios[1]} |"


def beside(found, scenario, figures, one, other):
    """A row for each figure that both have."""
    for figure in figures:
        first, second = (found.middle(scenario, server, figure) for server in (one, other))
        if None in (first, second):
            continue
        ratio = number(first / second) if second else "–"
        cells = " | ".join(cell(found, scenario, server, figure) for server in (one, other))
        yield f"| {scenario.title}: {figure.words} | {cells} | {ratio} |"


def raw(found):
    if not any(found.of(scenario, "raw") for scenario in RAW):
        return ""
    lines = ["### The raw limit: a loop that only sends", "", "| receivers, lines a send | deliveries a second | CPU a delivery |", "|---|---|---|"]
    for scenario in RAW:
        cells = " | ".join(cell(found, scenario, "raw", figure) for figure in scenario.figures)
        mark = " †" if found.disturbed(scenario, "raw") else ""
        lines.append(f"| {scenario.title.split(': ')[1]}{mark} | {cells} |")
    return "\n".join(lines)


def relay(found):
    if not found.of(RELAY, "raw"):
        return ""
    rows = [("The loop", RELAY, "raw"), *((server, BY_NAME["paced"], server) for server in (RELAXED, COMMIT))]
    lines = [
        "### The raw limit of latency: a loop that sends each line on", "",
        "1,000 lines a second into 10 × 50. The loop decides nothing and keeps nothing: what its slowest lines take, they take on this machine "
        "with any server.", "",
        f"| | {' | '.join(figure.words for figure in RELAY.figures)} |", "|---|---|---|",
    ]
    for name, scenario, server in rows:
        cells = " | ".join(cell(found, scenario, server, figure) for figure in RELAY.figures)
        lines.append(f"| {name}{' †' if found.disturbed(scenario, server) else ''} | {cells} |")
    return "\n".join(lines)


def cell(found, scenario, server, figure):
    values = found.values(scenario, server, figure)
    if not values:
        return "–"
    middle = f"{number(found.middle(scenario, server, figure))} {figure.unit}".rstrip()
    if len(values) == 1:
        return f"{middle} (1 run)"
    return f"{middle} ({number(min(values))}–{number(max(values))}; {len(values)})"


def number(value):
    """Three digits that count."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def faults(runs):
    """Lost, doubled, reordered lines, and runs that failed, over all runs."""
    sums = {}
    for run in runs:
        for name, count in run.get("faults", {}).items():
            sums[name] = sums.get(name, 0) + count
    words = [f"{count} {name}" for name, count in sums.items()]
    failed = [run["failed"] for run in runs if "failed" in run]
    words += [f"{len(failed)} failed: {failed[0]}"] if failed else []
    return "; ".join(words).replace("\n", " ").replace("|", "/") or "none"
