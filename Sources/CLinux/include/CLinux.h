// The system calls that Swift cannot make, each with its reason. As little as possible.
#ifndef VIDPROC_CLINUX_H
#define VIDPROC_CLINUX_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

// fork(2) is marked unavailable in Swift. Returns -1 with errno set on failure.
pid_t clinux_fork(void);

// wait4(2) on a child that has ended: first ends what is left of its process group (signal 9), so
// that a group cannot outlive its leader, then reaps it. Returns the pid, 0 when no child has
// ended, or -1 with errno set. The order needs waitid(2) with WNOWAIT, whose macros Swift lacks.
pid_t clinux_reap_with_group(int *status, struct rusage *usage);

// The parts of wait(2)'s status; function-like macros.
int clinux_exit_code(int status);      // or -1 when it did not exit
int clinux_signal(int status);         // or 0 when no signal ended it

// prctl(2) is variadic. Asks for `signal` when the thread that created this process ends.
int clinux_set_parent_death_signal(int signal);

// prctl(PR_SET_NO_NEW_PRIVS); irrevocable. 0 on success.
int clinux_set_no_new_privileges(void);

// prctl(PR_SET_NAME): what `ps` and `top` show, at most 15 bytes.
int clinux_set_process_name(const char *name);

// signalfd(2), whose flags Swift does not import: non-blocking, close-on-exec, for SIGCHLD, which
// is blocked in the caller. Returns the descriptor or -1.
int clinux_child_signal_descriptor(void);

// Reads and drops whatever the descriptor above holds.
void clinux_drain_signal_descriptor(int descriptor);

// Unblocks every signal and gives back their default actions, as a new process expects them.
void clinux_reset_signals(void);

// When a signal of a crash ends this process, which then can have no more memory, writes `M` on a line
// to `descriptor` first. A signal handler, in which little is allowed.
void clinux_tell_of_no_memory(int descriptor);

// close_range(2), with a loop where the kernel lacks it. Closes `first` and all above.
void clinux_close_from(int first);

// The numbers of the CPUs that this process may run on, from sched_getaffinity(2), whose CPU_ISSET
// is a macro. Returns how many there are; 0 when the kernel does not say.
int clinux_usable_cpus(int *numbers, int limit);

// sched_setaffinity(2) for all threads of a process; those that they start have the same CPUs.
void clinux_keep_on_cpus(pid_t process, const int *numbers, int count);

// The same for one thread; the first of a process has its number.
void clinux_keep_thread_on_cpus(pid_t thread, const int *numbers, int count);

// sched_getcpu(3), which Glibc's module leaves out: the CPU that the caller runs on, or -1.
int clinux_current_cpu(void);

// memfd_create(2), an anonymous file holding `size` bytes of `data`, rewound. -1 on failure.
int clinux_memory_file(const void *data, size_t size);

// ioctl(TIOCGWINSZ) is variadic. Returns 1 and fills both when `descriptor` is a terminal.
int clinux_terminal_size(int descriptor, int *columns, int *rows);

// setrlimit(2) on RLIMIT_CORE, whose constant is an enum case in glibc: no core files. 0 on success.
int clinux_disable_core_files(void);

// pipe2(2), which glibc's Swift module leaves out: both ends close-on-exec and non-blocking. 0 on
// success.
int clinux_pipe(int *read_end, int *write_end);

// execv(3) on this program's own file with one argument, with nothing but system calls. Returns only on failure.
int clinux_execute_self(const char *argument);

// open(2) with a mode is variadic. Opens `path` as dev/null is opened: flags and mode given.
int clinux_open(const char *path, int flags, mode_t mode);

// O_TMPFILE, which Glibc's module leaves out: a file in a directory, without a name.
int clinux_unnamed_file_flag(void);

// renameat2(2) with RENAME_NOREPLACE, which Glibc's module leaves out: fails with EEXIST where `to`
// is there. 0 on success.
int clinux_rename_new(const char *from, const char *to);

// renameat2(2) with RENAME_EXCHANGE: the two names change places in one step. 0 on success.
int clinux_rename_exchange(const char *one, const char *other);

// syncfs(2), which Glibc's module leaves out: all that was written to the file system of `descriptor`
// reaches the disk. 0 on success.
int clinux_sync_file_system(int descriptor);

// Ignores SIGPIPE where nobody has chosen what it does; function pointers are hard to compare in
// Swift.
void clinux_ignore_broken_pipes(void);

// Whether a signal is ignored; function pointers are hard to compare in Swift.
int clinux_is_ignored(int signal);

// Starts so many threads at once and ends them again: pthread_create(3) in a process that has no second
// thread yet, for which Swift's closures are too much. 0, or the errno of the one that failed.
int clinux_try_threads(int count);

// Opens so many descriptors at once and closes them again. 0, or the errno of the one that failed.
int clinux_try_descriptors(int count);

// Prepares the heap of a process that is about to fork many short-lived ones: they begin with empty
// memory of `room` bytes in huge pages, instead of copying and faulting in small ones one by one.
// mallopt(3) and madvise(2) have no other way in. Does nothing but cost address space where there
// are no huge pages.
void clinux_prepare_heap(size_t room);

// Called in such a process: from here on its memory comes from there.
void clinux_enter_fresh_heap(void);

// Makes the headers, code and constants of each loaded library one mapping instead of three, of
// five that it has: a fork copies them, an exit removes them. mprotect(2) on what
// dl_iterate_phdr(3) tells. Constants become executable by it, as they were before linkers set them
// apart; nothing that is writable does.
void clinux_join_mappings(void);

#endif
