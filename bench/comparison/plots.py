"""A plot for each scenario, and for what is set side by side."""

from statistics import median

from .servers import BOTH, COMMIT, ONE, ROOT

PLOTS = ROOT / "docs" / "performance"
OURS, OTHERS, SECOND, INK = "#1f7a5c", "#9aa5b1", "#7fb8a2", "#333333"


def pyplot():
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "colvert"
    from matplotlib import pyplot

    return pyplot


def scenario(found, scenario, servers):
    """A panel for each figure, a bar for each server: the median, and the range."""
    columns = min(len(scenario.figures), 3)
    rows = -(-len(scenario.figures) // columns)
    size = (4.6 * columns, (0.42 * len(servers) + 1.1) * rows)
    drawn, axes = pyplot().subplots(rows, columns, figsize=size, squeeze=False)
    axes = list(axes.flat)
    for axis in axes[len(scenario.figures) :]:
        axis.set_visible(False)
    for axis, figure in zip(axes, scenario.figures):
        names = [name for name in servers if found.values(scenario, name, figure)]
        values = [found.values(scenario, name, figure) for name in names]
        bars(axis, names, values, [OURS if name.startswith("Colvert") else OTHERS for name in names])
        axis.set_xlabel(label(figure))
    save(drawn, scenario.title, scenario.name)


def beside(found, rows, servers, name):
    """A panel for each row: the two or three servers, one under the other."""
    panels = [
        (scenario, figure)
        for scenario, figures in rows
        for figure in figures
        if all(found.values(scenario, server, figure) for server in servers)
    ]
    if not panels:
        return
    columns = 2
    lines = -(-len(panels) // columns)
    drawn, axes = pyplot().subplots(lines, columns, figsize=(11, 1.7 * lines), squeeze=False)
    axes = list(axes.flat)
    for axis in axes[len(panels) :]:
        axis.set_visible(False)
    for axis, (scenario, figure) in zip(axes, panels):
        placed = {COMMIT: "a processor each", BOTH: "both, unpinned", ONE: "one for both"} if ONE in servers else {}
        names = [placed.get(server, server.split(", ")[1]) for server in servers]
        bars(axis, names, [found.values(scenario, server, figure) for server in servers], [OURS, SECOND, OTHERS][: len(servers)])
        axis.set_title(scenario.title, fontsize=8)
        axis.set_xlabel(label(figure), fontsize=8)
    save(drawn, None, name)


def bars(axis, names, values, colours):
    middles = [median(each) for each in values]
    spread = [
        [middle - min(each) for middle, each in zip(middles, values)],
        [max(each) - middle for middle, each in zip(middles, values)],
    ]
    axis.barh(names, middles, xerr=spread, color=colours, ecolor=INK, capsize=3)
    axis.invert_yaxis()
    axis.spines[["top", "right"]].set_visible(False)


def label(figure):
    better = "more is better" if figure.more_is_better else "less is better"
    return f"{figure.words}{', ' if figure.unit else ''}{figure.unit} ({better})"


def save(drawn, title, name):
    if title:
        drawn.suptitle(title, fontsize=10)
    drawn.tight_layout()
    drawn.savefig(PLOTS / f"{name}.svg", metadata={"Date": None})
    pyplot().close(drawn)
