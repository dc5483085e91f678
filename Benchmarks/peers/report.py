"""What `compare.py` prints, writes and draws."""
import json
import math
import os
import platform
import subprocess
import tempfile
from collections import Counter
from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = ("numpy", "scipy", "lapx", "POT", "torch", "torch-linear-assignment", "highspy", "cvxpy",
                 "cvxpylayers", "diffcp", "clarabel", "numba", "parasail", "edlib", "igraph", "networkx", "ortools",
                 "rustworkx", "laprust", "lapcpp", "PyMaxflow", "moreau",
                 "pyepo")


def versions():
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def machine():
    processor = platform.processor() or "unknown processor"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {"processor": processor, "cores": os.cpu_count(), "python": platform.python_version()}


def save(path, rows, instruction_set=None, programs=(), own=(), reached=(), **more):
    """Writes the report; what is not given stays as the file has it, but for `more`."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    saved = json.loads(path.read_text()) if path.exists() else {}
    report = {"machine": machine(), "instructionSet": instruction_set or saved.get("instructionSet"),
              "packages": versions(), "netlib": list(programs) or saved.get("netlib", []),
              "own": rounded(list(own) or saved.get("own", [])),
              "targets": rounded(list(reached) or saved.get("targets", []))}
    head = json.dumps(report | more, indent=1).removesuffix("\n}")
    lines = ",\n".join(json.dumps(rounded(row)) for row in rows)  # one a line, for version control
    path.write_text(f'{head},\n "rows": [\n{lines}\n]}}\n')


def rounded(value):
    """Four significant digits of every measured number."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def merged(earlier, found):
    """The earlier rows, less those of contestants that were measured again, and the new ones."""
    def key(row):
        return row["case"], row["group"], row["threads"], row["instructionSet"], row["peer"]

    renewed = set(map(key, found))
    return [row for row in earlier if key(row) not in renewed] + found


def seconds(value):
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def line(row):
    return (f"{row['case']:44s} {row['threads']:7d}  {row['instructionSet']:7s} {row['peer']:40s} "
            f"{seconds(row['ourSecondsPerInstance']['median']):>8s} "
            f"{seconds(row['peerSecondsPerInstance']['median']):>8s}  {row['ratio']['median']:8.2f} "
            f"({row['ratio']['lowerQuartile']:.2f} ... {row['ratio']['upperQuartile']:.2f})")


HEADING = (f"{'case':44s} {'threads':>7s}  {'set':7s} {'peer':40s} {'ours':>8s} {'peer':>8s}  "
           "times faster (quartiles)")


def package(row):
    """Which package a peer's routine is of: `lapx.lapjv` is of lapx, `torch + scipy` of both."""
    name = row["peer"].removesuffix(", kept pages")
    return name if " + " in name and not name.endswith("gather") else name.split(".")[0].split(" ")[0]


def best_rows(rows, *keys):
    """Of the rows that agree in the keys the one of the fastest peer."""
    fastest = {}
    for row in rows:
        key = tuple(row[name] if isinstance(name, str) else name(row) for name in keys)
        median = row["peerSecondsPerInstance"]["median"]
        if key not in fastest or median < fastest[key]["peerSecondsPerInstance"]["median"]:
            fastest[key] = row
    return list(fastest.values())


def summaries(rows):
    """By group, threads and package, fastest routine of each case: geometric mean, least and greatest
    ratio; and against the fastest package of each case."""
    sections = {}
    for row in best_rows(rows, "case", "threads", "group", package):
        sections.setdefault((row["group"], row["threads"], package(row)), []).append(row)
    several = [place for place, count in Counter(key[:2] for key in sections).items() if count > 1]
    for row in best_rows(rows, "case", "threads", "group"):
        if (row["group"], row["threads"]) in several:
            sections.setdefault((row["group"], row["threads"], "the fastest of each case"), []).append(row)
    for (group, threads, name), cells in sorted(sections.items()):
        ratios = [cell["ratio"]["median"] for cell in cells]
        yield dict(group=group, threads=threads, package=name, cases=len(cells),
                   mean=math.exp(sum(map(math.log, ratios)) / len(ratios)), most=max(ratios),
                   least=min(ratios), where=min(cells, key=lambda cell: cell["ratio"]["median"])["case"])


def summary_lines(rows):
    yield ""
    yield (f"{'times faster than':46s} {'package':40s} {'threads':>7s}  {'cases':>5s}  {'mean':>8s}  {'least':>8s}"
           f"  {'most':>8s}")
    for found in summaries(rows):
        yield (f"{found['group']:46s} {found['package']:40s} {found['threads']:7d}  {found['cases']:5d}  "
               f"{found['mean']:8.2f}  {found['least']:8.2f}  {found['most']:8.2f}  (least: {found['where']})")


def draw(path, rows):
    """Geometric mean, least and greatest ratio by group and package; SVG and PNG."""
    bars = list(summaries(rows))
    several = len({bar["threads"] for bar in bars}) > 1

    def label(bar):
        threads = f", {bar['threads']} thread{'s' if bar['threads'] > 1 else ''}" if several else ""
        return f"{bar['group']}{threads}: {bar['package']}"

    draw_bars(path, [(label(bar), bar) for bar in bars])


def draw_bars(path, bars):
    """Pairs of a label and of `mean`, `least` and `most`, downwards; SVG and PNG."""
    table = "\n".join(f"{len(bars) - place} {bar['mean']} {bar['least']} {bar['most']} \"{label}\""
                      for place, (label, bar) in enumerate(bars))
    script = f"""
set logscale x
set grid x
set offsets graph 0, graph 0.1, 0, 0
set yrange [0.2:{len(bars) + 0.8}]
set style fill solid 0.5 noborder
set xlabel 'times faster: geometric mean, least and greatest of the cases'
unset key
set arrow from 1, graph 0 to 1, graph 1 nohead lw 2 lc rgb 'gray30' front
plot 'data' using 2:1:(1):2:($1-0.3):($1+0.3):ytic(5) with boxxyerror lc rgb '#4477aa', \\
     'data' using 2:1:3:4 with xerrorbars pt 7 ps 0.4 lc rgb 'black', \\
     'data' using ($4 > 1 ? $4 : 1):1:(sprintf($2 < 100 ? '  %.3g' : '  %.0f', $2)) with labels left
"""
    size = f"{720 + 7 * max(len(label) for label, _ in bars)},{90 + 18 * len(bars)}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").write_text(table + "\n")
        for terminal, kind in (("svg noenhanced background 'white'", "svg"), ("pngcairo noenhanced", "png")):
            output = Path(path).resolve().with_suffix(f".{kind}")
            head = f"set terminal {terminal} size {size} font 'DejaVu Sans,11'\nset output '{output}'\n"
            Path(folder, "script").write_text(head + script)
            subprocess.run(["gnuplot", "script"], cwd=folder, check=True)
