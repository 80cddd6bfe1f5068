#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
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

void clinux_close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  for (int descriptor = first; descriptor < (limit > 0 ? limit : 1024); descriptor++)
    close(descriptor);
}

int clinux_affinity_cpu_count(void) {
  // Larger than cpu_set_t, which stops at 1024 CPUs.
  static unsigned long mask[8192 / (8 * sizeof(unsigned long))];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  if (bytes <= 0) return 0;
  int count = 0;
  for (size_t i = 0; i < (size_t)bytes / sizeof mask[0]; i++)
    count += __builtin_popcountl(mask[i]);
  return count;
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
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
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

void clinux_ignore_broken_pipes(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
    signal(SIGPIPE, SIG_IGN);
  }
}
