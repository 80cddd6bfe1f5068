// AVX2: Intel since 2013, AMD since 2015.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LEVEL_NAME "avx2"
#define LEVEL kernels_avx2
#define LEVEL_AVX2
#define VECTOR_BYTES 32
#include "level.h"
#pragma clang attribute pop
#endif
