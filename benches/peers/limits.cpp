// What the machine allows: the rates the limit model of the runner is made of.
//
//   limits [--threads T] [--n N[,N...]] [--milliseconds MS]
//
// read    sequential reading of as many bytes as the directed edges of n nodes take (12 each)
// gather  summing 16-byte entries of a table of n at random places; the places stream in, 4 bytes each
// sincos  the polynomial over a block in the first-level cache, both results stored

#include "graph.hpp"
#include "vecmath.hpp"

#include <functional>
#include <omp.h>

using namespace peers;

namespace {

volatile double sink;

/// The best rate of several timings of `work`, which does `amount` of something on each thread.
double best_rate(int threads, double milliseconds, double amount, const std::function<double(int)>& work) {
    double best = 0;
    const double until = wall_time() + 1e-3 * milliseconds;
    for (int round = 0; round < 3 || wall_time() < until; ++round) {
        double total = 0;
        const Elapsed time = timed([&] {
#pragma omp parallel num_threads(threads) reduction(+ : total)
            total += work(omp_get_thread_num());
        });
        sink = total;
        best = std::max(best, amount * threads / (threads == 1 ? time.cpu : time.wall));
    }
    return best;
}

/// Bytes per second. All threads read their part of the same bytes, as they do with the edges.
double read_rate(u64 bytes, int threads, double milliseconds) {
    const u64 part = bytes / 8 / u64(threads) / 64 * 64;
    const Array<double> data(part * u64(threads), 1.0);
    const u64 repeats = std::max<u64>(1, 20000000 / bytes);
    return best_rate(threads, milliseconds, double(8 * part * repeats), [&](int thread) {
        double total = 0;
        for (u64 r = 0; r < repeats; ++r) {
            const double* at = data.data() + u64(thread) * part;
            Vec sums[8] = {};
            for (const double* end = at + part; at < end; at += 8 * LANES)
                for (int k = 0; k < 8; ++k) sums[k] += load(at + k * LANES);
            for (int k = 1; k < 8; ++k) sums[0] += sums[k];
            total += sums[0][0];
        }
        return total;
    });
}

double gather_rate(u64 n, int threads, double milliseconds) {
    const Array<double> table(2 * n, 1.0);
    const u64 count = std::min<u64>(std::max<u64>(4 * n, 65536), 4000000) / 8 * 8;
    std::vector<Array<u32>> places;
    for (int t = 0; t < threads; ++t) {
        places.emplace_back(count);
        for (u64 i = 0; i < count; ++i) places.back()[i] = u32(below(draw(stream(u64(t), TOPOLOGY), i), n));
    }
    const u64 repeats = std::max<u64>(1, 4000000 / count);
    return best_rate(threads, milliseconds, double(count * repeats), [&](int thread) {
        const u32* place = places[std::size_t(thread)].data();
        Pair sums[8] = {};
        for (u64 r = 0; r < repeats; ++r)
            for (u64 i = 0; i < count; i += 8)
                for (u64 k = 0; k < 8; ++k) {
                    Pair entry;
                    std::memcpy(&entry, table.data() + 2 * std::size_t(place[i + k]), sizeof entry);
                    sums[k] += entry;
                }
        for (int k = 1; k < 8; ++k) sums[0] += sums[k];
        return sums[0][0];
    });
}

double sincos_rate(int threads, double milliseconds) {
    constexpr u64 COUNT = 512, REPEATS = 10000;
    return best_rate(threads, milliseconds, double(COUNT * REPEATS), [&](int) {
        alignas(64) double x[COUNT], s[COUNT], c[COUNT];
        for (u64 i = 0; i < COUNT; ++i) x[i] = 0.1 * double(i);
        for (u64 r = 0; r < REPEATS; ++r) {
            for (u64 i = 0; i < COUNT; i += LANES) {
                Vec sine, cosine;
                peers::sincos(load(x + i), sine, cosine);
                store(s + i, sine);
                store(c + i, cosine);
            }
            asm volatile("" : : "r"(s), "r"(c), "r"(x) : "memory");
        }
        return s[1] + c[1];
    });
}

}  // namespace

int main(int argc, char** argv) {
    int threads = 1;
    double milliseconds = 300;
    std::string sizes = "10000,100000,1000000";
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string key = argv[i];
        if (key == "--threads") threads = std::max(1, std::atoi(argv[i + 1]));
        else if (key == "--milliseconds") milliseconds = std::atof(argv[i + 1]);
        else if (key == "--n") sizes = argv[i + 1];
        else return std::fprintf(stderr, "limits: unknown option %s\n", key.c_str()), 2;
    }
    std::printf("{\"threads\": %d, \"isa\": \"%s\", \"sincos_per_s\": %.4g, \"sizes\": [", threads, isa(),
                sincos_rate(threads, milliseconds));
    for (std::size_t at = 0; at < sizes.size();) {
        const u64 n = std::max(2ull, std::strtoull(sizes.c_str() + at, nullptr, 10));
        const double read = read_rate(192 * n, threads, milliseconds), gathered = gather_rate(n, threads, milliseconds);
        std::printf("%s{\"n\": %llu, \"read_bytes_per_s\": %.4g, \"gather16_per_s\": %.4g}", at ? ", " : "",
                    (unsigned long long)n, read, gathered);
        const std::size_t comma = sizes.find(',', at);
        at = comma == std::string::npos ? sizes.size() : comma + 1;
    }
    std::printf("]}\n");
}
