"""Cells a second of a sweep of `hello`'s model, written by hand with numba and multiprocessing.

    pip install numba numpy
    python benches/peers/sweep.py [--cells 1000] [--ticks 500] [--jobs 2]

The same model as scenes/hello.ron with its loop: 24 phase oscillators on a small-world ring (three
neighbours on either side, a fifth of the edges rewired), frequencies N(2π, 0.6), white noise of 0.05,
steps of 0.02 s by Euler–Maruyama, and a PI law with the same gains and limits from the order parameter to the coupling. The program measures
coherence, entropy and resonance by Welch's method in each fourth tick, measures Φ, passes a safety
kernel, and writes a run folder with digest for each cell; this script does none of that and keeps two
numbers a cell. Compare with

    phantom sweep hello --seeds 1000 --ticks 500 -j 2 --out FOLDER
"""

import argparse
import multiprocessing
import time

import numba
import numpy as np

COUNT, NEIGHBOURS, REWIRE, STEP = 24, 3, 0.2, 0.02


@numba.njit(cache=True)
def cell(seed, ticks):
    np.random.seed(seed)
    edges = np.zeros((COUNT, COUNT))
    for i in range(COUNT):
        for k in range(1, NEIGHBOURS + 1):
            j = (i + k) % COUNT
            if np.random.random() < REWIRE:
                j = np.random.randint(COUNT)
            if j != i:
                edges[i, j] = edges[j, i] = 1.0
    degrees = edges.sum(axis=1)
    omega = 6.2832 + 0.6 * np.random.randn(COUNT)
    theta = 2.0 * np.pi * np.random.random(COUNT)
    coupling, integral, mean = 0.0, 0.0, 0.0
    order = 0.0
    for _ in range(ticks):
        rate = omega.copy()
        for i in range(COUNT):
            total = 0.0
            for j in range(COUNT):
                if edges[i, j] != 0.0:
                    total += np.sin(theta[j] - theta[i])
            if degrees[i] > 0.0:
                rate[i] += coupling * total / degrees[i]
        theta += STEP * rate + 0.05 * np.sqrt(STEP) * np.random.randn(COUNT)
        order = np.hypot(np.cos(theta).mean(), np.sin(theta).mean())
        error = 0.95 - order
        integral += 0.3 * error * STEP
        coupling = min(max(0.6 * error + integral, 0.0), 3.0)
        mean += order
    return order, mean / ticks


def one(arguments):
    return cell(*arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--ticks", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    args = parser.parse_args()
    cell(0, 1)
    for jobs in (1, args.jobs):
        with multiprocessing.Pool(jobs) as pool:
            pool.map(one, [(k, 1) for k in range(jobs)])
            best = float("inf")
            for _ in range(3):
                begun = time.perf_counter()
                pool.map(one, [(k, args.ticks) for k in range(args.cells)], chunksize=8)
                best = min(best, time.perf_counter() - begun)
        print(f"{jobs} processes: {args.cells / best:.0f} cells/s")


if __name__ == "__main__":
    main()
