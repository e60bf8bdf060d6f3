"""Sweep a scene, read the table and one cell with pandas, and plot both.

    pip install pandas pyarrow matplotlib
    python examples/python/sweep.py [--phantom PATH] [--out FOLDER] [--ticks N]

The sweep varies the coupling of `hello` without its controller. Run again with the same folder, it
takes the cells that are there.
"""

import argparse
import json
import pathlib
import subprocess

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
import pyarrow.parquet as pq

COUPLING = "populations[0].coupling"
MEAN = "coherence:mean"


def sweep(phantom: str, out: pathlib.Path, ticks: int) -> None:
    """Run the sweep, or what is missing of it."""
    command = [
        phantom, "sweep", "hello",
        "-p", f"{COUPLING}=0:2:0.25",
        "--seeds", "4", "--ticks", str(ticks),
        "--set", "control.enabled=false",
        "--set", "record.format=Parquet",
        "--stat", "coherence:mean,last,time_above(0.9)",
        "--out", str(out),
    ]
    if (out / "plan.json").exists():
        command.append("--resume")
    subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phantom", default="phantom", help="the program")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("sweeps/python"))
    parser.add_argument("--ticks", type=int, default=1000)
    args = parser.parse_args()
    sweep(args.phantom, args.out, args.ticks)

    # The table of cells, one row a cell. Its columns are named as the sweep was told.
    cells = pd.read_parquet(args.out / "cells.parquet")
    print(cells.groupby(COUPLING)[MEAN].agg(["mean", "min", "max"]).to_string())

    # One cell: its rows are a directory of Parquet parts, units are in their metadata.
    best = cells.loc[cells[MEAN].idxmax()]
    rows_at = args.out / "cells" / best["id"] / "metrics.parquet"
    rows = pd.read_parquet(rows_at, columns=["t_s", "scope", "coherence"])
    rows = rows[rows["scope"] == "cluster"]
    metadata = pq.read_schema(next(iter(sorted(rows_at.glob("*.parquet"))))).metadata
    unit = json.loads(metadata[b"phantomos.units"])["t_s"]

    figure, (response, trace) = plt.subplots(1, 2, figsize=(9, 3.5))
    points = cells.groupby(COUPLING)[MEAN]
    response.plot(points.mean().index, points.mean(), marker="o")
    response.fill_between(points.min().index, points.min(), points.max(), alpha=0.25)
    response.set(xlabel="coupling (1/s)", ylabel="mean coherence", ylim=(0, 1))
    trace.plot(rows["t_s"], rows["coherence"])
    trace.set(xlabel=f"time ({unit})", title=f"cell {best['id']}, seed {best['seed']}", ylim=(0, 1))
    figure.tight_layout()
    path = args.out / "python.png"
    figure.savefig(path, dpi=150)
    print(f"written to {path}; the same cell again: phantom verify {rows_at.parent}")


if __name__ == "__main__":
    main()
