#include "runtime/bindings/sqlite/backup.h"

#include "runtime/bindings/sqlite/database.h"
#include "runtime/bindings/sqlite/values.h"
#include "runtime/core/request.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

}  // namespace

Backup::Backup(Database& database, v8::Local<v8::Object> object, sqlite3* target, sqlite3_backup* backup)
    : ObjectWrap(database.realm(), object), backup_(backup), target_(target), database_(&database) {
  object->SetInternalField(kDatabase, database.object());
  database.backups.insert(this);
}

void Backup::construct(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Database* database = Database::opened(isolate, args[0]);
  if (!database) return;
  sqlite3* target = nullptr;
  std::string path = to_utf8(isolate, args[1]);
  int result =
      sqlite3_open_v2(path.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, nullptr);
  sqlite3_extended_result_codes(target, 1);
  sqlite3_backup* backup = nullptr;
  if (result == SQLITE_OK) {
    backup = sqlite3_backup_init(target, to_utf8(isolate, args[3]).c_str(), database->connection(),
                                 to_utf8(isolate, args[2]).c_str());
  }
  if (backup) {
    new Backup(*database, args.This(), target, backup);
    return;
  }
  v8::Local<v8::Value> error = make_error(isolate, target);
  sqlite3_close_v2(target);
  isolate->ThrowException(error);
}

void Backup::finish() {
  std::lock_guard lock(mutex_);
  if (!backup_) return;
  sqlite3_backup_finish(backup_);
  backup_ = nullptr;
  sqlite3_close_v2(target_);
  target_ = nullptr;
  database_->backups.erase(this);
  database_ = nullptr;
}

void Backup::step(const Args& args) {
  struct Step : Request<uv_work_t> {
    using Request::Request;
    Backup* backup;
    int pages;
    int result = SQLITE_ABORT;
  };
  auto* self = ObjectWrap::self<Backup>(args);
  auto* step = new Step(self->realm(), args[1].As<v8::Object>());
  step->backup = self;
  step->pages = args[0].As<v8::Int32>()->Value();
  self->hold();
  uv_queue_work(
      self->realm().loop(), step->uv(),
      [](uv_work_t* work) {
        auto* step = static_cast<Step*>(Step::from(work));
        std::lock_guard lock(step->backup->mutex_);
        if (step->backup->backup_) step->result = sqlite3_backup_step(step->backup->backup_, step->pages);
      },
      [](uv_work_t* work, int) {
        std::unique_ptr<Step> step(static_cast<Step*>(Step::from(work)));
        Backup* self = step->backup;
        v8::Isolate* isolate = self->isolate();
        v8::HandleScope scope(isolate);
        v8::Context::Scope context(self->realm().context());
        v8::Local<v8::Value> argv[4] = {v8::Undefined(isolate), v8::Boolean::New(isolate, step->result == SQLITE_DONE),
                                        v8::Undefined(isolate), v8::Undefined(isolate)};
        if (!self->backup_) {
          auto error = v8::Exception::Error(text(isolate, "database is not open")).As<v8::Object>();
          error->Set(self->realm().context(), intern(isolate, "code"), intern(isolate, "ERR_INVALID_STATE")).Check();
          argv[0] = error;
        } else if (int basic = step->result & 0xff;
                   basic != SQLITE_OK && basic != SQLITE_DONE && basic != SQLITE_BUSY && basic != SQLITE_LOCKED) {
          argv[0] = make_error(isolate, self->target_);
        } else {
          argv[2] = v8::Integer::New(isolate, sqlite3_backup_remaining(self->backup_));
          argv[3] = v8::Integer::New(isolate, sqlite3_backup_pagecount(self->backup_));
        }
        self->release();
        step->complete(4, argv);
      });
}

void Backup::finish(const Args& args) { ObjectWrap::self<Backup>(args)->finish(); }

const Method Backup::kPrototype[] = {{"step", step}, {"finish", finish}};
const std::size_t Backup::kPrototypeSize = std::size(kPrototype);

}  // namespace pkg::runtime::sqlite
