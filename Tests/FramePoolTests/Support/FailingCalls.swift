import Glibc
import SystemPackage

@testable import FramePool

/// A library that makes calls fail in a program that is started with it (`LD_PRELOAD`).
enum FailingCalls {
  /// The library's path; nil where there is no C compiler.
  ///
  /// It is built once and stays in a directory
  /// that is removed with the tests' own.
  static let library: String? = {
    let directory = FilePath("/tmp/framepool-failing-calls-\(getpid())")
    guard mkdir(directory.string, 0o700) == 0 else { return nil }
    let (file, library) = (directory.appending("calls.c"), directory.appending("calls.so"))
    guard DescriptorIO.create(file, Array(source.utf8)) else { return nil }
    for compiler in ["clang", "cc", "gcc"] {
      let command = "\(compiler) -shared -fPIC -O1 -o \(library) \(file) -ldl 2>/dev/null"
      if system(command) == 0 { return library.string }
    }
    return nil
  }()

  /// Has the calls `first` to `first + count - 1` of a function fail.
  static func environment(
    _ call: String, _ number: CInt, first: Int, count: Int
  ) -> [String] {
    [
      "LD_PRELOAD=\(library ?? "")", "FAIL_CALL=\(call)", "FAIL_FIRST=\(first)",
      "FAIL_COUNT=\(count)", "FAIL_ERRNO=\(number)",
    ]
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <poll.h>
    #include <pthread.h>
    #include <signal.h>
    #include <stdarg.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/mman.h>
    #include <sys/types.h>

    static long number(const char *name) {
      const char *text = getenv(name);
      return text ? atol(text) : 0;
    }

    static int fails(const char *name) {
      static const char *call;
      static long first, count, error, calls;
      if (!call) {
        // Not in the programs that start it, such as env(1).
        int isMeant = strcmp(program_invocation_short_name, "pool-test-host") == 0;
        call = isMeant && getenv("FAIL_CALL") ? getenv("FAIL_CALL") : "";
        first = number("FAIL_FIRST");
        count = number("FAIL_COUNT");
        error = number("FAIL_ERRNO");
      }
      if (strcmp(call, name) != 0) return 0;
      long this_call = __sync_add_and_fetch(&calls, 1);
      if (this_call < first || this_call - first >= count) return 0;
      errno = (int)error;
      return (int)error;
    }

    #define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

    pid_t fork(void) { return fails("fork") ? -1 : REAL(fork)(); }
    int pipe2(int ends[2], int flags) { return fails("pipe2") ? -1 : REAL(pipe2)(ends, flags); }
    int dup2(int from, int to) { return fails("dup2") ? -1 : REAL(dup2)(from, to); }
    int signalfd(int fd, const sigset_t *set, int flags) {
      int (*real)(int, const sigset_t *, int) = dlsym(RTLD_NEXT, "signalfd");
      return fails("signalfd") ? -1 : real(fd, set, flags);
    }
    int poll(struct pollfd *fds, nfds_t count, int timeout) {
      return fails("poll") ? -1 : REAL(poll)(fds, count, timeout);
    }
    void *mmap(void *start, size_t size, int access, int flags, int fd, off_t offset) {
      return fails("mmap") ? MAP_FAILED : REAL(mmap)(start, size, access, flags, fd, offset);
    }
    int pthread_create(
        pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
      int error = fails("pthread_create");
      return error ? error : REAL(pthread_create)(thread, attributes, body, argument);
    }
    static int control(const char *name, int fd, int command, void *argument) {
      int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
      return fails("fcntl") ? -1 : real(fd, command, argument);
    }
    #define FCNTL(name)                          \\
      int name(int fd, int command, ...) {       \\
        va_list list;                            \\
        va_start(list, command);                 \\
        void *argument = va_arg(list, void *);   \\
        va_end(list);                            \\
        return control(#name, fd, command, argument); \\
      }
    FCNTL(fcntl)
    FCNTL(fcntl64)
    """
}
