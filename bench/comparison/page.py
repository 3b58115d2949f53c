"""Figures to docs/performance.md, between its two marks, and to a plot for each scenario."""

from statistics import median

from .scenarios import RAW, SCENARIOS
from .servers import ROOT

PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "performance"
BEGIN, END = "<!-- figures: bench/compare writes what stands between these marks -->", "<!-- end of figures -->"


def write(said):
    """Writes the page and the plots. `said` is what a whole run left."""
    PLOTS.mkdir(exist_ok=True)
    parts = [about(said)]
    for scenario in SCENARIOS:
        measured = said["figures"].get(scenario.name)
        if measured:
            parts.append(section(scenario, measured))
            plot(scenario, measured)
    parts.append(raw(said["figures"]))
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after)


def about(said):
    versions = "; ".join(f"{name}: {version}" for name, version in said["versions"].items())
    once = f" (one of {', '.join(said['once'])})" if said.get("once") else ""
    return (
        f"{said['machine']}. {said['runs']} interleaved runs of each{once}; medians, and in brackets the lowest and the highest. "
        f"{versions}."
    )


def section(scenario, measured):
    lines = [f"### {scenario.title}", "", f"`colvert-load {' '.join(scenario.arguments)}`", ""]
    lines.append("| server | " + " | ".join(f.words for f in scenario.figures) + " | faults |")
    lines.append("|---|" + "---|" * (len(scenario.figures) + 1))
    for server, values in measured.items():
        cells = [cell(figure, values.get(figure.key)) for figure in scenario.figures]
        lines.append(f"| {server} | " + " | ".join(cells) + f" | {faults(values)} |")
    return "\n".join([*lines, "", f"![{scenario.title}](performance/{scenario.name}.svg)"])


def raw(figures):
    lines = ["### The raw limit: a loop that only sends", "", "| receivers, lines a send | deliveries a second | CPU a delivery |", "|---|---|---|"]
    for scenario in RAW:
        values = figures.get(scenario.name, {}).get("raw", {})
        cells = " | ".join(cell(figure, values.get(figure.key)) for figure in scenario.figures)
        lines.append(f"| {scenario.title.split(': ')[1]} | {cells} |")
    return "\n".join(lines)


def cell(figure, values):
    if not values:
        return "–"
    shown = [number(value / figure.scale) for value in (median(values), min(values), max(values))]
    return f"{shown[0]} {figure.unit} ({shown[1]}–{shown[2]})"


def number(value):
    """Three digits that count."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def faults(values):
    """Lost, doubled, reordered lines, and runs that failed, over all runs."""
    sums = {}
    for run in values.get("faults", []):
        for name, count in run.items():
            sums[name] = sums.get(name, 0) + count
    words = [f"{count} {name}" for name, count in sums.items()]
    words += [f"{len(values['failed'])} failed: {values['failed'][0]}"] if "failed" in values else []
    return "; ".join(words) or "none"


def plot(scenario, measured):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "colvert"
    from matplotlib import pyplot

    drawn, axes = pyplot.subplots(
        1, len(scenario.figures), figsize=(4.6 * len(scenario.figures), 0.42 * len(measured) + 1.1), squeeze=False
    )
    for axis, figure in zip(axes[0], scenario.figures):
        names = [name for name, values in measured.items() if values.get(figure.key)]
        values = [[value / figure.scale for value in measured[name][figure.key]] for name in names]
        middles = [median(each) for each in values]
        spread = [
            [middle - min(each) for middle, each in zip(middles, values)],
            [max(each) - middle for middle, each in zip(middles, values)],
        ]
        colours = ["#1f7a5c" if name.startswith("Colvert") else "#9aa5b1" for name in names]
        axis.barh(names, middles, xerr=spread, color=colours, ecolor="#333333", capsize=3)
        axis.invert_yaxis()
        better = "more is better" if figure.more_is_better else "less is better"
        axis.set_xlabel(f"{figure.words}, {figure.unit} ({better})")
        axis.spines[["top", "right"]].set_visible(False)
    drawn.suptitle(scenario.title, fontsize=10)
    drawn.tight_layout()
    drawn.savefig(PLOTS / f"{scenario.name}.svg", metadata={"Date": None})
    pyplot.close(drawn)
