#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <nodejs/deps/v8/include/v8-inspector.h>

namespace pkg::runtime {

class InspectorAgent;

// A view of UTF-8 text that is ASCII, as V8's inspector takes it.
inline v8_inspector::StringView inspector_view(std::string_view ascii) {
  return {reinterpret_cast<const std::uint8_t*>(ascii.data()), ascii.size()};
}

// One frontend's conversation in the Chrome DevTools Protocol with the inspector of a realm, on the realm's thread.
class InspectorSession final : public v8_inspector::V8Inspector::Channel {
 public:
  // Gets each response and notification, JSON; may be called while dispatch() runs.
  using Receive = std::function<void(v8_inspector::StringView message)>;

  // Made by InspectorAgent::connect(). `waits`: a pause in the debugger lasts until a frontend ends it, since messages
  // come from another thread; without, it is over at once.
  InspectorSession(InspectorAgent& agent, Receive receive, bool waits);
  ~InspectorSession() override;
  InspectorSession(const InspectorSession&) = delete;
  InspectorSession& operator=(const InspectorSession&) = delete;

  // Carries out one request of the protocol.
  void dispatch(v8_inspector::StringView message);

  bool waits() const { return waits_; }
  // Its frontend is gone: no pause lasts for it.
  void stop_waiting() { waits_ = false; }
  v8_inspector::V8InspectorSession& v8() { return *session_; }

 private:
  void sendResponse(int, std::unique_ptr<v8_inspector::StringBuffer> message) override { receive_(message->string()); }
  void sendNotification(std::unique_ptr<v8_inspector::StringBuffer> message) override { receive_(message->string()); }
  void flushProtocolNotifications() override {}

  InspectorAgent& agent_;
  const Receive receive_;
  bool waits_;
  std::unique_ptr<v8_inspector::V8InspectorSession> session_;
};

}  // namespace pkg::runtime
