#!/usr/bin/env python3
"""Holds `phantom signal` against the calls of SciPy, NumPy and antropy that its metrics are said to equal.

    pip install scipy antropy
    python3 benches/peers/signals_check.py target/release/phantom

Prints each metric with both values; the exit code is 1 if one differs by more than 1e-9.
"""

import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import antropy
import numpy as np
import scipy.signal
import scipy.stats

FS, SAMPLES, CHANNELS, SEGMENT = 256, 1024, 4, 256


def phantom(program, path, *arguments):
    command = [program, "signal", "--input", str(path), "--fs", str(FS), "--json", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def spectral_entropy(x, **settings):
    _, density = scipy.signal.welch(x, FS, **settings)
    p = density / density.sum(1, keepdims=True)
    return -(p * np.log(p)).sum(1).mean()


def libraries(x):
    each = [np.ascontiguousarray(channel) for channel in x]
    pairs = list(itertools.combinations(range(CHANNELS), 2))
    _, density = scipy.signal.welch(x, FS, nperseg=SEGMENT)
    peak = 1 + (density / density.sum(1, keepdims=True)).mean(0)[1:].argmax()
    u = np.exp(1j * np.angle(scipy.signal.hilbert(x - x.mean(1, keepdims=True))))
    csd = {(i, j): scipy.signal.csd(x[i], x[j], FS, nperseg=SEGMENT)[1][peak] for i, j in pairs}
    power = density[:, peak]
    return {
        "entropy_bits": np.mean([antropy.spectral_entropy(c, FS, method="welch", nperseg=SEGMENT) for c in each]),
        "periodogram_entropy": np.mean([antropy.spectral_entropy(c, FS, method="fft", normalize=True) for c in each]),
        "permutation_entropy": np.mean([antropy.perm_entropy(c, order=3, delay=1, normalize=True) for c in each]),
        "sample_entropy_nats": np.mean([antropy.sample_entropy(c, order=2) for c in each]),
        "histogram_entropy_nats": np.mean([scipy.stats.entropy(np.histogram(c, 32)[0]) for c in each]),
        "von_neumann_entropy_nats": scipy.stats.entropy(np.linalg.eigvalsh(np.corrcoef(x))),
        "gaussian_entropy_nats": scipy.stats.multivariate_normal(cov=np.cov(x)).entropy(),
        "coherence": np.abs(u.mean(0)).mean(),
        "phase_locking": np.mean([abs((u[i] * u[j].conj()).mean()) for i, j in pairs]),
        "phase_lag_index": np.mean([abs(np.sign(np.imag(u[i] * u[j].conj())).mean()) for i, j in pairs]),
        "imaginary_coherence": np.mean([abs(s.imag) / np.sqrt(power[i] * power[j]) for (i, j), s in csd.items()]),
        "msc": np.mean([abs(s) ** 2 / (power[i] * power[j]) for (i, j), s in csd.items()]),
        "band_power": (density.sum(1) * FS / SEGMENT).mean(),
    }


def main():
    program = sys.argv[1]
    rng = np.random.default_rng(1)
    tone = np.sin(2 * np.pi * 10 * np.arange(SAMPLES) / FS + 0.3 * np.arange(CHANNELS)[:, None])
    x = tone + rng.standard_normal((CHANNELS, SAMPLES))
    expected = libraries(x)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "r.csv"
        np.savetxt(path, x.T, delimiter=",", header="a,b,c,d", comments="", fmt="%.17g")
        names = [part for name in expected for part in ("--metric", name)]
        metrics = phantom(program, path, *names)["metrics"]
        rows = [(name, metrics[name]["value"], value) for name, value in expected.items()]
        symmetric = scipy.signal.windows.hamming(227, sym=True)
        matlab = spectral_entropy(x, window=symmetric, noverlap=113, nfft=256, detrend=False)
        centred = x - x.mean(1, keepdims=True)
        mne = spectral_entropy(centred, window="hamming", nperseg=SEGMENT, noverlap=0, detrend=False)
        for preset, value in [("matlab", matlab), ("mne", mne)]:
            rows.append((f"entropy_nats, preset {preset}", phantom(program, path, "--preset", preset)["entropy_nats"], value))
    worst = 0.0
    for name, own, peer in rows:
        worst = max(worst, abs(own - peer))
        print(f"{name:<30} {own:>20.15g} {float(peer):>20.15g} {abs(own - peer):.1e}")
    sys.exit(1 if worst > 1e-9 else 0)


if __name__ == "__main__":
    main()
