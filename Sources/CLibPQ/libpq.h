#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

// Field codes are macros of characters, which Swift does not see.
static const int RASID_PG_SQLSTATE = PG_DIAG_SQLSTATE;
static const int RASID_PG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY;
static const int RASID_PG_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED;
