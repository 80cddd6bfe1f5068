#include <string.h>

#include "CKernels.h"

// Odd, so that no bit of a product is lost; the bits of the golden ratio.
static const uint64_t factor = 0x9E3779B97F4A7C15u;

// The turn lets the topmost bits count for more than themselves.
static inline uint64_t add(uint64_t sum, uint64_t word) {
  sum ^= word;
  return (sum << 29 | sum >> 35) * factor;
}

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

uint64_t row_sum(const uint8_t *row, ptrdiff_t bytes, uint64_t mask, uint64_t before) {
  // Four sums side by side: each waits for its own multiplication only.
  uint64_t a = before, b = before ^ 1, c = before ^ 2, d = before ^ 3;
  for (; bytes >= 32; bytes -= 32, row += 32) {
    a = add(a, load(row) & mask);
    b = add(b, load(row + 8) & mask);
    c = add(c, load(row + 16) & mask);
    d = add(d, load(row + 24) & mask);
  }
  for (; bytes >= 8; bytes -= 8, row += 8) a = add(a, load(row) & mask);
  if (bytes > 0) {
    uint64_t word = 0;
    memcpy(&word, row, (size_t)bytes);
    b = add(b, word & mask);
  }
  return add(add(add(add(0, a), b), c), d);
}

uint64_t palette_row_sum(const uint8_t *row, ptrdiff_t n, const uint32_t *palette,
                         uint64_t before) {
  uint64_t sum = before;
  for (ptrdiff_t i = 0; i < n; i++) sum = add(sum, palette[row[i]]);
  return sum;
}
