#include "runtime/inspector/session.h"

#include <algorithm>

#include "runtime/inspector/agent.h"

namespace pkg::runtime {

InspectorSession::InspectorSession(InspectorAgent& agent, Receive receive, bool waits)
    : agent_(agent), receive_(std::move(receive)), waits_(waits) {
  using v8_inspector::V8Inspector;
  auto state = agent.is_waiting() ? V8Inspector::kWaitingForDebugger : V8Inspector::kNotWaitingForDebugger;
  session_ = agent.v8().connect(InspectorAgent::kContextGroup, this, {}, V8Inspector::kFullyTrusted, state);
  agent.sessions_.push_back(this);
}

InspectorSession::~InspectorSession() {
  std::erase(agent_.sessions_, this);
  session_.reset();
}

void InspectorSession::dispatch(v8_inspector::StringView message) { session_->dispatchProtocolMessage(message); }

}  // namespace pkg::runtime
