// What every CPU has: SSE2 on x86-64, NEON on arm64.
#if defined(__x86_64__)
#define LEVEL_NAME "sse2"
#else
#define LEVEL_NAME "neon"
#endif
#define LEVEL kernels_base
#define VECTOR_BYTES 16
#include "level.h"
