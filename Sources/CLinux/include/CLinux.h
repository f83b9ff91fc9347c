// Linux calls that Swift's importer cannot see: variadic ones, and those behind _GNU_SOURCE.
// Each returns what the system call returns, with errno set.

#ifndef CLINUX_H
#define CLINUX_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>

/// Exchanges two names in one folder, atomically: renameat2(RENAME_EXCHANGE).
int linux_exchange(int folder, const char *one, const char *other);

/// Turns core dumps off and closes /proc/self to other processes of the same user.
void linux_refuse_core_dumps(void);

/// Has the kernel end this process, by SIGTERM, when the thread that started it ends.
void linux_end_with_parent(void);

/// Adds or replaces a key of type "user" in the user's keyring, readable by the user's every
/// session, forgotten after `seconds`. Returns its serial number, or -1.
long linux_keyring_store(const char *name, const void *key, size_t length, unsigned seconds);

/// Reads the key of that name from the user's keyring. Returns its length, or -1.
long linux_keyring_read(const char *name, void *key, size_t capacity);

/// Removes the key of that name from the user's keyring. Returns 0, or -1.
long linux_keyring_remove(const char *name);

/// Has orphans among what this process started become its children, or init's again. Returns 0, or
/// -1.
int linux_adopt_orphans(int does_adopt);

/// Becomes another user for good: supplementary groups, then group, then user. Returns 0, or -1.
int linux_become(uint32_t user, uint32_t group, const uint32_t *groups, size_t count);

/// Takes the lock on a whole file, sharing it with nobody, or fails at once with EWOULDBLOCK.
int linux_try_lock(int descriptor);

/// Takes the lock on one byte of a file for writing, on behalf of this open file description
/// (F_OFD_SETLKW): the lock goes when the last descriptor of it is closed. Waits for at most
/// `milliseconds`, none for 0. Returns 0, or -1 with EAGAIN when somebody else holds it.
int linux_lock_byte(int descriptor, int64_t position, int milliseconds);

/// An empty file in memory, without a name, closed in programs that are started. Returns its
/// descriptor, or -1.
int linux_memory_file(const char *name);

/// Keeps a file in memory from growing and shrinking, for good. Returns 0, or -1.
int linux_fix_size(int descriptor);

/// Has a program that is about to be started find no descriptors open but those below `first`.
int linux_start_without_descriptors(posix_spawn_file_actions_t *actions, int first);

/// Has a program that is about to be started find no signal blocked, and none ignored but SIGHUP,
/// SIGINT and SIGQUIT where whoever started us did so (nohup(1), sh(1)); and be in a session of its
/// own if `is_detached`.
int linux_start_fresh(posix_spawnattr_t *attributes, int is_detached);

/// Has the kernel provide pages at once that are about to be written, instead of one fault each. Best
/// effort: older kernels provide them on the way.
void linux_populate(void *start, size_t length);

/// The name of an error number, such as "ENOSPC"; "" for an unknown one.
const char *linux_error_name(int number);

/// Reserves room for a file, so that a full disk is known before a byte is written. Returns an
/// error number.
int linux_reserve(int descriptor, int64_t length);

#endif
