// What the loop is waiting for: process.getActiveResourcesInfo() and its relatives.

#include <sys/socket.h>

#include "runtime/core/handle_wrap.h"
#include "runtime/core/request.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

bool is_listening(const uv_handle_t* handle) {
  uv_os_fd_t fd = -1;
  int listening = 0;
  socklen_t size = sizeof listening;
  return uv_fileno(handle, &fd) == 0 && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

// Null for handles that programs do not know of.
const char* kind_of(HandleWrap& wrap) {
  switch (wrap.handle()->type) {
    case UV_TCP:
      return is_listening(wrap.handle()) ? "TCPServerWrap" : "TCPSocketWrap";
    case UV_NAMED_PIPE:
      return "PipeWrap";
    case UV_TTY:
      return "TTYWrap";
    case UV_UDP:
      return "UDPWrap";
    case UV_PROCESS:
      return "ProcessWrap";
    case UV_SIGNAL:
      return "SignalWrap";
    case UV_FS_EVENT:
      return "FSEventWrap";
    case UV_FS_POLL:
      return "StatWatcher";
    case UV_ASYNC:
      return to_utf8(wrap.isolate(), wrap.object()->GetConstructorName()) == "MessagePort" ? "MessagePort" : nullptr;
    default:
      return nullptr;
  }
}

// handles() -> [object, kind, ...] of those that keep the loop alive
void handles(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> found;
  HandleWrap::for_each([&](HandleWrap& wrap) {
    if (!wrap.keeps_loop()) return;
    const char* kind = kind_of(wrap);
    if (!kind) return;
    found.push_back(wrap.object());
    found.push_back(text(isolate, kind));
  });
  args.GetReturnValue().Set(v8::Array::New(isolate, found.data(), found.size()));
}

// requests() -> [object or the name of its class, ...]
void requests(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> found;
  ActiveRequest::for_each([&](ActiveRequest& request) { found.push_back(request.shown(isolate)); });
  args.GetReturnValue().Set(v8::Array::New(isolate, found.data(), found.size()));
}

constexpr Method kMethods[] = {{"handles", handles}, {"requests", requests}};

}  // namespace

extern const Binding binding_active;
const Binding binding_active{"active", kMethods};

}  // namespace pkg::runtime
