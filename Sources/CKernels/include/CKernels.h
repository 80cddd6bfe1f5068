// Loops over rows of samples, compiled several times from one source, each time for a wider set of
// vector instructions, and chosen among at run time.
//
// Swift compiles a whole module for one instruction set, and for x86-64 that is SSE2 of 2003: there is
// no way to say that one function may use AVX2. C has one, so what must be fast is here, and only
// that: no memory is allocated, no frame is known, no decision is taken. `Sources/FramePool/Kernels`
// has the plain form of each in Swift, which says what is computed, and which the tests compare.
//
// All integer arithmetic is exact, and floating point is IEEE single precision without contraction,
// so every level gives the same bits.
//
// `n` counts samples. Rows of 16-bit samples are aligned to 2 bytes, nothing else is asked for, except
// where a row is called scratch: that one has room for `n` rounded up to KERNEL_BLOCK samples, plus
// what is said. A target may be the source itself where nothing else is said; nothing beyond `n` is
// written to a target.
#ifndef VIDPROC_CKERNELS_H
#define VIDPROC_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The largest number of samples that a kernel works on at a time.
#define KERNEL_BLOCK 128

// What a row of samples holds.
struct row_summary {
  uint64_t sum;
  uint64_t squares;
  uint32_t minimum;
  uint32_t maximum;
};

struct kernels {
  // "sse2", "neon", "avx2" or "avx512".
  const char *_Nonnull name;

  // -- One sample in, one sample out.

  // Each byte xor the byte at its place in `pattern`, which is 8 bytes long and repeats.
  void (*_Nonnull flip)(const uint8_t *_Nonnull source, uint8_t *_Nonnull target, ptrdiff_t bytes,
                        uint64_t pattern);
  // table[x]; the 16-bit table has maximum + 1 entries, and what is larger counts as the maximum.
  void (*_Nonnull lookup8)(const uint8_t *_Nonnull source, uint8_t *_Nonnull target, ptrdiff_t n,
                           const uint8_t *_Nonnull table);
  void (*_Nonnull lookup16)(const uint16_t *_Nonnull source, uint16_t *_Nonnull target, ptrdiff_t n,
                            const uint16_t *_Nonnull table, uint16_t maximum);
  // (r * weights[0] + g * weights[1] + b * weights[2] + 16384) >> 15; the weights add up to 32768.
  void (*_Nonnull luma8)(const uint8_t *_Nonnull r, const uint8_t *_Nonnull g, const uint8_t *_Nonnull b,
                         uint8_t *_Nonnull target, ptrdiff_t n, const uint32_t *_Nonnull weights);
  void (*_Nonnull luma16)(const uint16_t *_Nonnull r, const uint16_t *_Nonnull g,
                          const uint16_t *_Nonnull b, uint16_t *_Nonnull target, ptrdiff_t n,
                          const uint32_t *_Nonnull weights);
  // (keep * x + (4096 - keep) * y + 2048) >> 12 in 0...maximum: nearer to y, or for a keep above 4096
  // further from it.
  void (*_Nonnull mix8)(const uint8_t *_Nonnull x, const uint8_t *_Nonnull y, uint8_t *_Nonnull target,
                        ptrdiff_t n, int32_t keep);
  void (*_Nonnull mix16)(const uint16_t *_Nonnull x, const uint16_t *_Nonnull y,
                         uint16_t *_Nonnull target, ptrdiff_t n, int32_t keep, uint16_t maximum);
  // |x - y| * gain + floor, at most ceiling.
  void (*_Nonnull difference8)(const uint8_t *_Nonnull x, const uint8_t *_Nonnull y,
                               uint8_t *_Nonnull target, ptrdiff_t n, uint32_t gain, uint32_t floor,
                               uint32_t ceiling);
  void (*_Nonnull difference16)(const uint16_t *_Nonnull x, const uint16_t *_Nonnull y,
                                uint16_t *_Nonnull target, ptrdiff_t n, uint32_t gain, uint32_t floor,
                                uint32_t ceiling);
  // The mean of `count` rows, where a sample that differs from the one in row `centre` by more than
  // `threshold` is replaced by that one: (sum * round(2^20 / count) + 2^19) >> 20.
  void (*_Nonnull temporal8)(const uint8_t *_Nonnull const *_Nonnull rows, ptrdiff_t count,
                             ptrdiff_t centre, uint8_t *_Nonnull target, ptrdiff_t n,
                             uint32_t threshold);
  void (*_Nonnull temporal16)(const uint16_t *_Nonnull const *_Nonnull rows, ptrdiff_t count,
                              ptrdiff_t centre, uint16_t *_Nonnull target, ptrdiff_t n,
                              uint32_t threshold);
  // sums[x] += source[x]
  void (*_Nonnull add8)(const uint8_t *_Nonnull source, uint32_t *_Nonnull sums, ptrdiff_t n);
  void (*_Nonnull add16)(const uint16_t *_Nonnull source, uint32_t *_Nonnull sums, ptrdiff_t n);

  // -- Gaussian blur, separable. 8-bit samples are taken as 15-bit numbers, x * 128, and a product
  // with a weight is its upper half: (a * w) >> 16, weights in 65536ths. 16-bit samples stay as they
  // are and products are whole, weights in 32768ths. `weights[0]` is the centre's, `weights[k]` that
  // of the samples k away on either side.

  // Along a row: source is scratch with `radius` more samples on either side. target is scratch.
  void (*_Nonnull blur_row8)(const uint8_t *_Nonnull source, uint16_t *_Nonnull target, ptrdiff_t n,
                             const uint16_t *_Nonnull weights, ptrdiff_t radius);
  // The same in the order that blur_columns8 wants, which is each level's own: whole blocks of the row are
  // written, from multiples of KERNEL_BLOCK on.
  void (*_Nonnull blur_row_parted8)(const uint8_t *_Nonnull source, uint16_t *_Nonnull target,
                                    ptrdiff_t n, const uint16_t *_Nonnull weights, ptrdiff_t radius);
  void (*_Nonnull blur_row16)(const uint16_t *_Nonnull source, uint16_t *_Nonnull target, ptrdiff_t n,
                              const uint16_t *_Nonnull weights, ptrdiff_t radius);
  // Down the columns, two rows at a time: `rows` are 2 * radius + 2 scratch rows from the top; for 8 bits they come
  // from blur_row_parted8.
  void (*_Nonnull blur_columns8)(const uint16_t *_Nonnull const *_Nonnull rows,
                                 uint8_t *_Nonnull upper, uint8_t *_Nonnull lower, ptrdiff_t n,
                                 const uint16_t *_Nonnull weights, ptrdiff_t radius);
  void (*_Nonnull blur_columns16)(const uint16_t *_Nonnull const *_Nonnull rows,
                                  uint16_t *_Nonnull upper, uint16_t *_Nonnull lower, ptrdiff_t n,
                                  const uint16_t *_Nonnull weights, ptrdiff_t radius);
  // One row, from 2 * radius + 1 rows of blur_row8 or blur_row16, and then what the blur took away is added to the source,
  // `amount` / 256 times.
  void (*_Nonnull sharpen_column8)(const uint16_t *_Nonnull const *_Nonnull rows,
                                   const uint8_t *_Nonnull source, uint8_t *_Nonnull target, ptrdiff_t n,
                                   const uint16_t *_Nonnull weights, ptrdiff_t radius, int32_t amount);
  void (*_Nonnull sharpen_column16)(const uint16_t *_Nonnull const *_Nonnull rows,
                                    const uint16_t *_Nonnull source, uint16_t *_Nonnull target,
                                    ptrdiff_t n, const uint16_t *_Nonnull weights, ptrdiff_t radius,
                                    int32_t amount, uint16_t maximum);

  // -- 3 x 3 neighbours. The first of each pair works down the columns of three rows, the second
  // along the rows that it left, which are scratch with one more sample on either side.

  // sums = above + 2 * row + below, slopes = below - above.
  void (*_Nonnull sobel_columns8)(const uint8_t *_Nonnull above, const uint8_t *_Nonnull row,
                                  const uint8_t *_Nonnull below, int32_t *_Nonnull sums,
                                  int32_t *_Nonnull slopes, ptrdiff_t n);
  void (*_Nonnull sobel_columns16)(const uint16_t *_Nonnull above, const uint16_t *_Nonnull row,
                                   const uint16_t *_Nonnull below, int32_t *_Nonnull sums,
                                   int32_t *_Nonnull slopes, ptrdiff_t n);
  // gx = sums[x+1] - sums[x-1], gy = slopes[x-1] + 2 * slopes[x] + slopes[x+1];
  // floor + the nearest whole number to sqrt(gx^2 + gy^2) * scale, at most ceiling.
  void (*_Nonnull sobel_row8)(const int32_t *_Nonnull sums, const int32_t *_Nonnull slopes,
                              uint8_t *_Nonnull target, ptrdiff_t n, float scale, uint32_t floor,
                              uint32_t ceiling);
  void (*_Nonnull sobel_row16)(const int32_t *_Nonnull sums, const int32_t *_Nonnull slopes,
                               uint16_t *_Nonnull target, ptrdiff_t n, float scale, uint32_t floor,
                               uint32_t ceiling);
  // Each column of three sorted.
  void (*_Nonnull median_columns8)(const uint8_t *_Nonnull above, const uint8_t *_Nonnull row,
                                   const uint8_t *_Nonnull below, uint8_t *_Nonnull low,
                                   uint8_t *_Nonnull middle, uint8_t *_Nonnull high, ptrdiff_t n);
  void (*_Nonnull median_columns16)(const uint16_t *_Nonnull above, const uint16_t *_Nonnull row,
                                    const uint16_t *_Nonnull below, uint16_t *_Nonnull low,
                                    uint16_t *_Nonnull middle, uint16_t *_Nonnull high, ptrdiff_t n);
  // The median of nine from three sorted columns.
  void (*_Nonnull median_row8)(const uint8_t *_Nonnull low, const uint8_t *_Nonnull middle,
                               const uint8_t *_Nonnull high, uint8_t *_Nonnull target, ptrdiff_t n);
  void (*_Nonnull median_row16)(const uint16_t *_Nonnull low, const uint16_t *_Nonnull middle,
                                const uint16_t *_Nonnull high, uint16_t *_Nonnull target, ptrdiff_t n);

  // -- Rows to numbers.

  // The sum of |x - y|.
  uint64_t (*_Nonnull distance8)(const uint8_t *_Nonnull x, const uint8_t *_Nonnull y, ptrdiff_t n);
  uint64_t (*_Nonnull distance16)(const uint16_t *_Nonnull x, const uint16_t *_Nonnull y, ptrdiff_t n);
  // How many |x - y| are larger than `threshold`.
  uint64_t (*_Nonnull changed8)(const uint8_t *_Nonnull x, const uint8_t *_Nonnull y, ptrdiff_t n,
                                uint32_t threshold);
  uint64_t (*_Nonnull changed16)(const uint16_t *_Nonnull x, const uint16_t *_Nonnull y, ptrdiff_t n,
                                 uint32_t threshold);
  // How many samples are at most `limit`.
  uint64_t (*_Nonnull at_most8)(const uint8_t *_Nonnull row, ptrdiff_t n, uint32_t limit);
  uint64_t (*_Nonnull at_most16)(const uint16_t *_Nonnull row, ptrdiff_t n, uint32_t limit);
  // Sum, sum of squares, smallest and largest; n is at least 1.
  struct row_summary (*_Nonnull summary8)(const uint8_t *_Nonnull row, ptrdiff_t n);
  struct row_summary (*_Nonnull summary16)(const uint16_t *_Nonnull row, ptrdiff_t n);
  // The 4-neighbour Laplacian of a row, above + below + left + right - 4 * row, whose left and right
  // neighbours at the ends are mirrored about the end sample; its sum and its sum of squares are
  // added. n is at least 1.
  void (*_Nonnull laplacian8)(const uint8_t *_Nonnull above, const uint8_t *_Nonnull row,
                              const uint8_t *_Nonnull below, ptrdiff_t n, int64_t *_Nonnull sum,
                              uint64_t *_Nonnull squares);
  void (*_Nonnull laplacian16)(const uint16_t *_Nonnull above, const uint16_t *_Nonnull row,
                               const uint16_t *_Nonnull below, ptrdiff_t n, int64_t *_Nonnull sum,
                               uint64_t *_Nonnull squares);
};

// The kernels at a level: 0 is what every CPU of this kind has, each further one needs wider vectors.
// NULL where the level is not there, or this CPU lacks what it needs.
const struct kernels *_Nullable kernels_at(int level);

// A sum of a row's bytes in which the place of each counts, to go on from `before`. It tells whether
// two rows are equal, and is no defence against somebody who wants them to look so. Each eight bytes
// are taken with `mask`, as they lie in memory.
uint64_t row_sum(const uint8_t *_Nonnull row, ptrdiff_t bytes, uint64_t mask, uint64_t before);
// The same over the colours that `n` indexes stand for.
uint64_t palette_row_sum(const uint8_t *_Nonnull row, ptrdiff_t n, const uint32_t *_Nonnull palette,
                         uint64_t before);

#endif
