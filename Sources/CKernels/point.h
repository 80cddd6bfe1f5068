// One sample in, one sample out.

static void flip(const uint8_t *source, uint8_t *target, ptrdiff_t bytes, uint64_t pattern) {
  ptrdiff_t words = bytes / 8;
  INDEPENDENT
  for (ptrdiff_t i = 0; i < words; i++) {
    uint64_t word;
    memcpy(&word, source + 8 * i, 8);
    word ^= pattern;
    memcpy(target + 8 * i, &word, 8);
  }
  uint8_t rest[8];
  memcpy(rest, &pattern, 8);
  for (ptrdiff_t i = 8 * words; i < bytes; i++) target[i] = source[i] ^ rest[i - 8 * words];
}

static void lookup8(const uint8_t *source, uint8_t *target, ptrdiff_t n, const uint8_t *table) {
  ptrdiff_t i = 0;
#if defined(LEVEL_AVX512)
  // The table lies in four registers: two permutations give the lower and the upper half's entry.
  __m512i t0 = _mm512_loadu_si512(table), t1 = _mm512_loadu_si512(table + 64);
  __m512i t2 = _mm512_loadu_si512(table + 128), t3 = _mm512_loadu_si512(table + 192);
  for (; i + 64 <= n; i += 64) {
    __m512i x = _mm512_loadu_si512(source + i);
    __m512i low = _mm512_permutex2var_epi8(t0, x, t1);
    __m512i high = _mm512_permutex2var_epi8(t2, x, t3);
    _mm512_storeu_si512(target + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high));
  }
#elif defined(LEVEL_AVX2)
  // Sixteen registers of sixteen entries. A byte shuffle gives 0 where the index has its top bit
  // set; adding 0x70 with saturation sets that bit in all but 0...15, so of the sixteen shuffles one
  // counts.
  __m256i tables[16];
  for (int k = 0; k < 16; k++)
    tables[k] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * k)));
  const __m256i step = _mm256_set1_epi8(16), bias = _mm256_set1_epi8(0x70);
  for (; i + 32 <= n; i += 32) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(source + i));
    __m256i y = _mm256_setzero_si256();
    for (int k = 0; k < 16; k++) {
      y = _mm256_or_si256(y, _mm256_shuffle_epi8(tables[k], _mm256_adds_epu8(x, bias)));
      x = _mm256_sub_epi8(x, step);
    }
    _mm256_storeu_si256((__m256i *)(target + i), y);
  }
#endif
  for (; i < n; i++) target[i] = table[source[i]];
}

static void lookup16(const uint16_t *source, uint16_t *target, ptrdiff_t n, const uint16_t *table,
                     uint16_t maximum) {
  for (ptrdiff_t i = 0; i < n; i++) target[i] = table[source[i] < maximum ? source[i] : maximum];
}

// `WIDE` holds a sum of nine samples times 2^20.
#define POINT_KERNELS(T, B, WIDE)                                                                          \
  static void luma##B(const T *r, const T *g, const T *b, T *target, ptrdiff_t n,                    \
                      const uint32_t *weights) {                                                     \
    uint32_t wr = weights[0], wg = weights[1], wb = weights[2];                                      \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++)                                                                \
      target[i] = (T)((r[i] * wr + g[i] * wg + b[i] * wb + 16384) >> 15);                            \
  }                                                                                                  \
                                                                                                     \
  static inline void mix_samples##B(const T *x, const T *y, T *target, ptrdiff_t n, int32_t keep,    \
                                    int32_t maximum) {                                               \
    int32_t rest = 4096 - keep;                                                                      \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      int32_t v = (keep * x[i] + rest * y[i] + 2048) >> 12;                                          \
      v = v < 0 ? 0 : v;                                                                             \
      target[i] = (T)(v > maximum ? maximum : v);                                                    \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static void difference##B(const T *x, const T *y, T *target, ptrdiff_t n, uint32_t gain,           \
                            uint32_t floor, uint32_t ceiling) {                                      \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      uint32_t v = (uint32_t)(x[i] > y[i] ? x[i] - y[i] : y[i] - x[i]) * gain + floor;               \
      target[i] = (T)(v > ceiling ? ceiling : v);                                                    \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static void temporal##B(const T *const *rows, ptrdiff_t count, ptrdiff_t centre, T *target,        \
                          ptrdiff_t n, uint32_t threshold) {                                         \
    WIDE share = (WIDE)(((1u << 20) + count / 2) / count);                                           \
    for (ptrdiff_t start = 0; start < n; start += KERNEL_BLOCK) {                                    \
      ptrdiff_t length = n - start < KERNEL_BLOCK ? n - start : KERNEL_BLOCK;                        \
      uint32_t sums[KERNEL_BLOCK] = {0};                                                             \
      const T *middle = rows[centre] + start;                                                        \
      for (ptrdiff_t k = 0; k < count; k++) {                                                        \
        const T *row = rows[k] + start;                                                              \
        for (ptrdiff_t i = 0; i < length; i++) {                                                     \
          uint32_t d = row[i] > middle[i] ? row[i] - middle[i] : middle[i] - row[i];                 \
          sums[i] += d > threshold ? middle[i] : row[i];                                             \
        }                                                                                            \
      }                                                                                              \
      for (ptrdiff_t i = 0; i < length; i++)                                                         \
        target[start + i] = (T)((sums[i] * share + (1u << 19)) >> 20);                               \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static void add##B(const T *source, uint32_t *sums, ptrdiff_t n) {                                 \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) sums[i] += source[i];                                          \
  }

POINT_KERNELS(uint8_t, 8, uint32_t)
POINT_KERNELS(uint16_t, 16, uint64_t)

static void mix8(const uint8_t *x, const uint8_t *y, uint8_t *target, ptrdiff_t n, int32_t keep) {
  mix_samples8(x, y, target, n, keep, 255);
}

static void mix16(const uint16_t *x, const uint16_t *y, uint16_t *target, ptrdiff_t n, int32_t keep,
                  uint16_t maximum) {
  mix_samples16(x, y, target, n, keep, maximum);
}
