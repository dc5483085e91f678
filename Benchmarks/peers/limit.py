"""What the machine gives a second process: two that each solve half of a batch, against one that solves all of it.

They share no memory, no lock and no queue, so two threads of one process can hardly do better. Virtual
machines may have two cores in name and less in fact, and not the same in every minute.
"""
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from alternation import summary
from kernels import Kernels

SECONDS_PER_SAMPLE, ROUNDS = 0.05, 15  # long enough that starting together is nothing


def instances():
    """Work that computing limits, of some 170 microseconds, and work that memory limits."""
    rng = np.random.default_rng(1)
    yield "alignment/128x64x64/float", "alignment", [rng.exponential(size=(128, 64, 64)).astype(np.float32)]
    yield ("cross-entropy/8192x1000/float", "cross-entropy",
           [rng.standard_normal((8_192, 1_000), dtype=np.float32), rng.integers(0, 1_000, 8_192)])


def measure():
    """For each case, how many times faster two processes and two threads are than one."""
    with Kernels() as first, Kernels() as second, ThreadPoolExecutor(2) as pool:
        return [dict(case=case) | scaling(problem, arrays, first, second, pool)
                for case, problem, arrays in instances()]


def scaling(problem, arrays, first, second, pool):
    half = len(arrays[0]) // 2
    one, two = (first.prepare(problem, arrays, threads) for threads in (1, 2))
    halves = [first.prepare(problem, [array[:half] for array in arrays], 1),
              second.prepare(problem, [array[half:] for array in arrays], 1)]
    repetitions = max(1, round(SECONDS_PER_SAMPLE / one.seconds(3)))
    processes, threads = [], []
    for _ in range(ROUNDS):
        alone = one.seconds(repetitions)
        processes.append(alone / max(pool.map(lambda job: job.seconds(repetitions), halves)))
        threads.append(alone / two.seconds(repetitions))
    for job in (one, two, *halves):
        job.discard()
    return dict(twoProcesses=summary(processes), twoThreads=summary(threads))


def line(entry):
    shown = ["{median:.2f} ({lowerQuartile:.2f} to {upperQuartile:.2f})".format(**entry[side])
             for side in ("twoProcesses", "twoThreads")]
    return f"{entry['case']:40s} two processes {shown[0]}, two threads {shown[1]} times one"
