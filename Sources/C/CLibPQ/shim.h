// Debian keeps it in a folder of its own, which tools that do not ask pkg-config cannot know.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
