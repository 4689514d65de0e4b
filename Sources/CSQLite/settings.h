#include <sqlite3.h>

// sqlite3_config takes a variable number of arguments, which Swift cannot pass.
// Without statistics of its memory SQLite allocates without taking one lock that all connections of a process share.
static inline int rasid_sqlite3_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
