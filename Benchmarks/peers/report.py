"""What `compare.py` prints, writes and draws."""
import json
import math
import os
import platform
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = ("numpy", "scipy", "lapx", "POT", "torch", "torch-linear-assignment")


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


def save(path, rows, instruction_set):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine(), "instructionSet": instruction_set, "packages": versions(), "rows": rows}
    Path(path).write_text(json.dumps(report, indent=1) + "\n")


def seconds(value):
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def line(row):
    return (f"{row['case']:44s} {row['threads']:7d}  {row['peer']:40s} "
            f"{seconds(row['ourSecondsPerInstance']['median']):>8s} "
            f"{seconds(row['peerSecondsPerInstance']['median']):>8s}  {row['ratio']['median']:8.2f} "
            f"({row['ratio']['lowerQuartile']:.2f} ... {row['ratio']['upperQuartile']:.2f})")


HEADING = f"{'case':44s} {'threads':>7s}  {'peer':40s} {'ours':>8s} {'peer':>8s}  {'times faster (quartiles)':s}"


def package(row):
    """Which package a peer's routine is of: `lapx.lapjv` is of lapx, `torch + scipy` of both."""
    name = row["peer"].split(", ")[0]
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


def summary_lines(rows):
    """Geometric mean and least ratio to the fastest peer of each cell, by group and threads."""
    groups = {}
    for row in best_rows(rows, "case", "threads", "group"):
        groups.setdefault((row["group"], row["threads"]), []).append(row)
    yield f"{'against the fastest peer of each case':46s} {'threads':>7s}  {'cases':>5s}  geometric mean  least"
    for (group, threads), cells in groups.items():
        ratios = [cell["ratio"]["median"] for cell in cells]
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        least = min(cells, key=lambda cell: cell["ratio"]["median"])
        yield (f"{group:46s} {threads:7d}  {len(cells):5d}  {mean:12.2f} x  {min(ratios):.2f} x "
               f"({least['case']}, {least['peer']})")


def draw(path, rows):
    """For each case the ratio to the fastest routine of each package; SVG and PNG."""
    def label(row):
        kept = ", kept pages" if row["group"].endswith("kept pages") else ""
        return f"{row['case']}, {row['threads']} thread{'s' if row['threads'] > 1 else ''}{kept}"

    cases = list(dict.fromkeys(map(label, rows)))
    packages = list(dict.fromkeys(map(package, rows)))
    place = {case: len(cases) - index for index, case in enumerate(cases)}
    best = best_rows(rows, label, package)
    blocks = ["\n".join(f"{row['ratio']['median']} {place[label(row)]}" for row in best
                        if package(row) == name) for name in packages]
    tics = ", ".join(f'"{case}" {place[case]}' for case in cases)
    marks = ", ".join(f"'data' index {index} using 1:2 with points pt {index % 12 + 4} lw 1.5 "
                      f'title "{name}"' for index, name in enumerate(packages))
    script = f"""
set logscale x
set grid x y
set ytics ({tics})
set yrange [0.2:{len(cases) + 0.8}]
set xlabel 'times faster than the fastest routine of the package (median of alternated rounds)'
set key outside right top vertical Left reverse
set arrow from 1, graph 0 to 1, graph 1 nohead lw 2 lc rgb 'gray30'
plot {marks}
"""
    size = f"{800 + 7 * max(map(len, cases))},{120 + 20 * max(len(cases), len(packages))}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").write_text("\n\n\n".join(blocks) + "\n")
        for terminal, kind in (("svg noenhanced background 'white'", "svg"), ("pngcairo noenhanced", "png")):
            output = Path(path).resolve().with_suffix(f".{kind}")
            head = f"set terminal {terminal} size {size} font 'DejaVu Sans,11'\nset output '{output}'\n"
            Path(folder, "script").write_text(head + script)
            subprocess.run(["gnuplot", "script"], cwd=folder, check=True)
