#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t clinux_fork(void) { return fork(); }

pid_t clinux_reap_with_group(int *status, struct rusage *usage) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
    return errno == ECHILD ? 0 : -1;
  if (info.si_pid == 0) return 0;
  // The leader is a zombie still, so its number cannot belong to another group yet.
  kill(-info.si_pid, SIGKILL);
  return wait4(info.si_pid, status, 0, usage);
}

int clinux_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int clinux_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }
int clinux_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
int clinux_set_process_name(const char *name) { return prctl(PR_SET_NAME, name); }

int clinux_child_signal_descriptor(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void clinux_drain_signal_descriptor(int descriptor) {
  struct signalfd_siginfo info[8];
  while (read(descriptor, info, sizeof info) > 0) {
  }
}

void clinux_reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// Where clinux_tell_of_no_memory writes; and a stack for when there is no other.
static int no_memory_descriptor = -1;
static char no_memory_stack[16384];
// What malloc asks for at once beyond what it was asked for: see clinux_prepare_heap.
static size_t heap_room;

static void tell_of_no_memory(int number) {
  // As much as a frame may take, and what malloc adds to it.
  const size_t probe = heap_room + (16 << 20);
  void *memory =
      mmap(NULL, probe, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    ssize_t written = write(no_memory_descriptor, "\nM \n", 4);
    (void)written;
  } else {
    munmap(memory, probe);
  }
  // The action is the default again; it is taken when this returns.
  raise(number);
}

void clinux_tell_of_no_memory(int descriptor) {
  const int numbers[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP};
  no_memory_descriptor = descriptor;
  stack_t stack = {.ss_sp = no_memory_stack, .ss_size = sizeof no_memory_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_flags = (int)(SA_RESETHAND | SA_ONSTACK)};
  action.sa_handler = tell_of_no_memory;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    sigaction(numbers[i], &action, NULL);
}

void clinux_close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  for (int descriptor = first; descriptor < (limit > 0 ? limit : 1024); descriptor++)
    close(descriptor);
}

enum { maximum_cpus = 8192, cpus_in_word = 8 * sizeof(unsigned long) };

int clinux_usable_cpus(int *numbers, int limit) {
  // Larger than cpu_set_t, which stops at 1024 CPUs.
  unsigned long mask[maximum_cpus / cpus_in_word];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int count = 0;
  for (int cpu = 0; cpu < bytes * 8 && count < limit; cpu++)
    if (mask[cpu / cpus_in_word] >> (cpu % cpus_in_word) & 1) numbers[count++] = cpu;
  return count;
}

int clinux_current_cpu(void) { return sched_getcpu(); }

void clinux_keep_thread_on_cpus(pid_t thread, const int *numbers, int count) {
  unsigned long mask[maximum_cpus / cpus_in_word] = {0};
  for (int i = 0; i < count; i++)
    if (numbers[i] >= 0 && numbers[i] < maximum_cpus)
      mask[numbers[i] / cpus_in_word] |= 1UL << (numbers[i] % cpus_in_word);
  syscall(SYS_sched_setaffinity, thread, sizeof mask, mask);
}

void clinux_keep_on_cpus(pid_t process, const int *numbers, int count) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/task", (int)process);
  // A thread may start another while this looks: twice, and none is missed but one that was
  // started by one just seen, which has its mask.
  for (int round = 0; round < 2; round++) {
    DIR *tasks = opendir(path);
    if (!tasks) return;
    for (struct dirent *task; (task = readdir(tasks));)
      if (task->d_name[0] != '.')
        clinux_keep_thread_on_cpus(atoi(task->d_name), numbers, count);
    closedir(tasks);
  }
}

int clinux_memory_file(const void *data, size_t size) {
  int descriptor = (int)syscall(SYS_memfd_create, "framepool-task", 1U /* MFD_CLOEXEC */);
  if (descriptor < 0) return -1;
  size_t written = 0;
  while (written < size) {
    ssize_t count = write(descriptor, (const char *)data + written, size - written);
    if (count < 0) {
      if (errno == EINTR) continue;
      close(descriptor);
      return -1;
    }
    written += (size_t)count;
  }
  lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

int clinux_terminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 1;
}

int clinux_disable_core_files(void) {
  struct rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none);
}

int clinux_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

int clinux_execute_self(const char *argument) {
  char name[] = "/proc/self/exe";
  char copy[32];
  strncpy(copy, argument, sizeof copy - 1);
  copy[sizeof copy - 1] = 0;
  char *const arguments[] = {name, copy, NULL};
  return execv(name, arguments);
}

int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int clinux_unnamed_file_flag(void) { return O_TMPFILE; }

int clinux_rename_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int clinux_rename_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int clinux_sync_file_system(int descriptor) { return syncfs(descriptor); }

void clinux_ignore_broken_pipes(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
    signal(SIGPIPE, SIG_IGN);
  }
}

int clinux_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void *wait_for_gate(void *gate) {
  // Volatile, or the compiler leaves it out: a thread's first memory takes room of its own.
  void *volatile memory = malloc(64);
  free(memory);
  pthread_mutex_lock(gate);
  pthread_mutex_unlock(gate);
  return NULL;
}

int clinux_try_descriptors(int count) {
  int *descriptors = calloc((size_t)count, sizeof *descriptors);
  if (!descriptors) return ENOMEM;
  int opened = 0, reason = 0;
  while (opened < count && !reason) {
    descriptors[opened] = dup(STDIN_FILENO);
    // A closed standard input is no lack.
    if (descriptors[opened] < 0) reason = errno == EBADF ? -1 : errno;
    else opened++;
  }
  for (int index = 0; index < opened; index++) close(descriptors[index]);
  free(descriptors);
  return reason < 0 ? 0 : reason;
}

int clinux_try_threads(int count) {
  pthread_t *threads = calloc((size_t)count, sizeof *threads);
  if (!threads) return ENOMEM;
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&gate);
  int started = 0, reason = 0;
  while (started < count && !reason) {
    reason = pthread_create(&threads[started], NULL, wait_for_gate, &gate);
    if (!reason) started++;
  }
  pthread_mutex_unlock(&gate);
  for (int index = 0; index < started; index++) pthread_join(threads[index], NULL);
  free(threads);
  return reason;
}

// Takes every free piece below the end of the heap, so that what follows comes from its end. The
// pieces are lost to this process, which has what it needs.
static void use_up_free_pieces(void) {
  char *end = malloc(1 << 20);
  if (!end) return;
  for (size_t size = 1 << 19; size >= 16;) {
    char *piece;
    while ((piece = malloc(size)) && piece < end) {
    }
    free(piece);
    size -= size > 1032 ? size / 2 : 16;
  }
}

// Where the untouched part of the heap begins.
static uintptr_t fresh_memory;

void clinux_prepare_heap(size_t room) {
#ifdef __GLIBC__
  const uintptr_t huge_page = 2 << 20, own_room = 1 << 20;
  // Freed memory stays: the process that follows is a short-lived one.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // No lists of small pieces to be put together anew at each large allocation: there are others.
  mallopt(M_MXFAST, 0);
  mallopt(M_TOP_PAD, (int)room);
  heap_room = room;
  use_up_free_pieces();
  char *top = malloc(4096);
  if (!top) return;
  free(top);
  uintptr_t first = ((uintptr_t)top + own_room + huge_page - 1) & ~(huge_page - 1);
  uintptr_t end = (uintptr_t)sbrk(0) & ~(huge_page - 1);
  if (end > first && madvise((void *)first, end - first, MADV_HUGEPAGE) == 0) fresh_memory = first;
  // A short video needs little more than one; clearing a second for it would take longer than
  // faulting in what it needs.
  if (fresh_memory && end - first > 2 * huge_page)
    madvise((void *)(first + huge_page), huge_page, MADV_NOHUGEPAGE);
#else
  (void)room;
#endif
}

void clinux_enter_fresh_heap(void) {
  char *top = malloc(2048);
  if (!top || (uintptr_t)top >= fresh_memory) return;
  // Volatile, or the compiler leaves out a call whose result nobody uses.
  char *volatile filler = malloc(fresh_memory - (uintptr_t)top - 4096);
  (void)filler;
}

// Joins one object's mappings; a callback of dl_iterate_phdr.
static int join_mappings_of_object(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || segment->p_flags & (PF_W | PF_X)) continue;
    uintptr_t address = object->dlpi_addr + segment->p_vaddr;
    uintptr_t start = address & ~(page - 1);
    mprotect((void *)start, address + segment->p_memsz - start, PROT_READ | PROT_EXEC);
  }
  return 0;
}

void clinux_join_mappings(void) { dl_iterate_phdr(join_mappings_of_object, NULL); }
