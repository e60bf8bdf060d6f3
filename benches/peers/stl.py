#!/usr/bin/env python3
"""Times formulas of benches/logic.rs with RTAMT's online monitor and prints the least ns a sample as JSON.

    pip install rtamt

Arguments: a name and a formula, in turns.
"""

import json
import random
import sys
import time

import rtamt

SAMPLES, ROUNDS = 1000, 7


def monitor(formula):
    spec = rtamt.StlDiscreteTimeSpecification()
    for name in "xy":
        spec.declare_var(name, "float")
    spec.declare_var("out", "float")
    spec.spec = "out = " + formula
    spec.parse()
    # Operators of the future become operators of the past, judged a horizon later.
    spec.pastify()
    return spec


def main():
    rng = random.Random(0)
    rows = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(SAMPLES)]
    out = {}
    for name, formula in zip(sys.argv[1::2], sys.argv[2::2]):
        times = []
        for _ in range(ROUNDS):
            spec = monitor(formula)
            for k in range(1100):
                spec.update(k, [("x", 0.0), ("y", 0.0)])
            begin = time.process_time()
            for k, (x, y) in enumerate(rows):
                spec.update(1100 + k, [("x", x), ("y", y)])
            times.append(1e9 * (time.process_time() - begin) / SAMPLES)
        out[name] = min(times)
    print(json.dumps(out))


if __name__ == "__main__":
    main()
