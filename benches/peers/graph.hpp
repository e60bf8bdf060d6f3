// The benchmark graph, its initial data and orderings, and what every peer needs around them.
//
// All of it is built from one counter-based hash with integer arithmetic and exact conversions,
// so that every language gets the same bits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <vector>

namespace peers {

using u32 = std::uint32_t;
using u64 = std::uint64_t;

// ---------------------------------------------------------------- memory and time

constexpr std::size_t HUGE_PAGE = std::size_t(1) << 21;

/// Cache-line aligned storage, rounded up so that whole vectors may be read past the end. Large
/// arrays ask for 2 MiB pages: with small ones, random access to them waits for the page tables.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}
    T* allocate(std::size_t count) {
        const std::size_t wanted = count * sizeof(T) + 64, align = wanted >= HUGE_PAGE ? HUGE_PAGE : 64;
        const std::size_t bytes = (wanted + align - 1) / align * align;
        void* memory = std::aligned_alloc(align, bytes);
        if (!memory) throw std::bad_alloc();
        if (align == HUGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish; small pages do as well
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) { std::free(memory); }
    template <class U>
    bool operator==(const AlignedAllocator<U>&) const { return true; }
    template <class U>
    bool operator!=(const AlignedAllocator<U>&) const { return false; }
};
template <class T>
using Array = std::vector<T, AlignedAllocator<T>>;

inline double wall_time() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

/// Processor time of all threads of this process.
inline double cpu_time() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

struct Elapsed {
    double wall, cpu;
};

template <class Work>
Elapsed timed(Work&& work) {
    const double wall = wall_time(), cpu = cpu_time();
    work();
    return {wall_time() - wall, cpu_time() - cpu};
}

// ---------------------------------------------------------------- random numbers

constexpr u64 GOLDEN = 0x9E3779B97F4A7C15;

inline u64 mix(u64 z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}
inline u64 stream(u64 seed, u64 tag) { return mix(seed ^ (tag * 0xD1342543DE82EF95)); }
inline u64 draw(u64 start, u64 n) { return mix(start + (n + 1) * GOLDEN); }
inline double unit(u64 z) { return double(z >> 11) * 0x1p-53; }
inline u64 below(u64 z, u64 m) { return u64((static_cast<unsigned __int128>(z) * m) >> 64); }

enum Tag : u64 { TOPOLOGY = 1, WEIGHTS, FREQUENCIES, POSITIONS, VELOCITIES, NOISE, SHUFFLE, REWIRING };

// ---------------------------------------------------------------- the undirected multigraph

struct Edges {
    u64 n = 0, seed = 0;
    std::vector<u32> ends;  // u, v of every edge in turn
    std::vector<double> weights;
    u64 count() const { return weights.size(); }
};

inline u64 other_than(u64 u, u64 z, u64 n) {
    const u64 w = below(z, n - 1);
    return w + (w >= u);
}

/// `rand16`, `ring16` (2 % long links) or `ring16s` (the same with shuffled labels).
inline Edges generate(const std::string& topology, u64 n, u64 seed) {
    Edges edges;
    edges.n = n;
    edges.seed = seed;
    const u64 m = 8 * n;
    edges.ends.resize(2 * m);
    edges.weights.resize(m);
    if (topology == "rand16") {
        const u64 start = stream(seed, TOPOLOGY);
        for (u64 e = 0; e < m; ++e) {
            const u64 u = below(draw(start, 2 * e), n);
            edges.ends[2 * e] = u32(u);
            edges.ends[2 * e + 1] = u32(other_than(u, draw(start, 2 * e + 1), n));
        }
    } else if (topology == "ring16" || topology == "ring16s") {
        const u64 start = stream(seed, REWIRING);
        for (u64 e = 0; e < m; ++e) {
            const u64 u = e / 8, k = e % 8 + 1;
            u64 v = (u + k) % n;
            if (unit(draw(start, 2 * e)) < 0.02) v = other_than(u, draw(start, 2 * e + 1), n);
            edges.ends[2 * e] = u32(u);
            edges.ends[2 * e + 1] = u32(v);
        }
        if (topology == "ring16s") {
            const u64 shuffle = stream(seed, SHUFFLE);
            std::vector<u32> label(n);
            std::iota(label.begin(), label.end(), 0u);
            for (u64 i = n - 1; i >= 1; --i) std::swap(label[i], label[below(draw(shuffle, n - 1 - i), i + 1)]);
            for (u32& end : edges.ends) end = label[end];
        }
    } else {
        throw std::runtime_error("unknown topology " + topology);
    }
    const u64 start = stream(seed, WEIGHTS);
    for (u64 e = 0; e < m; ++e) edges.weights[e] = 0.5 + unit(draw(start, e));
    return edges;
}

/// `.pgr`: "PGR1", u32 version, u64 n, m, seed, m pairs of u32, m weights; little endian.
inline void write_pgr(const Edges& edges, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    const u32 version = 1;
    const u64 head[3] = {edges.n, edges.count(), edges.seed};
    file.write("PGR1", 4);
    file.write(reinterpret_cast<const char*>(&version), 4);
    file.write(reinterpret_cast<const char*>(head), sizeof head);
    file.write(reinterpret_cast<const char*>(edges.ends.data()), std::streamsize(8 * edges.count()));
    file.write(reinterpret_cast<const char*>(edges.weights.data()), std::streamsize(8 * edges.count()));
    if (!file) throw std::runtime_error("cannot write " + path);
}

inline Edges read_pgr(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw std::runtime_error("cannot read " + path);
    const u64 size = u64(file.tellg());
    file.seekg(0);
    char magic[4] = {};
    u32 version = 0;
    u64 head[3] = {};
    file.read(magic, 4);
    file.read(reinterpret_cast<char*>(&version), 4);
    file.read(reinterpret_cast<char*>(head), sizeof head);
    if (!file || std::memcmp(magic, "PGR1", 4) != 0 || version != 1) throw std::runtime_error(path + " is not a PGR1 file");
    if (head[1] > size / 16 || size != 32 + 16 * head[1]) throw std::runtime_error(path + " has the wrong length");
    Edges edges;
    edges.n = head[0];
    edges.seed = head[2];
    edges.ends.resize(2 * head[1]);
    edges.weights.resize(head[1]);
    file.read(reinterpret_cast<char*>(edges.ends.data()), std::streamsize(8 * head[1]));
    file.read(reinterpret_cast<char*>(edges.weights.data()), std::streamsize(8 * head[1]));
    if (!file) throw std::runtime_error(path + " is cut short");
    for (u32 end : edges.ends)
        if (end >= edges.n) throw std::runtime_error(path + " names a node that does not exist");
    return edges;
}

// ---------------------------------------------------------------- directed rows

/// Every undirected edge stands in the rows of both its ends; a row is in increasing edge number.
struct Rows {
    static constexpr u32 AHEAD = 32;  // columns that may be looked at past the last one
    u64 n = 0;
    Array<u32> first;  // n + 1 positions
    Array<u32> column;
    Array<double> weight;
    u64 directed() const { return weight.size(); }
    u32 degree(u64 i) const { return first[i + 1] - first[i]; }
};

inline Rows directed_rows(const Edges& edges) {
    Rows rows;
    rows.n = edges.n;
    rows.first.assign(edges.n + 1, 0);
    for (u32 end : edges.ends) ++rows.first[end + 1];
    std::partial_sum(rows.first.begin(), rows.first.end(), rows.first.begin());
    rows.column.resize(edges.ends.size() + Rows::AHEAD);
    rows.weight.resize(edges.ends.size());
    std::vector<u32> next(rows.first.begin(), rows.first.end() - 1);
    for (u64 e = 0; e < edges.count(); ++e) {
        const u32 u = edges.ends[2 * e], v = edges.ends[2 * e + 1];
        for (int side = 0; side < 2; ++side) {
            const u32 at = next[side ? v : u]++;
            rows.column[at] = side ? u : v;
            rows.weight[at] = edges.weights[e];
        }
    }
    return rows;
}

/// `order[slot]` is the node that comes to stand at `slot`.
using Order = Array<u32>;

inline Order natural_order(u64 n) {
    Order order(n);
    std::iota(order.begin(), order.end(), 0u);
    return order;
}

inline Order degree_order(const Rows& rows) {
    Order order = natural_order(rows.n);
    std::stable_sort(order.begin(), order.end(), [&](u32 a, u32 b) { return rows.degree(a) < rows.degree(b); });
    return order;
}

/// Reverse Cuthill-McKee, each component entered at a far end of it.
inline Order rcm_order(const Rows& rows) {
    std::vector<char> placed(rows.n, 0);
    std::vector<u32> mark(rows.n, 0), queue;
    u32 stamp = 0;
    auto farthest = [&](u32 root) {
        ++stamp;
        queue.assign(1, root);
        mark[root] = stamp;
        for (std::size_t head = 0; head < queue.size(); ++head) {
            const u32 i = queue[head];
            for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) {
                const u32 j = rows.column[e];
                if (mark[j] != stamp) mark[j] = stamp, queue.push_back(j);
            }
        }
        return queue.back();
    };
    Order order;
    order.reserve(rows.n);
    std::vector<u32> fresh;
    for (u32 root = 0; root < rows.n; ++root) {
        if (placed[root]) continue;
        std::size_t head = order.size();
        const u32 begin = farthest(farthest(root));
        order.push_back(begin);
        placed[begin] = 1;
        for (; head < order.size(); ++head) {
            const u32 i = order[head];
            fresh.clear();
            for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) {
                const u32 j = rows.column[e];
                if (!placed[j]) placed[j] = 1, fresh.push_back(j);
            }
            std::stable_sort(fresh.begin(), fresh.end(), [&](u32 a, u32 b) { return rows.degree(a) < rows.degree(b); });
            order.insert(order.end(), fresh.begin(), fresh.end());
        }
    }
    std::reverse(order.begin(), order.end());
    return order;
}

inline Rows relabel(const Rows& rows, const Order& order) {
    std::vector<u32> slot(rows.n);
    for (u32 s = 0; s < rows.n; ++s) slot[order[s]] = s;
    Rows out;
    out.n = rows.n;
    out.first.assign(rows.n + 1, 0);
    out.column.reserve(rows.directed() + Rows::AHEAD);
    out.weight.reserve(rows.directed());
    for (u64 s = 0; s < rows.n; ++s) {
        const u32 i = order[s];
        for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) {
            out.column.push_back(slot[rows.column[e]]);
            out.weight.push_back(rows.weight[e]);
        }
        out.first[s + 1] = u32(out.column.size());
    }
    out.column.resize(rows.directed() + Rows::AHEAD);
    return out;
}

// ---------------------------------------------------------------- node data

inline Array<double> node_data(const Order& order, u64 seed, Tag tag, double scale, double shift) {
    const u64 start = stream(seed, tag);
    Array<double> values(order.size());
    for (std::size_t s = 0; s < order.size(); ++s) values[s] = scale * unit(draw(start, order[s])) + shift;
    return values;
}
inline Array<double> frequencies(const Order& order, u64 seed) { return node_data(order, seed, FREQUENCIES, 2, -1); }
inline Array<double> phases(const Order& order, u64 seed) { return node_data(order, seed, POSITIONS, 6.283185307179586, 0); }
inline Array<double> positions(const Order& order, u64 seed) { return node_data(order, seed, POSITIONS, 2, -1); }
inline Array<double> velocities(const Order& order, u64 seed) { return node_data(order, seed, VELOCITIES, 2, -1); }

// ---------------------------------------------------------------- the problems

constexpr double DT = 0.01;
constexpr double COUPLING = 0.0625;   // K1, K3, K4
constexpr double MEAN_FIELD = 2.0;    // K2
constexpr double DAMPING = 0.1;       // K3
constexpr double GROWTH = 1.0;        // K4
constexpr double NOISE_STRENGTH = 0.1;

/// Evaluations of the right-hand side per step.
inline u64 evaluations(const std::string& name) {
    return name == "K1" || name == "K2" ? 4 : name == "K3" ? 1 : 2;
}

struct Checksums {
    const char* names[2];
    double values[2];
};

template <class State>
Checksums phase_checksums(const State& theta, u64 n) {
    double c = 0, s = 0, sum = 0;
    for (u64 i = 0; i < n; ++i) c += std::cos(theta[i]), s += std::sin(theta[i]), sum += theta[i];
    return {{"r", "mean_theta"}, {std::hypot(c, s) / double(n), sum / double(n)}};
}

template <class State>
Checksums spring_checksums(const State& x, const State& v, u64 n) {
    double xx = 0, vv = 0;
    for (u64 i = 0; i < n; ++i) xx += x[i] * x[i], vv += v[i] * v[i];
    return {{"mean_x2", "mean_v2"}, {xx / double(n), vv / double(n)}};
}

template <class State>
Checksums amplitude_checksums(const State& z, u64 n) {
    double zz = 0, re = 0;
    for (u64 i = 0; i < n; ++i) zz += z[2 * i] * z[2 * i] + z[2 * i + 1] * z[2 * i + 1], re += z[2 * i];
    return {{"mean_z2", "mean_re"}, {zz / double(n), re / double(n)}};
}

// ---------------------------------------------------------------- command line and answer

struct Options {
    std::string name = "K1", topology = "rand16", order = "auto", variant = "all", graph, write_graph;
    u64 n = 10000, seed = 42, steps = 100;
    int threads = 1;

    Options(int argc, char** argv) {
        std::map<std::string, std::string> given;
        for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
        if (argc % 2 == 0) throw std::runtime_error("every option takes a value");
        auto text = [&](const char* key, std::string& value) {
            if (auto found = given.find(key); found != given.end()) value = found->second, given.erase(found);
        };
        auto whole = [&](const char* key, auto& value) {
            std::string word = std::to_string(value);
            text(key, word);
            value = static_cast<std::decay_t<decltype(value)>>(std::stoull(word));
        };
        text("--case", name), text("--topology", topology), text("--order", order), text("--variant", variant);
        text("--graph", graph), text("--write-graph", write_graph);
        whole("--n", n), whole("--seed", seed), whole("--steps", steps), whole("--threads", threads);
        if (!given.empty()) throw std::runtime_error("unknown option " + given.begin()->first);
        if (name != "K1" && name != "K2" && name != "K3" && name != "K4") throw std::runtime_error("unknown case " + name);
        if (n < 2 || steps < 1 || threads < 1) throw std::runtime_error("n, steps or threads is too small");
        if (16 * n > 0xFFFFFFFFull) throw std::runtime_error("n is too large for 32-bit row positions");
    }
};

/// The graph of the options in the order they ask for. `auto` sorts random graphs by degree, leaves
/// the rings alone, and `ring16s_rcm` is `ring16s` undone by reverse Cuthill-McKee.
struct Problem {
    Rows rows;
    Order order;
    std::string order_name;

    explicit Problem(Options& options) {
        const bool rcm = options.topology == "ring16s_rcm";
        order_name = options.order;
        if (order_name == "auto") order_name = rcm ? "rcm" : options.topology == "rand16" ? "degree" : "natural";
        if (options.name == "K2") {  // all to all: the edges play no part
            order = natural_order(options.n);
            order_name = "natural";
            return;
        }
        Edges edges = options.graph.empty() ? generate(rcm ? "ring16s" : options.topology, options.n, options.seed)
                                            : read_pgr(options.graph);
        options.n = edges.n;
        options.seed = edges.seed;
        if (!options.write_graph.empty()) write_pgr(edges, options.write_graph);
        rows = directed_rows(edges);
        if (order_name == "natural") {
            order = natural_order(rows.n);
            return;
        }
        if (order_name == "degree") order = degree_order(rows);
        else if (order_name == "rcm") order = rcm_order(rows);
        else throw std::runtime_error("unknown order " + order_name);
        rows = relabel(rows, order);
    }
};

inline const char* isa() {
#if defined(__AVX512F__)
    return "avx512";
#elif defined(__AVX2__)
    return "avx2";
#else
    return "generic";
#endif
}

inline void report(const std::string& peer, const Options& options, u64 directed, Elapsed time, const Checksums& sums) {
    const double steps = double(options.steps);
    std::printf(
        "{\"name\": \"%s\", \"case\": \"%s\", \"n\": %llu, \"directed_edges\": %llu, \"steps\": %llu, \"threads\": %d, "
        "\"isa\": \"%s\", \"path\": \"peer\", \"topology\": \"%s\", \"seconds\": %.9g, \"cpu_seconds\": %.9g, "
        "\"edge_updates_per_s\": %.6g, \"oscillator_updates_per_s\": %.6g, "
        "\"checksums\": {\"%s\": %.17g, \"%s\": %.17g}}\n",
        peer.c_str(), options.name.c_str(), (unsigned long long)options.n, (unsigned long long)directed,
        (unsigned long long)options.steps, options.threads, isa(), options.topology.c_str(), time.wall, time.cpu,
        double(directed) * double(evaluations(options.name)) * steps / time.wall, double(options.n) * steps / time.wall,
        sums.names[0], sums.values[0], sums.names[1], sums.values[1]);
    std::fflush(stdout);
}

}  // namespace peers
