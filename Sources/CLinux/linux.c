#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int linux_exchange(int folder, const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, folder, one, folder, other, RENAME_EXCHANGE);
}

void linux_refuse_core_dumps(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void linux_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); }

int linux_adopt_orphans(int does_adopt) {
    return prctl(PR_SET_CHILD_SUBREAPER, does_adopt, 0, 0, 0);
}

static long find(const char *name) {
    return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
}

long linux_keyring_store(const char *name, const void *key, size_t length, unsigned seconds) {
    long serial = syscall(SYS_add_key, "user", name, key, length, KEY_SPEC_USER_KEYRING);
    if (serial < 0) return -1;
    // A session that does not possess the user's keyring may find a key there but not read it,
    // unless the key says that its user may: all rights for possessor and user, none for others.
    if (syscall(SYS_keyctl, KEYCTL_SETPERM, serial, 0x3f3f0000) < 0
        || syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, serial, seconds) < 0) {
        int cause = errno;
        syscall(SYS_keyctl, KEYCTL_INVALIDATE, serial);
        errno = cause;
        return -1;
    }
    return serial;
}

long linux_keyring_read(const char *name, void *key, size_t capacity) {
    long serial = find(name);
    if (serial < 0) return -1;
    return syscall(SYS_keyctl, KEYCTL_READ, serial, key, capacity);
}

long linux_keyring_remove(const char *name) {
    long serial = find(name);
    if (serial < 0) return -1;
    return syscall(SYS_keyctl, KEYCTL_INVALIDATE, serial);
}

int linux_become(uint32_t user, uint32_t group, const uint32_t *groups, size_t count) {
    if (setgroups(count, groups) != 0 || setresgid(group, group, group) != 0
        || setresuid(user, user, user) != 0)
        return -1;
    // The kernel sets this back when the user changes.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return 0;
}

int linux_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

static void interrupt(int signal) { (void)signal; }

static int64_t milliseconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int linux_lock_byte(int descriptor, int64_t position, int milliseconds) {
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = position, .l_len = 1};
    if (milliseconds <= 0) return fcntl(descriptor, F_OFD_SETLK, &lock);
    // Waiting in the kernel wakes one waiter after another, where asking again and again would keep
    // the machine busy; but only a signal ends it. Without SA_RESTART, or it would be resumed.
    struct sigaction handling = {.sa_handler = interrupt}, former_handling;
    sigaction(SIGALRM, &handling, &former_handling);
    // Whoever started us may have blocked it, which lasts through execve(2).
    sigset_t alarm, former_mask;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm, &former_mask);
    // Again and again: the first signal may come just before the call.
    struct itimerval timer = {
        .it_value = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000},
        .it_interval = {.tv_usec = 10000}};
    struct itimerval former_timer;
    setitimer(ITIMER_REAL, &timer, &former_timer);
    const int64_t start = milliseconds_now(), end = start + milliseconds;
    int result;
    do {
        result = fcntl(descriptor, F_OFD_SETLKW, &lock);
    } while (result != 0 && errno == EINTR && milliseconds_now() < end);
    const int number = errno == EINTR ? EAGAIN : errno;
    // An alarm that somebody set before is still to come.
    int64_t left = former_timer.it_value.tv_sec * 1000 + former_timer.it_value.tv_usec / 1000;
    if (left > 0) {
        left -= milliseconds_now() - start;
        if (left < 1) left = 1;
        former_timer.it_value.tv_sec = left / 1000;
        former_timer.it_value.tv_usec = left % 1000 * 1000;
    }
    const struct itimerval none = {{0}};
    setitimer(ITIMER_REAL, &none, NULL);
    sigprocmask(SIG_SETMASK, &former_mask, NULL);
    sigaction(SIGALRM, &former_handling, NULL);
    setitimer(ITIMER_REAL, &former_timer, NULL);
    errno = number;
    return result;
}

int linux_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int linux_fix_size(int descriptor) {
    return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW);
}

int linux_start_without_descriptors(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int linux_start_fresh(posix_spawnattr_t *attributes, int is_detached) {
    sigset_t none, usual;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(attributes, &none);
    sigfillset(&usual);
    for (int kept = 0; kept < 3; kept++) sigdelset(&usual, (int[]){SIGHUP, SIGINT, SIGQUIT}[kept]);
    posix_spawnattr_setsigdefault(attributes, &usual);
    short flags = 0;
    posix_spawnattr_getflags(attributes, &flags);
    flags |= POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (is_detached) flags |= POSIX_SPAWN_SETSID;
    return posix_spawnattr_setflags(attributes, flags);
}

void linux_populate(void *start, size_t length) {
    const uintptr_t page = 4096;
    const int populate_write = 23;  // MADV_POPULATE_WRITE, Linux 5.14
    uintptr_t first = ((uintptr_t)start + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)start + length) & ~(page - 1);
    if (first < end) madvise((void *)first, end - first, populate_write);
}

const char *linux_error_name(int number) {
    const char *name = strerrorname_np(number);
    return name ? name : "";
}

int linux_reserve(int descriptor, int64_t length) {
    return fallocate(descriptor, 0, 0, length) == 0 ? 0 : errno;
}
