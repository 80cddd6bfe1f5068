// Rows to numbers. Sums are taken block by block in 32 bits, where they fit, and then in 64.

// As many samples as 32 bits can add up: squares of 8-bit samples, and of 8-bit Laplacians.
#define SUM_BLOCK 2048

#define MEASURE_KERNELS(T, B, WIDE)                                                                  \
  static uint64_t distance##B(const T *x, const T *y, ptrdiff_t n) {                                 \
    uint64_t total = 0;                                                                              \
    for (ptrdiff_t start = 0; start < n; start += SUM_BLOCK) {                                       \
      ptrdiff_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;                                 \
      uint32_t sum = 0;                                                                              \
      for (ptrdiff_t i = start; i < end; i++) sum += (uint32_t)(x[i] > y[i] ? x[i] - y[i] : y[i] - x[i]); \
      total += sum;                                                                                  \
    }                                                                                                \
    return total;                                                                                    \
  }                                                                                                  \
                                                                                                     \
  static uint64_t changed##B(const T *x, const T *y, ptrdiff_t n, uint32_t threshold) {              \
    T limit = (T)threshold;                                                                          \
    uint32_t count = 0;                                                                              \
    for (ptrdiff_t i = 0; i < n; i++) {                                                              \
      T d = (T)(x[i] > y[i] ? x[i] - y[i] : y[i] - x[i]);                                            \
      count += d > limit;                                                                            \
    }                                                                                                \
    return count;                                                                                    \
  }                                                                                                  \
                                                                                                     \
  static uint64_t at_most##B(const T *row, ptrdiff_t n, uint32_t limit) {                            \
    T bound = (T)limit;                                                                              \
    uint32_t count = 0;                                                                              \
    for (ptrdiff_t i = 0; i < n; i++) count += row[i] <= bound;                                      \
    return count;                                                                                    \
  }                                                                                                  \
                                                                                                     \
  static struct row_summary summary##B(const T *row, ptrdiff_t n) {                                  \
    struct row_summary result = {0, 0, row[0], row[0]};                                              \
    T minimum = row[0], maximum = row[0];                                                            \
    for (ptrdiff_t start = 0; start < n; start += SUM_BLOCK) {                                       \
      ptrdiff_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;                                 \
      uint32_t sum = 0;                                                                              \
      WIDE squares = 0;                                                                              \
      for (ptrdiff_t i = start; i < end; i++) {                                                      \
        T x = row[i];                                                                                \
        sum += x;                                                                                    \
        squares += (WIDE)x * x;                                                                      \
        minimum = x < minimum ? x : minimum;                                                         \
        maximum = x > maximum ? x : maximum;                                                         \
      }                                                                                              \
      result.sum += sum;                                                                             \
      result.squares += squares;                                                                     \
    }                                                                                                \
    result.minimum = minimum;                                                                        \
    result.maximum = maximum;                                                                        \
    return result;                                                                                   \
  }                                                                                                  \
                                                                                                     \
  static void laplacian##B(const T *above, const T *row, const T *below, ptrdiff_t n, int64_t *sum,  \
                           uint64_t *squares) {                                                      \
    for (ptrdiff_t start = 1; start < n - 1; start += SUM_BLOCK) {                                   \
      ptrdiff_t end = n - 1 - start < SUM_BLOCK ? n - 1 : start + SUM_BLOCK;                         \
      int32_t part = 0;                                                                              \
      WIDE parts = 0;                                                                                \
      for (ptrdiff_t i = start; i < end; i++) {                                                      \
        int32_t v = above[i] + below[i] + row[i - 1] + row[i + 1] - 4 * row[i];                      \
        part += v;                                                                                   \
        uint32_t size = (uint32_t)(v < 0 ? -v : v);                                                  \
        parts += (WIDE)size * size;                                                                  \
      }                                                                                              \
      *sum += part;                                                                                  \
      *squares += parts;                                                                             \
    }                                                                                                \
    for (ptrdiff_t i = 0; i < n; i += n > 1 ? n - 1 : 1) {                                           \
      ptrdiff_t inner = n == 1 ? 0 : i == 0 ? 1 : n - 2;                                             \
      int64_t v = above[i] + below[i] + 2 * row[inner] - 4 * row[i];                                 \
      *sum += v;                                                                                     \
      *squares += (uint64_t)(v * v);                                                                 \
    }                                                                                                \
  }

MEASURE_KERNELS(uint8_t, 8, uint32_t)
MEASURE_KERNELS(uint16_t, 16, uint64_t)
