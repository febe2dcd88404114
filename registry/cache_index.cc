#include "registry/cache_index.h"

#include <cstdio>

#include <sqlite3.h>
#include <unistd.h>

namespace pkg::registry {
namespace {

constexpr int kSchema = 1;
constexpr const char* kColumns = "integrity, name, version, url, license, files, bytes, checksum";

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
  return Statement(statement);
}

void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::string column(sqlite3_stmt* statement, int at) {
  const auto* text = sqlite3_column_text(statement, at);
  return text ? std::string(reinterpret_cast<const char*>(text),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, at)))
              : std::string();
}

Cache::Entry read_entry(sqlite3_stmt* row) {
  Cache::Entry entry;
  entry.integrity = column(row, 0);
  entry.facts.name = column(row, 1);
  entry.facts.version = column(row, 2);
  entry.facts.url = column(row, 3);
  if (auto license = parse_json(column(row, 4), "index")) entry.facts.license = std::move(*license);
  entry.facts.files = static_cast<std::uint64_t>(sqlite3_column_int64(row, 5));
  entry.facts.bytes = static_cast<std::uint64_t>(sqlite3_column_int64(row, 6));
  entry.facts.checksum = static_cast<std::uint32_t>(sqlite3_column_int64(row, 7));
  return entry;
}

}  // namespace

tl::unexpected<Error> Cache::Index::failed(std::string_view doing) const {
  return fail(code::kIo, "the cache's index cannot be " + std::string(doing) + ": " + sqlite3_errmsg(database_),
              "`pkg cache clean` makes it anew");
}

Result<void> Cache::Index::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed("used");
  return {};
}

Result<std::unique_ptr<Cache::Index>> Cache::Index::open(const std::string& path) {
  Error last;
  for (int attempt = 0; attempt < 2; ++attempt) {
    sqlite3* database = nullptr;
    int status = sqlite3_open_v2(path.c_str(), &database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Index> index(new Index(database));
    if (status != SQLITE_OK) return index->failed("opened");
    sqlite3_busy_timeout(database, 10'000);
    auto prepared = index->prepare_schema();
    // SQLite does not wait where waiting could deadlock, as when two processes turn a new file to WAL at once.
    for (int wait = 0; !prepared && (sqlite3_errcode(database) & 0xff) == SQLITE_BUSY && wait < 2'000; ++wait) {
      sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
      ::usleep(5'000);
      prepared = index->prepare_schema();
    }
    if (prepared) return index;
    int reason = sqlite3_errcode(database);
    last = std::move(prepared).error();
    index.reset();
    if (reason != SQLITE_NOTADB && reason != SQLITE_CORRUPT && reason != SQLITE_OK && reason != SQLITE_DONE) break;
    std::string aside = path + ".broken." + std::to_string(::getpid());
    if (std::rename(path.c_str(), aside.c_str()) != 0) break;
    ::unlink(aside.c_str());
    ::unlink((path + "-wal").c_str());
    ::unlink((path + "-shm").c_str());
  }
  return tl::unexpected<Error>(std::move(last));
}

Result<void> Cache::Index::prepare_schema() {
  // The schema is checked before anything is written, so that a file of a
  // newer program is not touched.
  int version = 0;
  {
    Statement query = prepare(database_, "PRAGMA user_version");
    if (!query || sqlite3_step(query.get()) != SQLITE_ROW) return failed("read");
    version = sqlite3_column_int(query.get(), 0);
  }
  if (version != 0 && version != kSchema) return fail(code::kIo, "the cache's index is of another version");
  // Losing the last transactions with the power costs nothing, while a sync
  // right after an install waits until all of its files are on the disk. So
  // none is made where a new file turns to WAL (a torn one is made anew), nor
  // when a process leaves: NORMAL syncs at a checkpoint alone, which comes when
  // the log has grown to some megabytes.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (version == 0) PKG_TRY_VOID(run("PRAGMA synchronous=OFF"));
  PKG_TRY_VOID(run("PRAGMA journal_mode=WAL"));
  PKG_TRY_VOID(run("PRAGMA synchronous=NORMAL"));
  if (version == kSchema) return {};
  return run(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS packages (integrity TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,"
      " url TEXT NOT NULL, license TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,"
      " checksum INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX IF NOT EXISTS packages_by_url ON packages (url);"
      "PRAGMA user_version=1;"
      "COMMIT");
}

Cache::Index::~Index() {
  sqlite3_finalize(find_);
  sqlite3_close(database_);
}

Result<void> Cache::Index::write(const std::vector<Entry>& entries) {
  PKG_TRY_VOID(run("BEGIN IMMEDIATE"));
  Statement insert =
      prepare(database_, std::string("INSERT OR REPLACE INTO packages (") + kColumns + ") VALUES (?,?,?,?,?,?,?,?)");
  if (!insert) return failed("written");
  for (const Entry& entry : entries) {
    const PackageFacts& facts = entry.facts;
    bind_text(insert.get(), 1, entry.integrity);
    bind_text(insert.get(), 2, facts.name);
    bind_text(insert.get(), 3, facts.version);
    bind_text(insert.get(), 4, facts.url);
    bind_text(insert.get(), 5, facts.license.dump(-1, ' ', false, Json::error_handler_t::replace));
    sqlite3_bind_int64(insert.get(), 6, static_cast<sqlite3_int64>(facts.files));
    sqlite3_bind_int64(insert.get(), 7, static_cast<sqlite3_int64>(facts.bytes));
    sqlite3_bind_int64(insert.get(), 8, facts.checksum);
    if (sqlite3_step(insert.get()) != SQLITE_DONE) {
      auto error = failed("written");
      insert.reset();
      (void)run("ROLLBACK");
      return error;
    }
    sqlite3_reset(insert.get());
  }
  insert.reset();
  return run("COMMIT");
}

Result<void> Cache::Index::remove(const std::vector<std::string>& integrities) {
  PKG_TRY_VOID(run("BEGIN IMMEDIATE"));
  Statement erase = prepare(database_, "DELETE FROM packages WHERE integrity = ?");
  for (const std::string& integrity : integrities) {
    if (!erase) break;
    bind_text(erase.get(), 1, integrity);
    sqlite3_step(erase.get());
    sqlite3_reset(erase.get());
  }
  erase.reset();
  return run("COMMIT");
}

std::optional<PackageFacts> Cache::Index::find(const std::string& integrity) {
  if (!find_)
    find_ = prepare(database_, std::string("SELECT ") + kColumns + " FROM packages WHERE integrity = ?").release();
  if (!find_) return std::nullopt;
  bind_text(find_, 1, integrity);
  std::optional<PackageFacts> facts;
  if (sqlite3_step(find_) == SQLITE_ROW) facts = read_entry(find_).facts;
  sqlite3_reset(find_);
  return facts;
}

std::optional<std::string> Cache::Index::integrity_of_url(std::string_view url) {
  Statement query = prepare(database_, "SELECT integrity FROM packages WHERE url = ? LIMIT 1");
  if (!query) return std::nullopt;
  bind_text(query.get(), 1, url);
  if (sqlite3_step(query.get()) != SQLITE_ROW) return std::nullopt;
  return column(query.get(), 0);
}

Result<std::vector<Cache::Entry>> Cache::Index::list() {
  Statement query =
      prepare(database_, std::string("SELECT ") + kColumns + " FROM packages ORDER BY name, version, integrity");
  if (!query) return failed("read");
  std::vector<Entry> entries;
  int status;
  while ((status = sqlite3_step(query.get())) == SQLITE_ROW) entries.push_back(read_entry(query.get()));
  if (status != SQLITE_DONE) return failed("read");
  return entries;
}

}  // namespace pkg::registry
