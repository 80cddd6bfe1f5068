#define _GNU_SOURCE
#include "CLazyFFmpeg.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Only the major versions are needed, to name the shared objects that match the headers in use.
#include <libavcodec/version.h>
#include <libavfilter/version.h>
#include <libavformat/version.h>
#include <libswscale/version.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define SONAME(name, major) "lib" name ".so." TEXT(major)

static const char avcodec[] = SONAME("avcodec", LIBAVCODEC_VERSION_MAJOR);
static const char avformat[] = SONAME("avformat", LIBAVFORMAT_VERSION_MAJOR);
static const char swscale[] = SONAME("swscale", LIBSWSCALE_VERSION_MAJOR);
static const char avfilter[] = SONAME("avfilter", LIBAVFILTER_VERSION_MAJOR);

// One per function. `address` comes first: the assembly below reads it at offset 0.
struct slot {
  void *address;
  const char *name;
  const char *library;
};

// Where the code cannot be written for a CPU, nothing is defined and the program links with the
// libraries as usual.
#if defined(__x86_64__) || defined(__aarch64__)

static char failure[512];

static int fill(struct slot *slot) {
  void *library = dlopen(slot->library, RTLD_NOW | RTLD_LOCAL);
  void *address = library ? dlsym(library, slot->name) : NULL;
  if (!address) {
    const char *reason = dlerror();
    snprintf(failure, sizeof failure, "%s", reason ? reason : slot->name);
    return 0;
  }
  __atomic_store_n(&slot->address, address, __ATOMIC_RELEASE);
  return 1;
}

// Called by the slow path with the slot; returns where to jump.
__attribute__((used, visibility("hidden"))) void *lazy_ffmpeg_bind(struct slot *slot) {
  if (fill(slot)) return __atomic_load_n(&slot->address, __ATOMIC_ACQUIRE);
  fprintf(stderr, "vidproc: cannot load FFmpeg: %s\n", failure);
  abort();
}

#if defined(__x86_64__)
// The slow path keeps every register that can carry an argument (System V ABI), %rax for varargs.
__asm__(
    ".text\n.p2align 4\n.type lazy_ffmpeg_slow,@function\nlazy_ffmpeg_slow:\n"
    "  pushq %rdi\n pushq %rsi\n pushq %rdx\n pushq %rcx\n pushq %r8\n pushq %r9\n pushq %rax\n"
    "  subq $128, %rsp\n"
    "  movups %xmm0, 0(%rsp)\n movups %xmm1, 16(%rsp)\n movups %xmm2, 32(%rsp)\n"
    "  movups %xmm3, 48(%rsp)\n movups %xmm4, 64(%rsp)\n movups %xmm5, 80(%rsp)\n"
    "  movups %xmm6, 96(%rsp)\n movups %xmm7, 112(%rsp)\n"
    "  movq %r11, %rdi\n"
    "  call lazy_ffmpeg_bind\n"
    "  movq %rax, %r11\n"
    "  movups 0(%rsp), %xmm0\n movups 16(%rsp), %xmm1\n movups 32(%rsp), %xmm2\n"
    "  movups 48(%rsp), %xmm3\n movups 64(%rsp), %xmm4\n movups 80(%rsp), %xmm5\n"
    "  movups 96(%rsp), %xmm6\n movups 112(%rsp), %xmm7\n"
    "  addq $128, %rsp\n"
    "  popq %rax\n popq %r9\n popq %r8\n popq %rcx\n popq %rdx\n popq %rsi\n popq %rdi\n"
    "  jmpq *%r11\n"
    ".size lazy_ffmpeg_slow, .-lazy_ffmpeg_slow\n");
#define JUMP(function)                                                         \
  __asm__(".text\n.p2align 4\n.globl " #function "\n.type " #function          \
          ",@function\n" #function ":\n"                                       \
          "  movq lazy_" #function "(%rip), %r11\n"                            \
          "  testq %r11, %r11\n"                                               \
          "  jz 1f\n"                                                          \
          "  jmpq *%r11\n"                                                     \
          "1: leaq lazy_" #function "(%rip), %r11\n"                           \
          "  jmp lazy_ffmpeg_slow\n"                                           \
          ".size " #function ", .-" #function "\n");
#else
// x16 and x17 are the registers that the ABI leaves to veneers like these.
__asm__(
    ".text\n.p2align 4\n.type lazy_ffmpeg_slow,@function\nlazy_ffmpeg_slow:\n"
    "  stp x29, x30, [sp, #-224]!\n mov x29, sp\n"
    "  stp x0, x1, [sp, #16]\n stp x2, x3, [sp, #32]\n stp x4, x5, [sp, #48]\n"
    "  stp x6, x7, [sp, #64]\n str x8, [sp, #80]\n"
    "  stp q0, q1, [sp, #96]\n stp q2, q3, [sp, #128]\n"
    "  stp q4, q5, [sp, #160]\n stp q6, q7, [sp, #192]\n"
    "  mov x0, x16\n bl lazy_ffmpeg_bind\n mov x17, x0\n"
    "  ldp x0, x1, [sp, #16]\n ldp x2, x3, [sp, #32]\n ldp x4, x5, [sp, #48]\n"
    "  ldp x6, x7, [sp, #64]\n ldr x8, [sp, #80]\n"
    "  ldp q0, q1, [sp, #96]\n ldp q2, q3, [sp, #128]\n"
    "  ldp q4, q5, [sp, #160]\n ldp q6, q7, [sp, #192]\n"
    "  ldp x29, x30, [sp], #224\n br x17\n"
    ".size lazy_ffmpeg_slow, .-lazy_ffmpeg_slow\n");
#define JUMP(function)                                                         \
  __asm__(".text\n.p2align 4\n.globl " #function "\n.type " #function          \
          ",@function\n" #function ":\n"                                       \
          "  adrp x16, lazy_" #function "\n"                                   \
          "  add x16, x16, :lo12:lazy_" #function "\n"                         \
          "  ldr x17, [x16]\n"                                                 \
          "  cbz x17, 1f\n"                                                    \
          "  br x17\n"                                                         \
          "1: b lazy_ffmpeg_slow\n"                                            \
          ".size " #function ", .-" #function "\n");
#endif

#define FUNCTION(library, function)                                            \
  __attribute__((used, visibility("hidden"))) struct slot lazy_##function = {  \
      0, #function, library};                                                  \
  JUMP(function)
#include "functions.h"
#undef FUNCTION

static struct slot *const slots[] = {
#define FUNCTION(library, function) &lazy_##function,
#include "functions.h"
#undef FUNCTION
};

const char *lazy_ffmpeg_load(int with_filters) {
  for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
    if (!with_filters && (slots[i]->library == avfilter || slots[i]->library == swscale)) continue;
    if (!slots[i]->address && !fill(slots[i])) return failure;
  }
  return NULL;
}

#else
const char *lazy_ffmpeg_load(int with_filters) {
  (void)with_filters;
  return NULL;
}
#endif
