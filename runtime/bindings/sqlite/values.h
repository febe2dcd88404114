#pragma once

#include <v8.h>

#include "runtime/bindings/sqlite/api.h"

namespace pkg::runtime::sqlite {

class Database;

// What SQLite holds as JavaScript has it: NULL is null, TEXT a string, BLOB a Uint8Array, INTEGER a number, or a BigInt
// when `big_ints`. Empty, with ERR_OUT_OF_RANGE thrown, for an INTEGER that no number tells exactly.
// Spec: Node's doc/api/sqlite.md, "Type conversion between JavaScript and SQLite".
v8::MaybeLocal<v8::Value> column_value(v8::Isolate* isolate, sqlite3_stmt* statement, int column, bool big_ints);
v8::MaybeLocal<v8::Value> argument_value(v8::Isolate* isolate, sqlite3_value* value, bool big_ints);

// Binds `value` to the parameter `at` (from 1). False, with the error thrown, when it is of no type that SQLite has, a
// BigInt of more than 64 bits, or refused by SQLite.
bool bind_value(Database& database, sqlite3_stmt* statement, int at, v8::Local<v8::Value> value);

// Makes `value` what a function of JavaScript gives to SQLite; an error where it cannot be.
void set_result(v8::Isolate* isolate, sqlite3_context* context, v8::Local<v8::Value> value);

// ERR_SQLITE_ERROR with SQLite's words and, as `errcode` and `errstr`, its extended code and what that means.
v8::Local<v8::Value> make_error(v8::Isolate* isolate, sqlite3* database);
void throw_invalid_state(v8::Isolate* isolate, const char* message);

}  // namespace pkg::runtime::sqlite
