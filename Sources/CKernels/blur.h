// Gaussian blur, separable.
//
// The sums of a block stay in registers while the taps go by, which is spelt out with vector types:
// compilers keep such sums in memory otherwise.

#define LANES (VECTOR_BYTES / 2)
typedef uint16_t narrow __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t wide __attribute__((vector_size(VECTOR_BYTES * 2)));
typedef int32_t wide_signed __attribute__((vector_size(VECTOR_BYTES * 2)));
typedef uint8_t bytes __attribute__((vector_size(VECTOR_BYTES / 2)));

static inline narrow load(const uint16_t *row) {
  narrow v;
  memcpy(&v, row, sizeof v);
  return v;
}

// The upper halves of the products: one instruction (pmulhuw, or umull and shrn).
static inline narrow upper(narrow a, narrow w) {
  return __builtin_convertvector(
      (__builtin_convertvector(a, wide) * __builtin_convertvector(w, wide)) >> 16, narrow);
}

// Each of the radius + 1 products loses half a unit on average.
#define LOSS(radius) (uint16_t)(((radius) + 1) / 2)

// The weighted sums of `VECTORS` vectors at offset `i`, where BELOW(k) and ABOVE(k) are the two rows
// of tap k.
#define SUMS8(VECTORS, CENTRE, BELOW, ABOVE)                                                         \
  narrow sums[VECTORS];                                                                              \
  for (int v = 0; v < VECTORS; v++)                                                                  \
    sums[v] = upper(load((CENTRE) + i + v * LANES), (narrow){0} + weights[0]) + LOSS(radius);        \
  for (ptrdiff_t k = 1; k <= radius; k++) {                                                          \
    const uint16_t *a = (BELOW), *b = (ABOVE);                                                       \
    narrow w = (narrow){0} + weights[k];                                                             \
    for (int v = 0; v < VECTORS; v++)                                                                \
      sums[v] += upper(load(a + i + v * LANES) + load(b + i + v * LANES), w);                        \
  }

#define SUMS16(VECTORS, CENTRE, BELOW, ABOVE)                                                        \
  wide sums[VECTORS];                                                                                \
  for (int v = 0; v < VECTORS; v++)                                                                  \
    sums[v] = __builtin_convertvector(load((CENTRE) + i + v * LANES), wide) * weights[0] + 16384;    \
  for (ptrdiff_t k = 1; k <= radius; k++) {                                                          \
    const uint16_t *a = (BELOW), *b = (ABOVE);                                                       \
    uint32_t w = weights[k];                                                                         \
    for (int v = 0; v < VECTORS; v++)                                                                \
      sums[v] += (__builtin_convertvector(load(a + i + v * LANES), wide) +                           \
                  __builtin_convertvector(load(b + i + v * LANES), wide)) *                          \
                 w;                                                                                  \
  }

#if defined(LEVEL_AVX2) || defined(LEVEL_AVX512)

#if defined(LEVEL_AVX512)
#define REGISTER __m512i
#define DO(operation) _mm512_##operation
#define LOAD(row) _mm512_loadu_si512(row)
#define BROADCAST(w) _mm512_set1_epi16((short)(w))
#else
#define REGISTER __m256i
#define DO(operation) _mm256_##operation
#define LOAD(row) _mm256_loadu_si256((const __m256i *)(row))
#define BROADCAST(w) _mm256_set1_epi16((short)(w))
#endif

// What unpacking has parted, in order.
static inline void store_in_order(uint16_t *target, REGISTER low, REGISTER high) {
#if defined(LEVEL_AVX512)
  const __m512i first = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
  const __m512i second = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
  _mm512_storeu_si512(target, _mm512_permutex2var_epi64(low, first, high));
  _mm512_storeu_si512(target + 32, _mm512_permutex2var_epi64(low, second, high));
#else
  _mm256_storeu_si256((__m256i *)target, _mm256_permute2x128_si256(low, high, 0x20));
  _mm256_storeu_si256((__m256i *)(target + 16), _mm256_permute2x128_si256(low, high, 0x31));
#endif
}

// `vectors` is 2 where the row goes on so far, else 1. With `parted`, the lower and the upper halves that
// unpacking makes of each half register stay apart, as packing wants them later. Both are constants wherever
// this is called.
//
// A pair of bytes becomes 64 times its sum in one instruction (pmaddubsw); with twice the weight that
// is the product of 128 times the sum. A weight other than the centre's is less than a half.
static inline __attribute__((always_inline)) void blur_part8(const uint8_t *source, uint16_t *target,
                                                             const uint16_t *weights,
                                                             ptrdiff_t radius, int vectors,
                                                             int parted) {
  const REGISTER by64 = DO(set1_epi8)(64);
  REGISTER low[2], high[2];
  REGISTER w = BROADCAST(weights[0]), loss = BROADCAST(LOSS(radius));
  for (int v = 0; v < vectors; v++) {
    REGISTER x = LOAD(source + v * VECTOR_BYTES);
    low[v] = DO(add_epi16)(
        loss, DO(mulhi_epu16)(DO(maddubs_epi16)(DO(unpacklo_epi8)(x, x), by64), w));
    high[v] = DO(add_epi16)(
        loss, DO(mulhi_epu16)(DO(maddubs_epi16)(DO(unpackhi_epi8)(x, x), by64), w));
  }
  for (ptrdiff_t k = 1; k <= radius; k++) {
    w = BROADCAST(2 * weights[k]);
    for (int v = 0; v < vectors; v++) {
      REGISTER a = LOAD(source + v * VECTOR_BYTES - k), b = LOAD(source + v * VECTOR_BYTES + k);
      low[v] = DO(add_epi16)(
          low[v], DO(mulhi_epu16)(DO(maddubs_epi16)(DO(unpacklo_epi8)(a, b), by64), w));
      high[v] = DO(add_epi16)(
          high[v], DO(mulhi_epu16)(DO(maddubs_epi16)(DO(unpackhi_epi8)(a, b), by64), w));
    }
  }
  for (int v = 0; v < vectors; v++) {
    if (parted) {
      memcpy(target + v * VECTOR_BYTES, &low[v], sizeof low[v]);
      memcpy(target + v * VECTOR_BYTES + LANES, &high[v], sizeof high[v]);
    } else {
      store_in_order(target + v * VECTOR_BYTES, low[v], high[v]);
    }
  }
}

#define BLUR_ROW8(NAME, PARTED)                                                                      \
  static void NAME(const uint8_t *source, uint16_t *target, ptrdiff_t n, const uint16_t *weights,    \
                   ptrdiff_t radius) {                                                               \
    ptrdiff_t i = 0;                                                                                 \
    for (; i + VECTOR_BYTES < n; i += 2 * VECTOR_BYTES)                                              \
      blur_part8(source + i, target + i, weights, radius, 2, PARTED);                                \
    if (i < n) blur_part8(source + i, target + i, weights, radius, 1, PARTED);                       \
  }

BLUR_ROW8(blur_row8, 0)
BLUR_ROW8(blur_row_parted8, 1)

#else

static inline narrow load_bytes(const uint8_t *row) {
  bytes v;
  memcpy(&v, row, sizeof v);
  return __builtin_convertvector(v, narrow);
}

static void blur_row8(const uint8_t *source, uint16_t *target, ptrdiff_t n, const uint16_t *weights,
                      ptrdiff_t radius) {
  for (ptrdiff_t i = 0; i < n; i += 2 * LANES) {
    narrow sums[2];
    for (int v = 0; v < 2; v++)
      sums[v] = upper(load_bytes(source + i + v * LANES) << 7, (narrow){0} + weights[0]) + LOSS(radius);
    for (ptrdiff_t k = 1; k <= radius; k++) {
      const uint8_t *a = source + i - k, *b = source + i + k;
      for (int v = 0; v < 2; v++)
        sums[v] += upper((load_bytes(a + v * LANES) + load_bytes(b + v * LANES)) << 7,
                         (narrow){0} + weights[k]);
    }
    memcpy(target + i, sums, sizeof sums);
  }
}

// Nothing is unpacked, so nothing is parted.
static void blur_row_parted8(const uint8_t *source, uint16_t *target, ptrdiff_t n,
                             const uint16_t *weights, ptrdiff_t radius) {
  blur_row8(source, target, n, weights, radius);
}

#endif

static void blur_row16(const uint16_t *source, uint16_t *target, ptrdiff_t n, const uint16_t *weights,
                       ptrdiff_t radius) {
  for (ptrdiff_t i = 0; i < n; i += LANES) {
    SUMS16(1, source, source - k, source + k)
    narrow result = __builtin_convertvector(sums[0] >> 15, narrow);
    memcpy(target + i, &result, sizeof result);
  }
}

// Writes a vector, or the part of it that lies in the row.
#define STORE(target, i, n, result, type)                                                            \
  if ((i) + LANES <= (n))                                                                            \
    memcpy((target) + (i), &(result), sizeof(result));                                               \
  else                                                                                               \
    memcpy((target) + (i), &(result), (size_t)((n) - (i)) * sizeof(type));

// The bytes of two vectors of sums, as `blur_row_parted8` leaves them at this level.
static inline void store_bytes(uint8_t *target, ptrdiff_t i, ptrdiff_t n, narrow first, narrow second) {
  first = (first + 64) >> 7;
  second = (second + 64) >> 7;
  uint8_t result[VECTOR_BYTES];
#if defined(LEVEL_AVX2) || defined(LEVEL_AVX512)
  REGISTER low, high;
  memcpy(&low, &first, sizeof low);
  memcpy(&high, &second, sizeof high);
  low = DO(packus_epi16)(low, high);
  memcpy(result, &low, sizeof low);
#else
  bytes low = __builtin_convertvector(first, bytes), high = __builtin_convertvector(second, bytes);
  memcpy(result, &low, sizeof low);
  memcpy(result + LANES, &high, sizeof high);
#endif
  if (i + VECTOR_BYTES <= n)
    memcpy(target + i, result, VECTOR_BYTES);
  else
    memcpy(target + i, result, (size_t)(n - i));
}

// Two rows at a time: all taps of the upper one but the first are taps of the lower one, and loads are
// what takes the time.
static void blur_columns8(const uint16_t *const *rows, uint8_t *upper_row, uint8_t *lower_row,
                          ptrdiff_t n, const uint16_t *weights, ptrdiff_t radius) {
  const uint16_t *const *centre = rows + radius;
  for (ptrdiff_t i = 0; i < n; i += 2 * LANES) {
    narrow sums[4], above[2], below[2];
    for (int v = 0; v < 2; v++) {
      above[v] = load(centre[0] + i + v * LANES);
      below[v] = load(centre[1] + i + v * LANES);
      sums[v] = upper(above[v], (narrow){0} + weights[0]) + LOSS(radius);
      sums[2 + v] = upper(below[v], (narrow){0} + weights[0]) + LOSS(radius);
    }
    for (ptrdiff_t k = 1; k <= radius; k++) {
      const uint16_t *a = centre[-k] + i, *b = centre[1 + k] + i;
      narrow w = (narrow){0} + weights[k];
      for (int v = 0; v < 2; v++) {
        narrow next_above = load(a + v * LANES), next_below = load(b + v * LANES);
        sums[v] += upper(next_above + below[v], w);
        sums[2 + v] += upper(above[v] + next_below, w);
        above[v] = next_above;
        below[v] = next_below;
      }
    }
    store_bytes(upper_row, i, n, sums[0], sums[1]);
    store_bytes(lower_row, i, n, sums[2], sums[3]);
  }
}

static void blur_columns16(const uint16_t *const *rows, uint16_t *upper_row, uint16_t *lower_row,
                           ptrdiff_t n, const uint16_t *weights, ptrdiff_t radius) {
  for (int row = 0; row < 2; row++) {
    const uint16_t *const *centre = rows + radius + row;
    uint16_t *target = row == 0 ? upper_row : lower_row;
    for (ptrdiff_t i = 0; i < n; i += LANES) {
      SUMS16(1, centre[0], centre[-k], centre[k])
      narrow result = __builtin_convertvector(sums[0] >> 15, narrow);
      STORE(target, i, n, result, uint16_t)
    }
  }
}

// The part of a source row at `i`, as far as it goes.
#define SOURCE(name, vector, type)                                                                   \
  vector name = {0};                                                                                 \
  if (i + LANES <= n)                                                                                \
    memcpy(&name, source + i, sizeof name);                                                          \
  else                                                                                               \
    memcpy(&name, source + i, (size_t)(n - i) * sizeof(type));

// Limits a vector to 0...maximum.
#define CLIP(v, maximum)                                                                             \
  do {                                                                                               \
    v &= ~(v < 0);                                                                                   \
    wide_signed over = v > (maximum);                                                                \
    v = (v & ~over) | (over & (maximum));                                                            \
  } while (0)

static void sharpen_column8(const uint16_t *const *rows, const uint8_t *source, uint8_t *target,
                            ptrdiff_t n, const uint16_t *weights, ptrdiff_t radius, int32_t amount) {
  const uint16_t *const *centre = rows + radius;
  for (ptrdiff_t i = 0; i < n; i += LANES) {
    SUMS8(1, centre[0], centre[-k], centre[k])
    SOURCE(plain, bytes, uint8_t)
    wide_signed x = __builtin_convertvector(plain, wide_signed) << 7;
    wide_signed detail = x - __builtin_convertvector(sums[0], wide_signed);
    x = (x + ((detail * amount) >> 8) + 64) >> 7;
    CLIP(x, 255);
    bytes result = __builtin_convertvector(x, bytes);
    STORE(target, i, n, result, uint8_t)
  }
}

static void sharpen_column16(const uint16_t *const *rows, const uint16_t *source, uint16_t *target,
                             ptrdiff_t n, const uint16_t *weights, ptrdiff_t radius, int32_t amount,
                             uint16_t maximum) {
  const uint16_t *const *centre = rows + radius;
  for (ptrdiff_t i = 0; i < n; i += LANES) {
    SUMS16(1, centre[0], centre[-k], centre[k])
    SOURCE(plain, narrow, uint16_t)
    wide_signed x = __builtin_convertvector(plain, wide_signed);
    wide_signed detail = x - __builtin_convertvector(sums[0] >> 15, wide_signed);
    x += (detail * amount + 128) >> 8;
    CLIP(x, maximum);
    narrow result = __builtin_convertvector(x, narrow);
    STORE(target, i, n, result, uint16_t)
  }
}
