// 3 x 3 neighbours: down the columns, then along the row.

#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))

#define NEIGHBOUR_KERNELS(T, B)                                                                      \
  static void sobel_columns##B(const T *above, const T *row, const T *below, int32_t *sums,          \
                               int32_t *slopes, ptrdiff_t n) {                                       \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      sums[i] = above[i] + 2 * row[i] + below[i];                                                    \
      slopes[i] = below[i] - above[i];                                                               \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static void sobel_row##B(const int32_t *sums, const int32_t *slopes, T *target, ptrdiff_t n,       \
                           float scale, uint32_t floor, uint32_t ceiling) {                          \
    float limit = (float)ceiling;                                                                    \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      float gx = (float)(sums[i + 1] - sums[i - 1]);                                                 \
      float gy = (float)(slopes[i - 1] + 2 * slopes[i] + slopes[i + 1]);                             \
      float v = __builtin_elementwise_sqrt(gx * gx + gy * gy) * scale + ((float)floor + 0.5f);       \
      target[i] = (T)(int32_t)(v > limit ? limit : v);                                               \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static void median_columns##B(const T *above, const T *row, const T *below, T *low, T *middle,     \
                                T *high, ptrdiff_t n) {                                              \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      T a = above[i], b = row[i], c = below[i];                                                      \
      T small = SMALLER(a, b), large = LARGER(a, b);                                                 \
      T least = SMALLER(small, c);                                                                   \
      T rest = LARGER(small, c);                                                                     \
      low[i] = least;                                                                                \
      middle[i] = SMALLER(large, rest);                                                              \
      high[i] = LARGER(large, rest);                                                                 \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  static inline T median_of##B(T a, T b, T c) {                                                      \
    T small = SMALLER(a, b), large = LARGER(a, b);                                                   \
    T least = SMALLER(large, c);                                                                     \
    return LARGER(small, least);                                                                     \
  }                                                                                                  \
                                                                                                     \
  static void median_row##B(const T *low, const T *middle, const T *high, T *target, ptrdiff_t n) {  \
    INDEPENDENT                                                                                      \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      T a = LARGER(low[i - 1], low[i]);                                                              \
      a = LARGER(a, low[i + 1]);                                                                     \
      T b = median_of##B(middle[i - 1], middle[i], middle[i + 1]);                                   \
      T c = SMALLER(high[i - 1], high[i]);                                                           \
      c = SMALLER(c, high[i + 1]);                                                                   \
      target[i] = median_of##B(a, b, c);                                                             \
    }                                                                                                \
  }

NEIGHBOUR_KERNELS(uint8_t, 8)
NEIGHBOUR_KERNELS(uint16_t, 16)
