#include <dbus/dbus.h>
// mallopt(3): libdbus keeps what it reads in memory of malloc's.
#include <malloc.h>
