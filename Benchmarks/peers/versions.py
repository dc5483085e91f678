"""Times this version's kernels against an earlier one's on the same instances, in alternation.

    make compare-versions VERSION=COMMIT
    python versions.py FOLDER/.build/release/Benchmarks --filter transport   # a build of an earlier version

The contests are those of `compare.py`, `--uses` among them, for the packages that are installed, which do not run. Both
versions must find the same values. A ratio is the median over the rounds of the earlier version's time : this version's
time of that round; what has become slower is listed last. Contests that the earlier version does not know are counted.
"""
import argparse
import importlib.util
import re
import secrets
from collections import Counter

import numpy as np

import alignment
import assignment
import bag_step
import flows
import graphs
import matching
import rows as row_kernels
import training
import transport
import uses
from alternation import Peer, check_agreement, rounds, summary
from compare import APART, MODULES
from kernels import Kernels
from report import seconds

GROUPS = (assignment, alignment, row_kernels, bag_step, graphs, flows, transport, matching, training)
SLOWER = 0.97


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier", help="the Benchmarks program of the earlier version")
    parser.add_argument("--filter", default="", help="a regular expression that the case's name holds")
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    parser.add_argument("--seconds", type=float, default=0.1, help="for the rounds of one version")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="of the uses; another in every run")
    parser.add_argument("--instruction-set", help="of both versions; by default the machine's best")
    return parser.parse_args()


def contests(options):
    packages = [name for name, module in MODULES.items() if name not in APART and importlib.util.find_spec(module)]
    for name, make in uses.contests(packages, options.quick, options.seed, False):
        if re.search(options.filter, name):
            yield make()
    for group in GROUPS:
        for make in group.contests(packages, options.quick, [1]):
            contest = make()
            if re.search(options.filter, contest.name):
                yield contest


def hold(contest, earlier, current, budget):
    """The quotients of the rounds, and seconds an instance of both."""
    jobs = [kernels.prepare(contest.problem, contest.arrays, contest.threads) for kernels in (earlier, current)]
    try:
        check_agreement(contest, Peer("the earlier version", None), jobs[0].results(1), jobs[1])
        before, after = map(np.array, rounds([(job.seconds, contest.instances) for job in jobs], contest, budget, 101))
        return summary(before / after), np.median(before), np.median(after)
    finally:
        for job in jobs:
            job.discard()


def main():
    options = arguments()
    print(f"seed {options.seed}", flush=True)
    found, untold = {}, Counter()
    with Kernels(options.instruction_set, options.earlier) as earlier, Kernels(options.instruction_set) as current:
        for contest in contests(options):
            try:
                ratio, before, after = hold(contest, earlier, current, options.seconds)
            except RuntimeError as error:
                untold[f"{contest.problem}: {error}"] += 1
                continue
            found[contest.name] = ratio
            print(f"{contest.name:48s} {seconds(before):>8s} {seconds(after):>8s} {ratio['median']:8.2f} "
                  f"({ratio['lowerQuartile']:.2f} ... {ratio['upperQuartile']:.2f})", flush=True)
    for reason, count in untold.items():
        print(f"not compared, {count} of {reason}")
    slower = {name: ratio for name, ratio in found.items() if ratio["median"] < SLOWER}
    print(f"slower than {SLOWER} of the earlier speed: {len(slower)} of {len(found)}")
    for name, ratio in sorted(slower.items(), key=lambda pair: pair[1]["median"]):
        print(f"  {name}: {ratio['median']:.2f}")


if __name__ == "__main__":
    main()
