#!/usr/bin/env python3
"""The four problems as one writes them in Python with numba: natural order, libm, one loop per row."""

import argparse
import json
import math
import os
import sys
import tempfile
import time

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--case", default="K1", choices=["K1", "K2", "K3", "K4"])
ap.add_argument("--n", type=int, default=10000)
ap.add_argument("--seed", type=int, default=42)
ap.add_argument("--topology", default="rand16")
ap.add_argument("--steps", type=int, default=100)
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--graph", help="read this .pgr instead of generating the graph")
ap.add_argument("--cache", default=os.path.join(tempfile.gettempdir(), "numba-peer"), help="folder of compiled code")
args = ap.parse_args()

# Compiled code is cached without regard to `parallel`, so each kind has a folder of its own.
PARALLEL = args.threads > 1
os.environ["NUMBA_CACHE_DIR"] = os.path.join(args.cache, "parallel" if PARALLEL else "serial")
os.environ["NUMBA_NUM_THREADS"] = str(args.threads)

try:
    import numpy as np
    from numba import njit, prange, uint64
except ImportError as error:
    sys.exit(f"numba_peer: {error}")

serial = njit(cache=True, error_model="numpy", fastmath={"contract"})
# Only contraction and reordering of sums: no assumption about special values.
kernel = njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc"}, parallel=PARALLEL)

DT, COUPLING, MEAN_FIELD, DAMPING, GROWTH, STRENGTH = 0.01, 0.0625, 2.0, 0.1, 1.0, 0.1
TOPOLOGY, WEIGHTS, FREQUENCIES, POSITIONS, VELOCITIES, NOISE, SHUFFLE, REWIRING = range(1, 9)

# ---------------------------------------------------------------- graph and initial data


@serial
def mix(z):
    z = uint64(z)  # a Python integer below 2^63 arrives signed, and would be shifted as such
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@serial
def stream(seed, tag):
    return mix(uint64(seed) ^ (uint64(tag) * uint64(0xD1342543DE82EF95)))


@serial
def draw(start, n):
    return mix(uint64(start) + (uint64(n) + uint64(1)) * uint64(0x9E3779B97F4A7C15))


@serial
def unit(z):
    return float(z >> uint64(11)) * 2.0**-53


@serial
def below(z, m):
    """The upper half of the 128-bit product; m < 2^32."""
    low = (z & uint64(0xFFFFFFFF)) * uint64(m)
    return ((z >> uint64(32)) * uint64(m) + (low >> uint64(32))) >> uint64(32)


@serial
def other_than(u, z, n):
    w = below(z, n - 1)
    return w + uint64(1) if w >= u else w


@serial
def random_edges(n, seed):
    ends = np.empty((8 * n, 2), np.uint32)
    start = stream(seed, TOPOLOGY)
    for e in range(8 * n):
        u = below(draw(start, 2 * e), n)
        ends[e, 0] = u
        ends[e, 1] = other_than(u, draw(start, 2 * e + 1), n)
    return ends


@serial
def ring_edges(n, seed, shuffled):
    ends = np.empty((8 * n, 2), np.uint32)
    start = stream(seed, REWIRING)
    for e in range(8 * n):
        u = uint64(e // 8)
        v = uint64((e // 8 + e % 8 + 1) % n)
        if unit(draw(start, 2 * e)) < 0.02:
            v = other_than(u, draw(start, 2 * e + 1), n)
        ends[e, 0] = u
        ends[e, 1] = v
    if shuffled:
        start = stream(seed, SHUFFLE)
        label = np.arange(n).astype(np.uint32)
        for i in range(n - 1, 0, -1):
            j = below(draw(start, n - 1 - i), i + 1)
            label[i], label[j] = label[j], label[i]
        for e in range(8 * n):
            ends[e, 0] = label[ends[e, 0]]
            ends[e, 1] = label[ends[e, 1]]
    return ends


@serial
def units(count, seed, tag, scale, shift):
    start = stream(seed, tag)
    out = np.empty(count)
    for i in range(count):
        out[i] = scale * unit(draw(start, i)) + shift
    return out


@serial
def directed_rows(n, ends, weights):
    first = np.zeros(n + 1, np.uint32)
    for e in range(len(weights)):
        first[ends[e, 0] + 1] += 1
        first[ends[e, 1] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    place = first[:-1].copy()
    column = np.empty(2 * len(weights), np.uint32)
    weight = np.empty(2 * len(weights))
    for e in range(len(weights)):
        for side in range(2):
            row = ends[e, side]
            column[place[row]] = ends[e, 1 - side]
            weight[place[row]] = weights[e]
            place[row] += 1
    return first, column, weight


# ---------------------------------------------------------------- right-hand sides and steppers


@kernel
def phase_slope(first, column, weight, omega, theta, table, slope):
    n = len(theta)
    for i in prange(n):
        table[i, 0] = math.sin(theta[i])
        table[i, 1] = math.cos(theta[i])
    for i in prange(n):
        s = 0.0
        c = 0.0
        for e in range(first[i], first[i + 1]):
            j = column[e]
            s += weight[e] * table[j, 0]
            c += weight[e] * table[j, 1]
        slope[i] = omega[i] + COUPLING * (table[i, 1] * s - table[i, 0] * c)


@kernel
def mean_slope(omega, theta, table, slope):
    n = len(theta)
    s = 0.0
    c = 0.0
    for i in prange(n):
        table[i, 0] = math.sin(theta[i])
        table[i, 1] = math.cos(theta[i])
        s += table[i, 0]
        c += table[i, 1]
    s *= MEAN_FIELD / n
    c *= MEAN_FIELD / n
    for i in prange(n):
        slope[i] = omega[i] + (s * table[i, 1] - c * table[i, 0])


@kernel
def stage(theta, slope, slopes, at, begin, share, ahead):
    for i in prange(len(theta)):
        slopes[i] = share * slope[i] if begin else slopes[i] + share * slope[i]
        at[i] = theta[i] + ahead * slope[i]


@kernel
def finish(theta, slope, slopes):
    for i in prange(len(theta)):
        theta[i] += DT / 6 * (slopes[i] + slope[i])


@serial
def phase_steps(steps, mean, first, column, weight, omega, theta):
    n = len(theta)
    table, slope, slopes, at = np.empty((n, 2)), np.empty(n), np.empty(n), np.empty(n)
    for _ in range(steps):
        for k in range(4):
            source = theta if k == 0 else at
            if mean:
                mean_slope(omega, source, table, slope)
            else:
                phase_slope(first, column, weight, omega, source, table, slope)
            if k < 3:
                stage(theta, slope, slopes, at, k == 0, 1.0 if k == 0 else 2.0, DT if k == 2 else DT / 2)
            else:
                finish(theta, slope, slopes)


@kernel
def kick(first, column, weight, own, x, v):
    for i in prange(len(x)):
        s = 0.0
        for e in range(first[i], first[i + 1]):
            s += weight[e] * (x[column[e]] - x[i])
        v[i] += DT * (COUPLING * s - own[i] * x[i] - DAMPING * v[i])


@kernel
def drift(x, v):
    for i in prange(len(x)):
        x[i] += DT * v[i]


@serial
def spring_steps(steps, first, column, weight, own, x, v):
    for _ in range(steps):
        kick(first, column, weight, own, x, v)
        drift(x, v)


@kernel
def predict(first, column, weight, omega, start, step, z, base, p):
    n = len(omega)
    scale = STRENGTH * math.sqrt(DT)
    for i in prange(n):
        re = z[i, 0]
        im = z[i, 1]
        s = 0.0
        t = 0.0
        for e in range(first[i], first[i + 1]):
            j = column[e]
            s += weight[e] * (z[j, 0] - re)
            t += weight[e] * (z[j, 1] - im)
        rate = GROWTH - (re * re + im * im)
        f = rate * re - omega[i] * im + COUPLING * s
        g = rate * im + omega[i] * re + COUPLING * t
        m = uint64(2) * (uint64(step) * uint64(n) + uint64(i))
        u1 = float((draw(start, m) >> uint64(11)) + uint64(1)) * 2.0**-53
        angle = 2 * math.pi * unit(draw(start, m + uint64(1)))
        radius = scale * math.sqrt(-2 * math.log(u1))
        re += radius * math.cos(angle)
        im += radius * math.sin(angle)
        base[i, 0] = re + DT / 2 * f
        base[i, 1] = im + DT / 2 * g
        p[i, 0] = re + DT * f
        p[i, 1] = im + DT * g


@kernel
def correct(first, column, weight, omega, z, base, p):
    for i in prange(len(omega)):
        re = p[i, 0]
        im = p[i, 1]
        s = 0.0
        t = 0.0
        for e in range(first[i], first[i + 1]):
            j = column[e]
            s += weight[e] * (p[j, 0] - re)
            t += weight[e] * (p[j, 1] - im)
        rate = GROWTH - (re * re + im * im)
        z[i, 0] = base[i, 0] + DT / 2 * (rate * re - omega[i] * im + COUPLING * s)
        z[i, 1] = base[i, 1] + DT / 2 * (rate * im + omega[i] * re + COUPLING * t)


@serial
def amplitude_steps(steps, first, column, weight, omega, start, z):
    base, p = np.empty_like(z), np.empty_like(z)
    for step in range(steps):
        predict(first, column, weight, omega, start, step, z, base, p)
        correct(first, column, weight, omega, z, base, p)


# ---------------------------------------------------------------- measuring


def load_graph():
    if args.graph:
        with open(args.graph, "rb") as file:
            if file.read(8) != b"PGR1\x01\0\0\0":
                sys.exit(f"numba_peer: {args.graph} is not a PGR1 file")
            n, m, args.seed = (int(x) for x in np.fromfile(file, "<u8", 3))
            ends = np.fromfile(file, "<u4", 2 * m).reshape(m, 2)
            return n, *directed_rows(n, ends, np.fromfile(file, "<f8", m))
    if args.topology == "rand16":
        ends = random_edges(args.n, args.seed)
    elif args.topology in ("ring16", "ring16s", "ring16s_rcm"):
        ends = ring_edges(args.n, args.seed, args.topology != "ring16")
    else:
        sys.exit(f"numba_peer: unknown topology {args.topology}")
    return args.n, *directed_rows(args.n, ends, units(8 * args.n, args.seed, WEIGHTS, 1.0, 0.5))


if args.case == "K2":
    n, first, column, weight = args.n, np.zeros(1, np.uint32), np.zeros(0, np.uint32), np.zeros(0)
else:
    n, first, column, weight = load_graph()
omega = units(n, args.seed, FREQUENCIES, 2.0, -1.0)
rows = (first, column, weight)

if args.case in ("K1", "K2"):
    name = "numba_trick" if args.case == "K1" else "numba_mean_field"
    state = (units(n, args.seed, POSITIONS, 6.283185307179586, 0.0),)
    advance = lambda steps, theta: phase_steps(steps, args.case == "K2", *rows, omega, theta)
else:
    x = units(n, args.seed, POSITIONS, 2.0, -1.0)
    y = units(n, args.seed, VELOCITIES, 2.0, -1.0)
    if args.case == "K3":
        name, state, own = "numba_csr", (x, y), (1 + 0.5 * omega) ** 2
        advance = lambda steps, x, v: spring_steps(steps, *rows, own, x, v)
    else:
        name, state = "numba_heun", (np.stack([x, y], axis=1).copy(),)
        advance = lambda steps, z: amplitude_steps(steps, *rows, omega, stream(args.seed, NOISE), z)

initial = [part.copy() for part in state]
advance(1, *state)  # compiles, and warms up
for part, value in zip(state, initial):
    part[:] = value
wall, cpu = time.perf_counter(), time.process_time()
advance(args.steps, *state)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu

if args.case in ("K1", "K2"):
    mean = np.exp(1j * state[0]).mean()
    checksums = {"r": abs(mean), "mean_theta": state[0].mean()}
elif args.case == "K3":
    checksums = {"mean_x2": (state[0] ** 2).mean(), "mean_v2": (state[1] ** 2).mean()}
else:
    checksums = {"mean_z2": (state[0] ** 2).sum(axis=1).mean(), "mean_re": state[0][:, 0].mean()}

evaluations = {"K1": 4, "K2": 4, "K3": 1, "K4": 2}[args.case]
print(json.dumps({
    "name": name, "case": args.case, "n": n, "directed_edges": len(column), "steps": args.steps,
    "threads": args.threads, "isa": "numba", "path": "peer", "topology": args.topology,
    "seconds": wall, "cpu_seconds": cpu,
    "edge_updates_per_s": len(column) * evaluations * args.steps / wall,
    "oscillator_updates_per_s": n * args.steps / wall,
    "checksums": {key: float(value) for key, value in checksums.items()},
}))
