// sincos, log and square root on whole SIMD vectors, as GCC and Clang vector extensions.
//
// Do not compile with -ffast-math: rounding by adding and subtracting a large constant would be
// folded away.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

#if !defined(__FMA__)
#error "the range reduction needs fused multiply-add (-march=native on a machine that has it)"
#endif

namespace peers {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
constexpr int LANES = 8;
#else
constexpr int LANES = 4;
#endif
typedef double Vec __attribute__((vector_size(8 * LANES)));
typedef std::int64_t Int __attribute__((vector_size(8 * LANES)));
typedef std::uint64_t Word __attribute__((vector_size(8 * LANES)));
typedef double Pair __attribute__((vector_size(16)));

inline Vec load(const double* from) {
    Vec v;
    std::memcpy(&v, from, sizeof v);
    return v;
}
inline void store(double* to, Vec v) { std::memcpy(to, &v, sizeof v); }
inline Vec splat(double x) { return x - Vec{}; }

/// a0 b0 a1 b1 ... from a and b, and back.
inline void store_pairs(double* to, Vec a, Vec b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    store(to, __builtin_shuffle(a, b, Word{0, 8, 1, 9, 2, 10, 3, 11}));
    store(to + 8, __builtin_shuffle(a, b, Word{4, 12, 5, 13, 6, 14, 7, 15}));
#else
    store(to, __builtin_shuffle(a, b, Word{0, 4, 1, 5}));
    store(to + 4, __builtin_shuffle(a, b, Word{2, 6, 3, 7}));
#endif
}
inline void load_pairs(const double* from, Vec& a, Vec& b) {
    const Vec low = load(from), high = load(from + LANES);
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    a = __builtin_shuffle(low, high, Word{0, 2, 4, 6, 8, 10, 12, 14});
    b = __builtin_shuffle(low, high, Word{1, 3, 5, 7, 9, 11, 13, 15});
#else
    a = __builtin_shuffle(low, high, Word{0, 2, 4, 6});
    b = __builtin_shuffle(low, high, Word{1, 3, 5, 7});
#endif
}

/// Good to about one rounding for |x| < 1e5. Coefficients: FreeBSD msun.
inline void sincos(Vec x, Vec& sine, Vec& cosine) {
    constexpr double BIG = 0x1.8p52;
    const Vec shifted = x * 0.6366197723675814 + BIG;
    const Vec n = shifted - BIG;
    const Word quadrant = (Word)shifted;
    const Vec r = (x - n * 1.5707963267948966) - n * 6.123233995736766e-17;
    const Vec z = r * r;
    Vec s = z * 1.58969099521155010221e-10 - 2.50507602534068634195e-08;
    s = s * z + 2.75573137070700676789e-06;
    s = s * z - 1.98412698298579493134e-04;
    s = s * z + 8.33333333332248946124e-03;
    s = s * z - 1.66666666666666324348e-01;
    s = (s * z) * r + r;
    Vec c = z * -1.13596475577881948265e-11 + 2.08757232129817482790e-09;
    c = c * z - 2.75573143513906633035e-07;
    c = c * z + 2.48015872894767294178e-05;
    c = c * z - 1.38888888888741095749e-03;
    c = c * z + 4.16666666666666019037e-02;
    c = (c * z) * z + (1.0 - 0.5 * z);
    const auto odd = (quadrant & 1) != 0;
    sine = (Vec)((Word)(odd ? c : s) ^ ((quadrant & 2) << 62));
    cosine = (Vec)((Word)(odd ? s : c) ^ (((quadrant + 1) & 2) << 62));
}

/// Natural logarithm of positive normal numbers. Coefficients: FreeBSD msun.
inline Vec log(Vec x) {
    const Word bits = (Word)x;
    const Int k = (Int)(bits - 0x3FE6A09E00000000) >> 52;
    const Vec f = (Vec)(bits - ((Word)k << 52)) - 1.0;
    const Vec exponent = (Vec)(k + 0x4338000000000000) - 0x1.8p52;
    const Vec s = f / (f + 2.0), z = s * s, half = 0.5 * f * f;
    Vec p = z * 1.479819860511658591e-01 + 1.531383769920937332e-01;
    p = p * z + 1.818357216161805012e-01;
    p = p * z + 2.222219843214978396e-01;
    p = p * z + 2.857142874366239149e-01;
    p = p * z + 3.999999999940941908e-01;
    p = p * z + 6.666666666666735130e-01;
    const Vec tail = s * (half + p * z) + exponent * 1.90821492927058770002e-10;
    return exponent * 6.93147180369123816490e-01 - ((half - tail) - f);
}

inline Vec square_root(Vec x) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    return (Vec)_mm512_maskz_sqrt_pd(0xFF, (__m512d)x);  // the plain form makes GCC warn
#else
    return (Vec)_mm256_sqrt_pd((__m256d)x);
#endif
}

inline Vec to_double(Word whole) { return __builtin_convertvector(whole, Vec); }

}  // namespace peers
