#!/usr/bin/env python3
"""Times what benches/signal.rs measures with SciPy and antropy, and prints medians in ms as JSON.

    pip install scipy antropy
"""

import json
import statistics
import time

import numpy as np
import scipy.signal

CHANNELS, WINDOW, SEGMENT, ROUNDS = 256, 4096, 256, 5


def median_ms(call):
    call()
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        call()
        times.append(1e3 * (time.process_time() - begin))
    return statistics.median(times)


def at_bin(x, k):
    """Spectra of the half overlapping Hann segments at one bin: channels x segments."""
    segments = np.lib.stride_tricks.sliding_window_view(x, SEGMENT, axis=1)[:, :: SEGMENT // 2]
    window = scipy.signal.get_window("hann", SEGMENT)
    return np.fft.rfft((segments - segments.mean(-1, keepdims=True)) * window)[:, :, k]


def mean_msc(spectra):
    """Over all pairs, by the smaller Gram matrix."""
    unit = spectra / np.linalg.norm(spectra, axis=1, keepdims=True)
    gram = unit.conj().T @ unit
    count = len(spectra)
    return (np.linalg.norm(gram) ** 2 - count) / (count * (count - 1))


def phasors(x):
    return np.exp(1j * np.angle(scipy.signal.hilbert(x - x.mean(1, keepdims=True), axis=1)))


def three(x):
    _, density = scipy.signal.welch(x, 1000.0, nperseg=SEGMENT)
    p = density / density.sum(1, keepdims=True)
    entropy = -(p * np.log(np.where(p > 0, p, 1.0))).sum(1).mean()
    order = np.abs(phasors(x).mean(0)).mean()
    mean = p.mean(0)
    peak = 1 + mean[1:].argmax()
    resonance = (mean[peak] / mean[1:].mean() - 1) * mean_msc(at_bin(x, peak))
    return entropy, order, resonance


def main():
    rng = np.random.default_rng(0)
    tone = np.sin(0.3 * np.arange(WINDOW) + 0.01 * np.arange(CHANNELS)[:, None])
    x = rng.standard_normal((CHANNELS, WINDOW)) + tone
    u = phasors(x)
    spectra = at_bin(x, 12)
    out = {
        "three": median_ms(lambda: three(x)),
        "locking": median_ms(lambda: np.abs(u @ u.conj().T) / WINDOW),
        "msc": median_ms(lambda: mean_msc(spectra)),
    }
    try:
        import antropy

        out["permutation"] = median_ms(lambda: antropy.perm_entropy(x, order=3, delay=1, normalize=True))
    except ImportError:
        pass
    print(json.dumps(out))


if __name__ == "__main__":
    main()
