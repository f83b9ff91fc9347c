// libdbus-1.a refers to two functions of libsystemd, which has no static library. They are for a bus
// that systemd starts, which a client never is: these stand in for them.

#ifndef CDBUS_STAND_INS_H
#define CDBUS_STAND_INS_H

/// No socket was handed over by systemd (sd_listen_fds(3)).
int sd_listen_fds(int unset_environment);

/// No descriptor is such a socket (sd_is_socket(3)).
int sd_is_socket(int descriptor, int family, int type, int listening);

/// Stands in for a function of libdbus' own, by the linker's --wrap: no socket passes descriptors,
/// which we never do, and the bus need not be asked whether it would. That saves one of six round
/// trips.
unsigned int __wrap__dbus_socket_can_pass_unix_fd(int socket);

#endif
