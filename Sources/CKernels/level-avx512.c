// AVX-512 with BW, VL, DQ and VBMI: Intel since 2019, AMD since 2022.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi"))), apply_to = function)
#define LEVEL_NAME "avx512"
#define LEVEL kernels_avx512
#define LEVEL_AVX512
#define VECTOR_BYTES 64
#include "level.h"
#pragma clang attribute pop
#endif
