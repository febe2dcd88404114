#pragma once

// SQLite with its session extension, which its header declares only when asked to.
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>
