// FFmpeg 5.1 and 6 clear the buffer that an encoder writes a packet into, and it has room for the
// largest packet that there could be: FFV1 in 3840x2160 asks for 1.2 GB to write some megabytes.
// Writing zeros over memory that is fresh from the kernel, and is zero already, makes all of it real.
//
// A definition in the program comes before the one in libavutil, for FFmpeg's other libraries too.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/mem.h>

#ifdef __GLIBC__

enum { large = 1 << 20, alignment = 64, is_mapped = 2 };

// Whether malloc is glibc's own, and not one that was loaded before it: only that marks its mappings.
static int is_own_malloc(void) {
  static int answer = -1;
  if (answer < 0) {
    Dl_info used, own;
    answer = dladdr(dlsym(RTLD_DEFAULT, "posix_memalign"), &used) &&
             dladdr((void *)&gnu_get_libc_version, &own) && used.dli_fbase == own.dli_fbase;
  }
  return answer;
}

// Zeroed memory, of which only what is written to becomes real where it is fresh.
static void *sparse(size_t size) {
  if (size < large || !is_own_malloc()) return av_mallocz(size);
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, size)) return NULL;
  // malloc marks what is a mapping of its own in the size before it: <malloc/malloc.c>, IS_MMAPPED.
  if (!(((size_t *)memory)[-1] & is_mapped)) memset(memory, 0, size);
  return memory;
}

// As libavutil/mem.h says it: at least `min_size` zeroed bytes, and a little more for the next time.
void av_fast_mallocz(void *pointer, unsigned int *size, size_t min_size) {
  if (min_size <= *size) return;
  av_freep(pointer);
  *size = 0;
  if (min_size > INT_MAX) return;
  size_t roomy = min_size + min_size / 16 + 32;
  if (roomy > INT_MAX) roomy = INT_MAX;
  void *memory = sparse(roomy);
  memcpy(pointer, &memory, sizeof memory);
  if (memory) *size = (unsigned int)roomy;
}

#endif
