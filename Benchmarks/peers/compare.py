"""Times this package's kernels against other packages on the same instances, in alternation.

    python compare.py                       every installed package, every contest
    python compare.py --only scipy --quick  batches of 1,024 bags of 8, 16 and 32 against SciPy alone

Both sides use the same number of threads, solve the same arrays, and must find the same values. A
ratio is the median over the rounds of peer's time : our time of that round.
"""
import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Before NumPy and torch are imported: no library starts threads of its own accord. Peers that can use
# several are told how many in each contest.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import alignment
import alternation
import assignment
import bag_step
import flows
import graphs
import matching
import netlib
import report
import rows as row_kernels
import training
import transport
from kernels import Kernels, built

RESULTS = Path(__file__).resolve().parents[1] / "results" / "peers.json"
MODULES = {"scipy": "scipy", "lapx": "lap", "pot": "ot", "torch": "torch",
           "torch-linear-assignment": "torch_linear_assignment", "highs": "highspy", "cvxpylayers": "cvxpylayers",
           "numba": "numba", "parasail": "parasail", "igraph": "igraph", "networkx": "networkx",
           "ortools": "ortools", "rustworkx": "rustworkx", "libmaxflow": "flows"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help=f"packages, separated by commas, of {', '.join(MODULES)}")
    parser.add_argument("--filter", default="", help="a regular expression that the case's name holds")
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    parser.add_argument("--threads", type=int, action="append", help="threads of both sides; may be repeated")
    parser.add_argument("--seconds", type=float, default=0.5, help="for the rounds of one contestant")
    parser.add_argument("--json", default=str(RESULTS))
    parser.add_argument("--plot", help="draws FILE.svg and FILE.png; by default beside the JSON")
    parser.add_argument("--no-plot", action="store_true")
    parser.add_argument("--add", action="store_true", help="keep the file's rows that this run does not measure")
    options = parser.parse_args()
    options.packages = options.only.split(",") if options.only else [
        name for name, module in MODULES.items() if importlib.util.find_spec(module)]
    for name in options.packages:
        if name not in MODULES:
            parser.error(f"unknown package {name}: expected {', '.join(MODULES)}")
        if not importlib.util.find_spec(MODULES[name]):
            parser.error(f"{name} is not installed: pip install -r requirements.txt")
    options.threads = options.threads or [1]
    return options


def kept(options):
    """The rows of the file that this run adds to."""
    path = Path(options.json)
    if not (options.add and path.exists()):
        return []
    saved = json.loads(path.read_text())
    if saved["machine"] != report.machine():
        sys.exit(f"{path} was measured on another machine: {saved['machine']}")
    return saved["rows"]


def measure(options, earlier):
    """Rows of every contest that the options select; saved after each, so that a stopped run keeps them."""
    found = []
    every = (assignment, alignment, row_kernels, bag_step, graphs, flows, transport, matching, training)
    groups = (row_kernels, training) if "PEERS_PART" in os.environ else every
    with Kernels() as kernels:
        for group in groups:
            for make in group.contests(options.packages, options.quick, options.threads):
                contest = make()
                if not contest.peers or not re.search(options.filter, contest.name):
                    continue
                for row in alternation.hold(contest, kernels, options.seconds):
                    found.append(row)
                    print(report.line(row), flush=True)
                report.save(options.json, report.merged(earlier, found), kernels.instruction_set)
        if {"scipy", "networkx"} <= set(options.packages) and re.search(options.filter, "agreement"):
            print(graphs.agreement(kernels), flush=True)
        if {"scipy", "lapx"} <= set(options.packages) and re.search(options.filter, "agreement"):
            print(matching.agreement(kernels), flush=True)
    return found


def measure_with_kept_pages(options):
    """The contests of torch alone again, in a process whose malloc does not give pages back."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/rows.json"
        command = [sys.executable, __file__, "--only", "torch", "--filter", options.filter,
                   "--seconds", str(options.seconds), "--json", path]
        command += ["--quick"] if options.quick else []
        command += [part for count in options.threads for part in ("--threads", str(count))]
        subprocess.run(command, check=True, env=os.environ | row_kernels.KEEPS_PAGES | {"PEERS_PART": "1"})
        return json.loads(Path(path).read_text())["rows"] if Path(path).exists() else []


def main():
    options = arguments()
    is_part = "PEERS_PART" in os.environ
    if not is_part:
        print(report.HEADING, flush=True)
    earlier = kept(options)
    found = measure(options, earlier)
    if is_part:
        return
    if "torch" in options.packages:
        found += measure_with_kept_pages(options)
    rows = report.merged(earlier, found)
    if rows:
        report.save(options.json, rows)
        print(*report.summary_lines(rows), sep="\n", flush=True)
        if not options.no_plot:
            report.draw(options.plot or options.json, rows)
    solves_programs = "highs" in options.packages and re.search(options.filter, "netlib")
    if solves_programs:
        programs = netlib.compared(built("combinatorial-losses"))
        report.save(options.json, rows, programs=programs)
        print("", netlib.HEADING, *map(netlib.line, programs), sep="\n")
    if not found and not solves_programs:
        sys.exit(f"no contest matches {options.filter!r} with {', '.join(options.packages)}")


if __name__ == "__main__":
    main()
