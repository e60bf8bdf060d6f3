// Hand-tuned C++: what the four problems cost when every known lever is pulled.
//
// Node-parallel gathers over directed rows sorted by degree, the angle difference identity instead
// of a sine per edge, (sin, cos) and (re, im) side by side in 16 bytes, polynomial sincos and log,
// and Runge-Kutta stages fused so that every array is read once per stage.

#include "graph.hpp"
#include "vecmath.hpp"

#include <omp.h>

using namespace peers;

namespace {

constexpr u64 BLOCK = 128;  // rows whose sums wait in the first-level cache

u64 padded(u64 n) { return (n + LANES - 1) / LANES * LANES; }

Array<double> padded_copy(const Array<double>& values) {
    Array<double> copy(padded(values.size()), 0.0);
    std::copy(values.begin(), values.end(), copy.begin());
    return copy;
}

/// Rows per thread, cut at whole vectors, with about the same number of edges each.
std::vector<u64> shares(const Rows& rows, int threads) {
    std::vector<u64> cut(std::size_t(threads) + 1, rows.n);
    cut[0] = 0;
    for (int t = 1; t < threads; ++t) {
        const u64 edge = rows.directed() * u64(t) / u64(threads);
        const u64 row = u64(std::lower_bound(rows.first.begin(), rows.first.end(), edge) - rows.first.begin());
        cut[std::size_t(t)] = std::min(rows.n, padded(row));
    }
    return cut;
}

Array<double> row_sums(const Rows& rows) {
    Array<double> sums(padded(rows.n), 0.0);
    for (u64 i = 0; i < rows.n; ++i)
        for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) sums[i] += rows.weight[e];
    return sums;
}

/// 16-byte entries of a table, or 8-byte ones.
struct Pairs {
    using Value = Pair;
    const double* table;
    const double* place(u32 j) const { return table + 2 * std::size_t(j); }
    Pair operator[](u32 j) const {
        Pair pair;
        std::memcpy(&pair, place(j), sizeof pair);
        return pair;
    }
};
struct Singles {
    using Value = double;
    const double* table;
    const double* place(u32 j) const { return table + j; }
    double operator[](u32 j) const { return table[j]; }
};

/// Weighted sums of table entries over rows `lo..hi`, one row at a time with two running sums.
///
/// Short rows are limited by the mispredicted branch at their ends: rows of one degree in sequence
/// cost none. Fetching entries ahead pays once the table has outgrown the second-level cache, where
/// the reordering window of the core no longer covers the latency, and costs a little before.
template <bool FETCH, class Table>
inline void gather(const Rows& rows, Table table, u64 lo, u64 hi, double* out) {
    using Value = typename Table::Value;
    const u32* column = rows.column.data();
    const double* weight = rows.weight.data();
    for (u64 i = lo; i < hi; ++i) {
        u32 e = rows.first[i];
        const u32 end = rows.first[i + 1];
        Value even{}, odd{};
        for (; e + 2 <= end; e += 2) {
            if constexpr (FETCH) {
                __builtin_prefetch(table.place(column[e + Rows::AHEAD]));
                __builtin_prefetch(table.place(column[e + 1 + Rows::AHEAD]));
            }
            even += weight[e] * table[column[e]];
            odd += weight[e + 1] * table[column[e + 1]];
        }
        if (e < end) even += weight[e] * table[column[e]];
        even += odd;
        std::memcpy(out, &even, sizeof even);
        out += sizeof(Value) / sizeof(double);
    }
}

constexpr u64 KEPT_IN_CACHE = 3 << 18;  // bytes; a second-level cache of 1 MiB less what streams through it

template <class Table>
inline void gather(const Rows& rows, Table table, u64 lo, u64 hi, double* out) {
    if (rows.n * sizeof(typename Table::Value) > KEPT_IN_CACHE) gather<true>(rows, table, lo, hi, out);
    else gather<false>(rows, table, lo, hi, out);
}

/// One stage of the classic Runge-Kutta scheme: takes the slope, keeps the weighted sum of slopes,
/// and answers where the next slope is to be taken.
template <int STAGE>
inline Vec advance(double* theta, double* slopes, Vec slope) {
    const Vec at = load(theta);
    if constexpr (STAGE == 1) {
        store(slopes, slope);
        return at + (0.5 * DT) * slope;
    } else if constexpr (STAGE == 2 || STAGE == 3) {
        store(slopes, load(slopes) + 2.0 * slope);
        return at + (STAGE == 2 ? 0.5 * DT : DT) * slope;
    } else {
        const Vec next = at + (DT / 6.0) * (load(slopes) + slope);
        store(theta, next);
        return next;
    }
}

// ---------------------------------------------------------------- K1: Kuramoto on a graph

struct Kuramoto {
    const Rows& rows;
    Array<double> omega, theta, slopes, tables[2];

    template <int STAGE>
    void stage(u64 lo, u64 hi) {
        const double* table = tables[(STAGE - 1) % 2].data();
        double* next = tables[STAGE % 2].data();
        alignas(64) double sums[2 * BLOCK] = {};
        for (u64 begin = lo; begin < hi; begin += BLOCK) {
            const u64 end = std::min(hi, begin + BLOCK);
            gather(rows, Pairs{table}, begin, end, sums);
            for (u64 i = begin; i < end; i += LANES) {
                Vec sum_sin, sum_cos, s, c;
                load_pairs(sums + 2 * (i - begin), sum_sin, sum_cos);
                load_pairs(table + 2 * i, s, c);
                const Vec slope = load(&omega[i]) + COUPLING * (c * sum_sin - s * sum_cos);
                sincos(advance<STAGE>(&theta[i], &slopes[i], slope), s, c);
                store_pairs(next + 2 * i, s, c);
            }
        }
    }

    void run(u64 steps, int threads) {
        const std::vector<u64> cut = shares(rows, threads);
#pragma omp parallel num_threads(threads)
        {
            const std::size_t me = std::size_t(omp_get_thread_num());
            const u64 lo = cut[me], hi = cut[me + 1];
            for (u64 i = lo; i < hi; i += LANES) {
                Vec s, c;
                sincos(load(&theta[i]), s, c);
                store_pairs(&tables[0][2 * i], s, c);
            }
            for (u64 step = 0; step < steps; ++step) {
#pragma omp barrier
                stage<1>(lo, hi);
#pragma omp barrier
                stage<2>(lo, hi);
#pragma omp barrier
                stage<3>(lo, hi);
#pragma omp barrier
                stage<4>(lo, hi);
            }
        }
    }
};

// ---------------------------------------------------------------- K2: mean field

struct MeanField {
    static constexpr u64 CHUNK = 1024;  // sums per chunk, then in order: the same for any number of threads
    u64 n;
    Array<double> omega, theta, slopes, sine, cosine;
    std::vector<Pair> sums[2];

    u64 chunks() const { return (n + CHUNK - 1) / CHUNK; }

    /// (mean sin, mean cos)
    Pair mean(int which) const {
        Pair total{};
        for (const Pair& p : sums[which]) total += p;
        return total / double(n);
    }

    template <int STAGE>  // stage 0 only fills the tables
    void stage(u64 lo, u64 hi) {
        const Pair field = STAGE == 0 ? Pair{} : MEAN_FIELD * mean((STAGE + 1) % 2);
        for (u64 chunk = lo; chunk < hi; ++chunk) {
            Vec sum_sin{}, sum_cos{};
            const u64 end = std::min(n, (chunk + 1) * CHUNK);
            for (u64 i = chunk * CHUNK; i < end; i += LANES) {
                Vec s, c, at = load(&theta[i]);
                if constexpr (STAGE > 0) {
                    const Vec slope = load(&omega[i]) + (field[0] * load(&cosine[i]) - field[1] * load(&sine[i]));
                    at = advance<STAGE>(&theta[i], &slopes[i], slope);
                }
                sincos(at, s, c);
                if (i + LANES > n)
                    for (int lane = int(n - i); lane < LANES; ++lane) s[lane] = c[lane] = 0.0;
                store(&sine[i], s);
                store(&cosine[i], c);
                sum_sin += s;
                sum_cos += c;
            }
            Pair sum{};
            for (int lane = 0; lane < LANES; ++lane) sum += Pair{sum_sin[lane], sum_cos[lane]};
            sums[STAGE % 2][chunk] = sum;
        }
    }

    void run(u64 steps, int threads) {
#pragma omp parallel num_threads(threads)
        {
            const u64 me = u64(omp_get_thread_num());
            const u64 lo = chunks() * me / u64(threads), hi = chunks() * (me + 1) / u64(threads);
            stage<0>(lo, hi);
            for (u64 step = 0; step < steps; ++step) {
#pragma omp barrier
                stage<1>(lo, hi);
#pragma omp barrier
                stage<2>(lo, hi);
#pragma omp barrier
                stage<3>(lo, hi);
#pragma omp barrier
                stage<4>(lo, hi);
            }
        }
    }
};

// ---------------------------------------------------------------- K3: damped springs

struct Springs {
    const Rows& rows;
    Array<double> stiffness;  // of the node alone and of all its springs
    Array<double> v, x[2];

    void run(u64 steps, int threads) {
        const std::vector<u64> cut = shares(rows, threads);
#pragma omp parallel num_threads(threads)
        {
            const std::size_t me = std::size_t(omp_get_thread_num());
            const u64 lo = cut[me], hi = cut[me + 1];
            alignas(64) double sums[BLOCK] = {};
            for (u64 step = 0; step < steps; ++step) {
                const double* now = x[step % 2].data();
                double* next = x[(step + 1) % 2].data();
                for (u64 begin = lo; begin < hi; begin += BLOCK) {
                    const u64 end = std::min(hi, begin + BLOCK);
                    gather(rows, Singles{now}, begin, end, sums);
                    for (u64 i = begin; i < end; i += LANES) {
                        const Vec at = load(now + i), velocity = load(&v[i]);
                        const Vec force =
                            COUPLING * load(sums + (i - begin)) - load(&stiffness[i]) * at - DAMPING * velocity;
                        const Vec kicked = velocity + DT * force;
                        store(&v[i], kicked);
                        store(next + i, at + DT * kicked);
                    }
                }
#pragma omp barrier
            }
        }
        if (steps % 2) std::swap(x[0], x[1]);
    }
};

// ---------------------------------------------------------------- K4: noisy Stuart-Landau

struct Amplitudes {
    const Rows& rows;
    u64 start;  // of the noise
    Array<double> omega, drain;  // drain: what the coupling takes from the node itself
    Array<double> z, predicted, base;
    Array<u64> label;

    /// Two independent normals per lane from the node's label and the step.
    void normals(u64 step, u64 i, Vec& re, Vec& im) const {
        Word node;
        std::memcpy(&node, &label[i], sizeof node);
        const Word m = 2 * (step * rows.n + node);
        auto mixed = [](Word w) {
            w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9;
            w = (w ^ (w >> 27)) * 0x94D049BB133111EB;
            return w ^ (w >> 31);
        };
        const Vec u1 = to_double((mixed(start + (m + 1) * GOLDEN) >> 11) + 1) * 0x1p-53;
        const Vec u2 = to_double(mixed(start + (m + 2) * GOLDEN) >> 11) * 0x1p-53;
        const Vec radius = square_root(-2.0 * peers::log(u1));
        peers::sincos(6.283185307179586 * u2, im, re);
        re *= radius;
        im *= radius;
    }

    template <bool CORRECT>
    void half(u64 step, u64 lo, u64 hi) {
        const double* table = CORRECT ? predicted.data() : z.data();
        const double kick = NOISE_STRENGTH * std::sqrt(DT);
        alignas(64) double sums[2 * BLOCK] = {};
        for (u64 begin = lo; begin < hi; begin += BLOCK) {
            const u64 end = std::min(hi, begin + BLOCK);
            gather(rows, Pairs{table}, begin, end, sums);
            for (u64 i = begin; i < end; i += LANES) {
                Vec sum_re, sum_im, re, im;
                load_pairs(sums + 2 * (i - begin), sum_re, sum_im);
                load_pairs(table + 2 * i, re, im);
                const Vec rate = GROWTH - load(&drain[i]) - (re * re + im * im), turn = load(&omega[i]);
                const Vec slope_re = rate * re - turn * im + COUPLING * sum_re;
                const Vec slope_im = rate * im + turn * re + COUPLING * sum_im;
                if constexpr (CORRECT) {
                    Vec base_re, base_im;
                    load_pairs(&base[2 * i], base_re, base_im);
                    store_pairs(&z[2 * i], base_re + (0.5 * DT) * slope_re, base_im + (0.5 * DT) * slope_im);
                } else {
                    Vec noise_re, noise_im;
                    normals(step, i, noise_re, noise_im);
                    re += kick * noise_re;
                    im += kick * noise_im;
                    store_pairs(&predicted[2 * i], re + DT * slope_re, im + DT * slope_im);
                    store_pairs(&base[2 * i], re + (0.5 * DT) * slope_re, im + (0.5 * DT) * slope_im);
                }
            }
        }
    }

    void run(u64 steps, int threads) {
        const std::vector<u64> cut = shares(rows, threads);
#pragma omp parallel num_threads(threads)
        {
            const std::size_t me = std::size_t(omp_get_thread_num());
            const u64 lo = cut[me], hi = cut[me + 1];
            for (u64 step = 0; step < steps; ++step) {
#pragma omp barrier
                half<false>(step, lo, hi);
#pragma omp barrier
                half<true>(step, lo, hi);
            }
        }
    }
};

// ---------------------------------------------------------------- measuring

/// Runs one step to warm up, puts the state back, and times the steps asked for.
template <class Peer, class Reset, class Sums>
void measure(Peer& peer, const std::string& name, const Options& options, u64 directed, Reset reset, Sums sums) {
    reset();
    peer.run(1, options.threads);
    reset();
    const Elapsed time = timed([&] { peer.run(options.steps, options.threads); });
    report(name, options, directed, time, sums());
}

}  // namespace

int main(int argc, char** argv) try {
    Options options(argc, argv);
    const Problem problem(options);
    const Rows& rows = problem.rows;
    const Order& order = problem.order;
    const u64 n = options.n, wide = padded(n), seed = options.seed;
    const Array<double> omega = padded_copy(frequencies(order, seed));

    if (options.name == "K1") {
        const Array<double> theta = padded_copy(phases(order, seed));
        Kuramoto peer{rows, omega, theta, Array<double>(wide), {Array<double>(2 * wide), Array<double>(2 * wide)}};
        measure(peer, "tuned_trick_" + problem.order_name, options, rows.directed(),
                [&] { std::copy(theta.begin(), theta.end(), peer.theta.begin()); },
                [&] { return phase_checksums(peer.theta, n); });
    } else if (options.name == "K2") {
        const Array<double> theta = padded_copy(phases(order, seed));
        MeanField peer{n, omega, theta, Array<double>(wide), Array<double>(wide), Array<double>(wide), {}};
        for (auto& sums : peer.sums) sums.resize(peer.chunks());
        measure(peer, "tuned_mean_field", options, 0,
                [&] { std::copy(theta.begin(), theta.end(), peer.theta.begin()); },
                [&] { return phase_checksums(peer.theta, n); });
    } else if (options.name == "K3") {
        const Array<double> x = padded_copy(positions(order, seed)), v = padded_copy(velocities(order, seed));
        Array<double> stiffness = row_sums(rows);
        for (u64 i = 0; i < n; ++i) {
            const double own = 1.0 + 0.5 * omega[i];
            stiffness[i] = own * own + COUPLING * stiffness[i];
        }
        Springs peer{rows, stiffness, v, {x, Array<double>(wide)}};
        measure(peer, "tuned_springs_" + problem.order_name, options, rows.directed(),
                [&] {
                    std::copy(x.begin(), x.end(), peer.x[0].begin());
                    std::copy(v.begin(), v.end(), peer.v.begin());
                },
                [&] { return spring_checksums(peer.x[0], peer.v, n); });
    } else {
        const Array<double> re = positions(order, seed), im = velocities(order, seed);
        Array<double> z(2 * wide, 0.0), drain = row_sums(rows);
        for (u64 i = 0; i < n; ++i) z[2 * i] = re[i], z[2 * i + 1] = im[i];
        for (double& value : drain) value *= COUPLING;
        Array<u64> label(wide, 0);
        std::copy(order.begin(), order.end(), label.begin());
        Amplitudes peer{rows, stream(seed, NOISE), omega, drain, z, Array<double>(2 * wide), Array<double>(2 * wide),
                        label};
        measure(peer, "tuned_heun_" + problem.order_name, options, rows.directed(),
                [&] { std::copy(z.begin(), z.end(), peer.z.begin()); },
                [&] { return amplitude_checksums(peer.z, n); });
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "tuned: %s\n", error.what());
    return 2;
}
