// The levels; each is one file, which defines its instruction set and includes level.h.
#ifndef VIDPROC_LEVELS_H
#define VIDPROC_LEVELS_H

#include "include/CKernels.h"

extern const struct kernels kernels_base;
#if defined(__x86_64__)
extern const struct kernels kernels_avx2;
extern const struct kernels kernels_avx512;
#endif

#endif
