// Boost.odeint with its fixed-step steppers: the textbook right-hand sides, and the one with the
// angle difference identity, which shows how little the library itself costs.

#include "graph.hpp"
#include "vecmath.hpp"

#include <boost/numeric/odeint.hpp>
#include <boost/numeric/odeint/external/openmp/openmp.hpp>
#include <omp.h>

namespace odeint = boost::numeric::odeint;
using namespace peers;

namespace {

using State = std::vector<double>;

State plain(const Array<double>& values) { return State(values.begin(), values.end()); }

/// K1 as it is written down: a sine per edge.
struct KuramotoTextbook {
    const Rows& rows;
    const State& omega;
    int threads;
    void operator()(const State& theta, State& slope, double) const {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (u64 i = 0; i < rows.n; ++i) {
            double sum = 0;
            for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e)
                sum += rows.weight[e] * std::sin(theta[rows.column[e]] - theta[i]);
            slope[i] = omega[i] + COUPLING * sum;
        }
    }
};

/// K1 with sin(a - b) = sin a cos b - cos a sin b: a sincos per node.
struct KuramotoTrick {
    const Rows& rows;
    const State& omega;
    int threads;
    Array<double>& table;
    void operator()(const State& theta, State& slope, double) const {
        const u64 n = rows.n, whole = n / LANES * LANES;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (u64 i = 0; i < whole; i += LANES) {
            Vec s, c;
            peers::sincos(load(&theta[i]), s, c);
            store_pairs(&table[2 * i], s, c);
        }
        for (u64 i = whole; i < n; ++i) table[2 * i] = std::sin(theta[i]), table[2 * i + 1] = std::cos(theta[i]);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (u64 i = 0; i < n; ++i) {
            double sum_sin = 0, sum_cos = 0;
            for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) {
                const double* entry = &table[2 * std::size_t(rows.column[e])];
                sum_sin += rows.weight[e] * entry[0];
                sum_cos += rows.weight[e] * entry[1];
            }
            slope[i] = omega[i] + COUPLING * (table[2 * i + 1] * sum_sin - table[2 * i] * sum_cos);
        }
    }
};

/// K2 as it is written down: order parameter, then a sine per oscillator.
struct MeanFieldTextbook {
    const State& omega;
    int threads;
    void operator()(const State& theta, State& slope, double) const {
        const u64 n = theta.size();
        double c = 0, s = 0;
#pragma omp parallel for schedule(static) num_threads(threads) reduction(+ : c, s) if (threads > 1)
        for (u64 i = 0; i < n; ++i) c += std::cos(theta[i]), s += std::sin(theta[i]);
        const double r = std::hypot(c, s) / double(n), psi = std::atan2(s, c);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (u64 i = 0; i < n; ++i) slope[i] = omega[i] + MEAN_FIELD * r * std::sin(psi - theta[i]);
    }
};

/// K3. The stepper moves its first variable, then its second with the new first; velocities come
/// first here. The force needs the velocities too, which the stepper does not hand over: they are
/// still the old ones when it is asked for.
struct Force {
    const Rows& rows;
    const State& own;  // squared frequencies
    const State& v;
    int threads;
    void operator()(const State& x, State& dv) const {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (u64 i = 0; i < rows.n; ++i) {
            double sum = 0;
            for (u32 e = rows.first[i]; e < rows.first[i + 1]; ++e) sum += rows.weight[e] * (x[rows.column[e]] - x[i]);
            dv[i] = COUPLING * sum - own[i] * x[i] - DAMPING * v[i];
        }
    }
};
struct Motion {
    void operator()(const State& v, State& dx) const { std::copy(v.begin(), v.end(), dx.begin()); }
};

/// One step to warm up, then the steps asked for from the initial state.
template <class Stepper, class System>
void phases_peer(const char* peer, const Options& options, const Rows& rows, const State& start, System system) {
    State theta = start;
    Stepper stepper;
    auto advance = [&](u64 steps) {
        for (u64 k = 0; k < steps; ++k) stepper.do_step(std::ref(system), theta, double(k) * DT, DT);
    };
    advance(1);
    theta = start;
    const Elapsed time = timed([&] { advance(options.steps); });
    report(peer, options, rows.directed(), time, phase_checksums(theta, options.n));
}

template <class Stepper>
void springs_peer(const Options& options, const Rows& rows, const State& omega, const State& x0, const State& v0) {
    State x = x0, v = v0, own(options.n);
    for (u64 i = 0; i < options.n; ++i) own[i] = (1.0 + 0.5 * omega[i]) * (1.0 + 0.5 * omega[i]);
    Stepper stepper;
    auto system = std::make_pair(Force{rows, own, v, options.threads}, Motion{});
    auto advance = [&](u64 steps) {
        for (u64 k = 0; k < steps; ++k) stepper.do_step(system, std::make_pair(std::ref(v), std::ref(x)), 0.0, DT);
    };
    advance(1);
    std::copy(x0.begin(), x0.end(), x.begin());
    std::copy(v0.begin(), v0.end(), v.begin());
    const Elapsed time = timed([&] { advance(options.steps); });
    report("odeint_symplectic_euler", options, rows.directed(), time, spring_checksums(x, v, options.n));
}

template <class Algebra>
void run(const Options& options, const Problem& problem) {
    using Fourth = odeint::runge_kutta4<State, double, State, double, Algebra>;
    using Symplectic = odeint::symplectic_euler<State, State, double, State, State, double, Algebra>;
    const Rows& rows = problem.rows;
    const Order& order = problem.order;
    const State omega = plain(frequencies(order, options.seed));
    auto wanted = [&](const char* variant) { return options.variant == "all" || options.variant == variant; };
    if (options.name == "K1") {
        const State theta = plain(phases(order, options.seed));
        Array<double> table(2 * options.n);
        if (wanted("trick"))
            phases_peer<Fourth>("odeint_rk4_trick", options, rows, theta,
                                KuramotoTrick{rows, omega, options.threads, table});
        if (wanted("textbook"))
            phases_peer<Fourth>("odeint_rk4_textbook", options, rows, theta,
                                KuramotoTextbook{rows, omega, options.threads});
    } else if (options.name == "K2") {
        if (wanted("textbook"))
            phases_peer<Fourth>("odeint_rk4_textbook", options, rows, plain(phases(order, options.seed)),
                                MeanFieldTextbook{omega, options.threads});
    } else if (options.name == "K3") {
        springs_peer<Symplectic>(options, rows, omega, plain(positions(order, options.seed)),
                                 plain(velocities(order, options.seed)));
    } else {
        throw std::runtime_error("odeint has no Heun stepper for noise");
    }
}

}  // namespace

int main(int argc, char** argv) try {
    Options options(argc, argv);
    if (options.order == "auto" && options.topology != "ring16s_rcm") options.order = "natural";
    const Problem problem(options);
    omp_set_num_threads(options.threads);
    if (options.threads == 1) run<odeint::range_algebra>(options, problem);
    else run<odeint::openmp_range_algebra>(options, problem);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "odeint: %s\n", error.what());
    return 2;
}
