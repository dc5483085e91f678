"""Times this package's kernels against other packages on the same instances, in alternation.

    python compare.py                       every installed package, every contest
    python compare.py --only scipy --quick  batches of 1,024 bags of 8, 16 and 32 against SciPy alone
    python compare.py --uses                problems as users have them, from a new seed: see uses.py

Both sides use the same number of threads, solve the same arrays, and must find the same values. A
ratio is the median over the rounds of peer's time : our time of that round.
"""
import argparse
import importlib.util
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
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
import limit
import matching
import netlib
import report
import rows as row_kernels
import targets
import training
import transport
import uses
from kernels import Kernels, built

# Which part of a comparison this process is: one with other packages, or with another malloc.
PART, KEPT_PAGES = os.environ.get("PEERS_PART"), "kept pages"
# OR-Tools and highspy, which cvxpy loads too, bring different builds of one library into a process.
APART = ("highs", "cvxpylayers")
RESULTS = Path(__file__).resolve().parents[1] / "results" / "peers.json"
MODULES = {"scipy": "scipy", "lapx": "lap", "pot": "ot", "torch": "torch",
           "torch-linear-assignment": "torch_linear_assignment", "highs": "highspy", "cvxpylayers": "cvxpylayers",
           "numba": "numba", "parasail": "parasail", "edlib": "edlib", "igraph": "igraph", "networkx": "networkx",
           "ortools": "ortools", "rustworkx": "rustworkx", "libmaxflow": "flows", "pymaxflow": "maxflow",
           "laprust": "laprust", "lapcpp": "lapcpp", "moreau": "moreau"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help=f"packages, separated by commas, of {', '.join(MODULES)}")
    parser.add_argument("--filter", default="", help="a regular expression that the case's name holds")
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    parser.add_argument("--threads", type=int, action="append", help="threads of both sides; may be repeated")
    parser.add_argument("--seconds", type=float, default=0.5, help="for the rounds of one contestant")
    parser.add_argument("--json", help="by default results/peers.json, or results/uses.json")
    parser.add_argument("--plot", help="draws FILE.svg and FILE.png; by default beside the JSON")
    parser.add_argument("--no-plot", action="store_true")
    parser.add_argument("--targets", action="store_true",
                        help="time what has no peer too, and print what was reached of each target")
    parser.add_argument("--add", action="store_true", help="keep the file's rows that this run does not measure")
    parser.add_argument("--uses", action="store_true", help="the benchmark of uses instead of our own families")
    parser.add_argument("--seed", type=int, help="of --uses; by default another in every run")
    options = parser.parse_args()
    options.json = options.json or str(RESULTS.with_stem("uses") if options.uses else RESULTS)
    options.seed = secrets.randbelow(2**32) if options.seed is None else options.seed
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
    return [{"instructionSet": saved["instructionSet"]} | row for row in saved["rows"]]


def contests(options, packages):
    """Functions that make what this process times."""
    if options.uses:
        cells = uses.contests(packages, options.quick, options.seed, PART == KEPT_PAGES)
        return [make for name, make in cells if re.search(options.filter, name)]
    every = (assignment, alignment, row_kernels, bag_step, graphs, flows, transport, matching, training)
    groups = (row_kernels, training) if PART == KEPT_PAGES else every
    return (make for group in groups for make in group.contests(packages, options.quick, options.threads))


def processes(options, stack):
    """Ours: one, or one for each of the vector instruction sets that uses are measured on."""
    found = [stack.enter_context(Kernels())]
    if options.uses and found[0].instruction_set == "avx512":
        found.append(stack.enter_context(Kernels("avx2")))
    return found


def measure(options, packages, earlier):
    """Rows of every contest that the options select; saved after each, so that a stopped run keeps them."""
    found, head = [], {"seed": options.seed} if options.uses else {}
    with ExitStack() as stack:
        kernels = processes(options, stack)
        for make in contests(options, packages):
            contest = make()
            if not contest.peers or not re.search(options.filter, contest.name):
                continue
            for row in alternation.hold(contest, kernels, options.seconds):
                found.append(row | head)
                print(report.line(row), flush=True)
            sets = ", ".join(process.instruction_set for process in kernels)
            report.save(options.json, report.merged(earlier, found), sets, **head)
        if options.uses:
            return found
        if {"scipy", "networkx"} <= set(packages) and re.search(options.filter, "agreement"):
            print(graphs.agreement(kernels[0]), flush=True)
        if {"scipy", "lapx"} <= set(packages) and re.search(options.filter, "agreement"):
            print(matching.agreement(kernels[0]), flush=True)
    return found


def measured_apart(options, packages, part, environment):
    """The rows of some packages, measured in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/rows.json"
        command = [sys.executable, __file__, "--only", ",".join(packages), "--filter", options.filter,
                   "--seconds", str(options.seconds), "--json", path]
        command += ["--quick"] if options.quick else []
        command += ["--uses", "--seed", str(options.seed)] if options.uses else []
        command += [word for count in options.threads for word in ("--threads", str(count))]
        subprocess.run(command, check=True, env=os.environ | environment | {"PEERS_PART": part})
        return json.loads(Path(path).read_text())["rows"] if Path(path).exists() else []


def measure_all(options, earlier):
    """Every selected package, some of them in processes of their own."""
    apart = [name for name in options.packages if name in APART and not options.uses]
    together = [name for name in options.packages if name not in APART]
    found = measure(options, together, earlier) if together else []
    if "torch" in together:  # again, with a malloc that does not give pages back
        found += measured_apart(options, ["torch"], KEPT_PAGES, row_kernels.KEEPS_PAGES)
    if apart:
        found += measured_apart(options, apart, "apart", {})
    return found


def main():
    options = arguments()
    if PART:
        measure(options, options.packages, [])
        return
    if options.uses:
        print(f"seed {options.seed}; " + ", ".join(f"{name} {number}" for name, number in report.versions().items()))
    print(report.HEADING, flush=True)
    earlier = kept(options)
    found = measure_all(options, earlier)
    rows = report.merged(earlier, found)
    if options.uses and found:
        report.save(options.json, rows, reached=uses.reached(rows), seed=options.seed)
        print(*uses.lines(rows), sep="\n")
        return
    own = targets.own_rows(built("Benchmarks")) if options.targets else []
    if rows:
        report.save(options.json, rows, own=own)
        print(*report.summary_lines(rows), sep="\n", flush=True)
        if not options.no_plot:
            report.draw(options.plot or options.json, rows)
    if options.targets:
        reached = targets.reached(rows, own)
        report.save(options.json, rows, own=own, reached=reached)
        print(*targets.lines(reached), "", *map(limit.line, limit.measure()), sep="\n", flush=True)
        if not options.no_plot:
            targets.draw(Path(options.json).with_name("targets"), reached)
    solves_programs = "highs" in options.packages and re.search(options.filter, "netlib")
    if solves_programs:
        programs = netlib.compared(built("combinatorial-losses"))
        report.save(options.json, rows, programs=programs)
        print("", netlib.HEADING, *map(netlib.line, programs), sep="\n")
    if not found and not own and not solves_programs:
        sys.exit(f"no contest matches {options.filter!r} with {', '.join(options.packages)}")


if __name__ == "__main__":
    main()
