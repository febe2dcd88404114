#pragma once

#include "runtime/bindings/http2/session.h"

namespace pkg::runtime::http2 {

// One write under way.
struct Session::Flight {
  explicit Flight(Session& session) : session(&session) { request.data = this; }
  uv_write_t request;
  Session* session;  // null when it went first
  bool is_libuvs = false;
  Outgoing out;
};

}  // namespace pkg::runtime::http2
