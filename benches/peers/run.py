#!/usr/bin/env python3
"""Builds the peers, runs them and `phantom bench dynamics` in turn, and compares.

    python3 benches/peers/run.py --phantom target/release/phantom
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# No -ffast-math: it would fold away the rounding of the polynomials. What is safe of it is here.
FLAGS = ["-std=c++17", "-O3", "-march=native", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math", "-fopenmp"]

EVALUATIONS = {"K1": 4, "K2": 4, "K3": 1, "K4": 2}  # of the right-hand side per step
SINCOS_PER_EDGE = {"K1": 1 / 16, "K3": 0, "K4": 1 / 32}  # K4: one for the noise of a step of two evaluations
STEPS_FACTOR = {"K1": 1, "K2": 4, "K3": 4, "K4": 2}  # so that the cheap cases take long enough to time
TOLERANCE = 1e-9

# What the peers reached, in M/s, on another machine (two Xeon cores with AVX-512 and 2 MiB of
# second-level cache each; one thread, rand16), and the limits of that machine.
LISTED_SIZES = (10_000, 100_000, 1_000_000)
LISTED_LIMITS = {"read": (55e9, 29e9, 14.8e9), "gather": (2405e6, 1502e6, 200e6), "sincos": (1154e6,) * 3}
LISTED_RATES = {
    ("K1", "tuned_trick_degree"): (1160, 750, 218),
    ("K1", "odeint_rk4_trick"): (748, 627, 205),
    ("K1", "odeint_rk4_textbook"): (51.2, 47.1, 28.3),
    ("K1", "numba_trick"): (256, 177, 110),
    ("K2", "tuned_mean_field"): (114, 92.7, 86.1),
    ("K2", "odeint_rk4_textbook"): (6.18, 5.52, 5.62),
    ("K2", "numba_mean_field"): (11.4, 9.53, 8.88),
    ("K3", "tuned_springs_degree"): (1330, 987, 264),
    ("K3", "odeint_symplectic_euler"): (901, 753, 246),
    ("K3", "numba_csr"): (576, 499, 223),
    ("K4", "tuned_heun_degree"): (740, 574, 191),
    ("K4", "numba_heun"): (267, 184, 108),
}
COUNTS_FROM = 0.9  # of the listed fraction


def limit(case, read, gather, sincos):
    """Updates per second the machine would allow: directed edges, or oscillators for K2."""
    if case == "K2":
        return sincos / EVALUATIONS[case]
    return 1 / (12 / read + 1 / gather + SINCOS_PER_EDGE[case] / sincos)


def listed_fraction(case, name, n):
    if n not in LISTED_SIZES or (case, name) not in LISTED_RATES:
        return None
    at = LISTED_SIZES.index(n)
    rate = LISTED_RATES[case, name][at] * 1e6
    return rate / limit(case, *(LISTED_LIMITS[key][at] for key in ("read", "gather", "sincos")))


def options():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--phantom", type=Path, help="the program to compare with the peers (without it, only they run)")
    ap.add_argument("--build", type=Path, default=ROOT / "target" / "peers", help="folder of the built peers")
    ap.add_argument("--sizes", default="10000,100000,1000000")
    ap.add_argument("--cases", default="K1,K2,K3,K4")
    ap.add_argument("--topology", default="rand16", choices=["rand16", "ring16", "ring16s", "ring16s_rcm"])
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--steps", type=int, help="the same for all cases and sizes (default: fewer for more nodes)")
    ap.add_argument("--seed", type=int, default=42)
    ap.add_argument("--clock", default="auto", choices=["auto", "wall", "cpu"],
                    help="auto: processor time on one thread if every program tells it, else wall time")
    ap.add_argument("--huge", action="store_true", help="2 MiB pages for everything, by way of glibc")
    ap.add_argument("--json", type=Path, help="write everything to this file")
    args = ap.parse_args()
    args.sizes = [int(float(word)) for word in args.sizes.split(",")]
    args.cases = args.cases.split(",")
    if not set(args.cases) <= set(EVALUATIONS):
        ap.error(f"the cases are {', '.join(EVALUATIONS)}")
    if args.rounds < 1 or args.threads < 1:
        ap.error("--rounds and --threads are at least 1")
    if args.phantom and not args.phantom.exists():
        ap.error(f"{args.phantom} does not exist")
    return args


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(folder):
    """The names of the C++ programs that are ready, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    compiler = os.environ.get("CXX", "g++")
    ready = set()
    for name in ("limits", "tuned", "odeint"):
        source, binary = HERE / f"{name}.cpp", folder / name
        newest = max(path.stat().st_mtime for path in (source, HERE / "graph.hpp", HERE / "vecmath.hpp"))
        if binary.exists() and binary.stat().st_mtime > newest:
            ready.add(name)
            continue
        say(f"building {name}")
        if not shutil.which(compiler):
            say(f"{compiler} is missing: {name} is left out")
        elif (made := subprocess.run([compiler, *FLAGS, str(source), "-o", str(binary)], capture_output=True, text=True)).returncode:
            errors = [line for line in made.stderr.splitlines() if "error" in line]
            say(f"{name} is left out: {(errors or ['it does not compile'])[0]}")
        else:
            ready.add(name)
    return ready


def environment(args):
    env = dict(os.environ)
    if args.threads > 1:
        env["OMP_WAIT_POLICY"] = "active"  # waking sleeping threads costs more than a stage of 1e4 nodes
    if args.huge:
        env["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    return env


def implementations(args, ready, case):
    """(name, command, kind) of what runs for `case`. Kind: ours, peer, or slow (only in the first round)."""
    found = []
    if args.phantom:
        # The order is the program's own affair, so a shuffled ring is given as such.
        topology = "ring16s" if args.topology == "ring16s_rcm" else args.topology
        ours = [str(args.phantom.resolve()), "bench", "dynamics", "--json", "--topology", topology]
        found += [("phantom_bare", [*ours, "--bare"], "ours"), ("phantom_plugins", ours, "ours")]
    given = ["--topology", args.topology]
    if "tuned" in ready:
        order = {"rand16": "degree", "ring16s_rcm": "rcm"}.get(args.topology, "natural")
        name = {"K1": f"tuned_trick_{order}", "K2": "tuned_mean_field", "K3": f"tuned_springs_{order}", "K4": f"tuned_heun_{order}"}
        found.append((name[case], [str(args.build / "tuned"), *given], "peer"))
    if "odeint" in ready:
        program = [str(args.build / "odeint"), *given]
        if case == "K1":
            found.append(("odeint_rk4_trick", [*program, "--variant", "trick"], "peer"))
        if case in ("K1", "K2"):
            found.append(("odeint_rk4_textbook", [*program, "--variant", "textbook"], "slow"))
        if case == "K3":
            found.append(("odeint_symplectic_euler", program, "peer"))
    if importlib.util.find_spec("numba"):
        name = {"K1": "numba_trick", "K2": "numba_mean_field", "K3": "numba_csr", "K4": "numba_heun"}
        cache = ["--cache", str(args.build / "numba")]
        found.append((name[case], [sys.executable, str(HERE / "numba_peer.py"), *cache, *given], "peer"))
    return found


def answer(command, env):
    """The JSON object a program prints, or None and a word on standard error."""
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        say(f"{' '.join(command)}\n  failed: {done.stderr.strip()[-500:]}")
        return None
    texts = [done.stdout, *(line for line in done.stdout.splitlines() if line.startswith("{"))]
    for text in texts:
        try:
            return json.loads(text)
        except ValueError:
            pass
    say(f"{' '.join(command)}\n  printed no JSON")
    return None


def default_steps(args, case, n):
    if args.steps:
        return args.steps
    return STEPS_FACTOR[case] * (400 if n <= 30_000 else 100 if n <= 300_000 else 10)


def deviation(a, b):
    """The largest relative difference of two sets of checksums; infinite if they are not of the same kind."""
    if not a or set(a) != set(b):
        return float("inf")
    differences = [abs(a[key] - b[key]) / max(abs(a[key]), abs(b[key]), 1e-300) for key in a]
    return max(d if d == d else float("inf") for d in differences)


def measure(args, ready, env):
    """Every answer, by (case, n, name), and the limits by n; all programs take turns."""
    answers, kinds, limits, broken = {}, {}, {}, set()
    for round_number in range(args.rounds):
        for n in args.sizes:
            if "limits" in ready:
                command = [str(args.build / "limits"), "--threads", str(args.threads), "--n", str(n)]
                if found := answer(command, env):
                    size, best = found["sizes"][0], limits.setdefault(n, {"read": 0, "gather": 0, "sincos": 0})
                    now = {"read": size["read_bytes_per_s"], "gather": size["gather16_per_s"], "sincos": found["sincos_per_s"]}
                    limits[n] = {key: max(best[key], now[key]) for key in best}
            for case in args.cases:
                for name, command, kind in implementations(args, ready, case):
                    key = (case, n, name)
                    if key in broken or (kind == "slow" and round_number > 0):
                        continue
                    say(f"round {round_number + 1}/{args.rounds}  {case}  n = {n}  {name}")
                    common = ["--case", case, "--n", str(n), "--seed", str(args.seed),
                              "--steps", str(default_steps(args, case, n)), "--threads", str(args.threads)]
                    found = answer([*command, *common], env)
                    if found is None:
                        broken.add(key)
                    else:
                        answers.setdefault(key, []).append(found)
                        kinds[key] = kind
    return answers, kinds, limits, broken


def rate(args, found, clock):
    case = found["case"]
    per_step = found["n"] if case == "K2" else found["directed_edges"] * EVALUATIONS[case]
    return per_step * found.get("steps_timed", found["steps"]) / found["cpu_seconds" if clock == "cpu" else "seconds"]


def evaluate(args, answers, kinds, limits):
    """One record per case and size."""
    records = []
    for case in args.cases:
        for n in args.sizes:
            names = [name for (c, m, name) in answers if (c, m) == (case, n)]
            if not names:
                continue
            everything = [found for name in names for found in answers[case, n, name]]
            told = all("cpu_seconds" in found for found in everything)
            clock = args.clock if args.clock != "auto" else "cpu" if told and args.threads == 1 else "wall"
            if clock == "cpu" and not told:
                say(f"{case} n = {n}: not every program tells its processor time, so wall time is used")
                clock = "wall"
            # Peers first: they vouch for one another before ours is held against them.
            names.sort(key=lambda name: kinds[case, n, name] == "ours")
            reference = answers[case, n, names[0]][0]["checksums"]
            rows = []
            for name in names:
                found = answers[case, n, name]
                rates = [rate(args, one, clock) for one in found]
                row = {
                    "name": name, "ours": kinds[case, n, name] == "ours", "isa": found[0].get("isa"),
                    "median": statistics.median(rates), "best": max(rates), "runs": len(rates),
                    "deviation": max(deviation(one["checksums"], reference) for one in found),
                    "checksums": found[0]["checksums"], "answers": found,
                }
                row["agrees"] = row["deviation"] <= TOLERANCE
                if n in limits:
                    row["of_limit"] = row["best"] / limit(case, **limits[n])
                    listed = listed_fraction(case, name, n) if args.threads == 1 and args.topology == "rand16" else None
                    if listed is not None:
                        row["listed_of_limit"] = listed
                        row["counts"] = row["of_limit"] >= COUNTS_FROM * listed
                rows.append(row)
            ours = {row["name"]: row["median"] for row in rows if row["ours"]}
            for row in rows:
                if not row["ours"]:
                    row["ratios"] = {name: median / row["median"] for name, median in ours.items()}
            records.append({"case": case, "n": n, "clock": clock, "steps": everything[0]["steps"],
                            "limit": limit(case, **limits[n]) if n in limits else None, "rows": rows})
    return records


def table(args, records, limits):
    number = lambda value, form: "-" if value is None else format(value, form)
    for n, found in sorted(limits.items()):
        print(f"limits at n = {n}: read {found['read'] / 1e9:.1f} GB/s, gather {found['gather'] / 1e6:.0f} M/s, "
              f"sincos {found['sincos'] / 1e6:.0f} M/s")
    print("\nrates in M directed-edge updates/s (K2: M oscillator updates/s); "
          f"{args.threads} thread{'s' * (args.threads > 1)}, {args.topology}\n")
    head = f"{'implementation':26}{'median':>9}{'best':>9}{'bare/peer':>11}{'plugins/peer':>14}{'of limit':>10}{'listed':>8}  counts  checksums"
    for record in records:
        allowed = record["limit"]
        print(f"{record['case']}  n = {record['n']}  {record['steps']} steps, {record['clock']} time"
              + (f", limit {allowed / 1e6:.0f} M/s" if allowed else ""))
        print(head)
        for row in sorted(record["rows"], key=lambda row: -row["median"]):
            ratios = row.get("ratios", {})
            counts = {True: "yes", False: "no", None: "-"}[row.get("counts")]
            print(f"{row['name']:26}{row['median'] / 1e6:9.4g}{row['best'] / 1e6:9.4g}"
                  f"{number(ratios.get('phantom_bare'), '.2f'):>11}{number(ratios.get('phantom_plugins'), '.2f'):>14}"
                  f"{number(row.get('of_limit'), '.1%'):>10}{number(row.get('listed_of_limit'), '.0%'):>8}  {counts:6}  "
                  f"{'agree' if row['agrees'] else 'DIFFER'} ({row['deviation']:.0e})")
        print()


def main():
    args = options()
    ready, env = build(args.build), environment(args)
    if not importlib.util.find_spec("numba"):
        say("numba is missing: its peer is left out")
    answers, kinds, limits, broken = measure(args, ready, env)
    records = evaluate(args, answers, kinds, limits)
    table(args, records, limits)
    if args.json:
        settings = {key: str(value) if isinstance(value, Path) else value for key, value in vars(args).items()}
        args.json.write_text(json.dumps(
            {"settings": settings, "flags": FLAGS, "limits": limits, "records": records,
             "failed": sorted(" ".join(map(str, key)) for key in broken)}, indent=1))
    wrong = [row["name"] for record in records for row in record["rows"] if not row["agrees"]]
    if wrong:
        say(f"checksums differ: {', '.join(sorted(set(wrong)))}")
    return 1 if wrong or broken or not records else 0


if __name__ == "__main__":
    sys.exit(main())
