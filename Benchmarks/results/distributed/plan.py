#!/usr/bin/env python3
"""What training of ResNet-18 would gain from 2 to 64 hosts, computed from measured.json and the speed of the network.

    Benchmarks/results/distributed/plan.py [--batch 64] [--measured measured.json]

Measured: the seconds that a host takes for a picture, and how fast one core adds what it receives. Assumed: the latency of a
network, below. Computed: everything in the table. With N hosts of b pictures each, a gradient of S bytes, B bytes a second
and a latency of a seconds for a message, a ring sums in

    t = 2 (N - 1) / N  S / B  +  2 (N - 1) a  +  (N - 1) / N  S / r

(R. Thakur, R. Rabenseifner, W. Gropp, Optimization of collective communication operations in MPICH, 2005,
doi:10.1177/1094342005051521, section 4.5), r being the rate of adding, and a step takes b times the seconds of a picture, and t.
Where the sum overlaps with the backward pass, two thirds of the computation hide it but for one bucket, of 4 MB.
"""

import argparse
import json
import pathlib

LATENCY = {1: 50e-6, 10: 20e-6, 100: 5e-6}
# Of Ethernet what is left for data, with TCP.
USABLE = 0.94
BUCKET = 4 * 2**20
BACKWARD = 2 / 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64, help="pictures of a step on each host")
    parser.add_argument("--measured", default=pathlib.Path(__file__).with_name("measured.json"))
    options = parser.parse_args()
    measured = json.loads(pathlib.Path(options.measured).read_text())
    alone = next(row for row in measured["training"] if row["network"] == "resnet18" and row["ranks"] == 1)
    shared = measured["sums"]["shared memory"]
    size = shared["megabytes"] * 1e6
    # In one machine a byte is copied and added at least once: what is left is the rate of both.
    rate = size / shared["least"]
    compute = options.batch / alone["picturesPerSecond"]
    print(f"measured, at a load of {max(measured['machine']['load']):.0f} by other work: {alone['picturesPerSecond']} pictures a second on {alone['threads']} threads; "
          f"{size / 1e6:.1f} MB summed between 2 processes in {1000 * shared['least']:.0f} ms over shared memory, "
          f"{1000 * measured['sums']['TCP, one machine']['least']:.0f} ms over TCP in one machine")
    print(f"computed, for {options.batch} pictures on each host in {compute:.2f} s a step: pictures a second as a share of N hosts "
          "that need not talk, and with the sum behind the backward pass\n")
    print("| hosts | " + " | ".join(f"{speed} Gbit/s | overlapped" for speed in LATENCY) + " |")
    print("|---" * (1 + 2 * len(LATENCY)) + "|")
    for hosts in (2, 4, 8, 16, 32, 64):
        cells = []
        for speed, latency in LATENCY.items():
            bandwidth = USABLE * speed * 1e9 / 8
            share = (hosts - 1) / hosts
            total = 2 * share * size / bandwidth + 2 * (hosts - 1) * latency + share * size / rate
            hidden = max(0, min(total * (1 - BUCKET / size), BACKWARD * compute))
            cells += [f"{compute / (compute + total):.1%}", f"{compute / (compute + total - hidden):.1%}"]
        print(f"| {hosts} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
