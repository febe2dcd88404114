#pragma once

#include <string>

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

// "file:line\nsource\n   ^^^\n" for the place of `message`; empty when it has none.
std::string message_arrow(Realm& realm, v8::Local<v8::Message> message);

// Puts the arrow in front of `error`'s stack, once: for errors of compiling,
// which are caught and thrown again, so that V8's message would later show
// another place, and whose stack does not name the line.
enum class ArrowGap { kBlankLine, kNone };
void decorate_stack(Realm& realm, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                    ArrowGap gap = ArrowGap::kBlankLine);

// Keeps `arrow` for when `error` ends the process, in place of what V8 would then say; its stack stays as it is.
void keep_arrow(Realm& realm, v8::Local<v8::Value> error, const std::string& arrow);

// Whether decorate_stack() has been there.
bool has_arrow(Realm& realm, v8::Local<v8::Value> error);

// Whether --abort-on-uncaught-exception, if it is given, aborts from now on at what this thread throws and no
// JavaScript catches. It does until this is called.
void abort_on_uncaught(v8::Isolate* isolate, bool abort);

// While one lives, what is thrown aborts nothing: someone looks at it first.
class NoAbortScope {
 public:
  explicit NoAbortScope(v8::Isolate* isolate);
  ~NoAbortScope();
  NoAbortScope(const NoAbortScope&) = delete;
  NoAbortScope& operator=(const NoAbortScope&) = delete;
};

}  // namespace pkg::runtime
