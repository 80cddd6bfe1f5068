#include "levels.h"

const struct kernels *kernels_at(int level) {
  if (level == 0) return &kernels_base;
#if defined(__x86_64__)
  if (level == 1 && __builtin_cpu_supports("avx2")) return &kernels_avx2;
  // x86-64-v4 with the byte permutations of Ice Lake and Zen 4, for table look-ups.
  if (level == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vbmi"))
    return &kernels_avx512;
#endif
  return NULL;
}
