#include "runtime/core/async_hooks.h"

#include <cstring>
#include <string>

#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

constexpr AsyncProvider kProviders[] = {{"DirHandle", "DIRHANDLE"},
                                        {"ChannelWrap", "DNSCHANNEL"},
                                        {"EventLoopDelay", "ELDHISTOGRAM"},
                                        {"FileHandle", "FILEHANDLE"},
                                        {nullptr, "FILEHANDLECLOSEREQ"},
                                        {"FSEvent", "FSEVENTWRAP"},
                                        {"FSReqCallback", "FSREQCALLBACK"},
                                        {"FSReqPromise", "FSREQPROMISE"},
                                        {"GetAddrInfoReqWrap", "GETADDRINFOREQWRAP"},
                                        {"GetNameInfoReqWrap", "GETNAMEINFOREQWRAP"},
                                        {"Http2Ping", "HTTP2PING"},
                                        {"Http2Session", "HTTP2SESSION"},
                                        {"Http2Settings", "HTTP2SETTINGS"},
                                        {"Http2Stream", "HTTP2STREAM"},
                                        {nullptr, "HTTPCLIENTREQUEST"},
                                        {nullptr, "HTTPINCOMINGMESSAGE"},
                                        {"JSStream", "JSSTREAM"},
                                        {"MessagePort", "MESSAGEPORT"},
                                        {"PipeConnectWrap", "PIPECONNECTWRAP"},
                                        {nullptr, "PIPESERVERWRAP"},
                                        {"Pipe", "PIPEWRAP"},
                                        {"Process", "PROCESSWRAP"},
                                        {nullptr, "PROMISE"},
                                        {"QueryReqWrap", "QUERYWRAP"},
                                        {"RandomBytesJob", "RANDOMBYTESREQUEST"},
                                        {"ShutdownWrap", "SHUTDOWNWRAP"},
                                        {"Signal", "SIGNALWRAP"},
                                        {"StatWatcher", "STATWATCHER"},
                                        {"TCPConnectWrap", "TCPCONNECTWRAP"},
                                        {nullptr, "TCPSERVERWRAP"},
                                        {"TCP", "TCPWRAP"},
                                        {"TLSWrap", "TLSWRAP"},
                                        {"TTY", "TTYWRAP"},
                                        {"SendWrap", "UDPSENDWRAP"},
                                        {"UDP", "UDPWRAP"},
                                        {"Worker", "WORKER"},
                                        {"WriteWrap", "WRITEWRAP"},
                                        {"Zlib", "ZLIB"}};

// What hooks throw has been reported by them already, and the process is ending.
void run_hook(Realm& realm, Slot slot, int argc, v8::Local<v8::Value>* argv) {
  v8::TryCatch try_catch(realm.isolate());
  std::ignore = realm.function(slot)->Call(realm.context(), v8::Undefined(realm.isolate()), argc, argv);
}

}  // namespace

std::span<const AsyncProvider> async_providers() { return kProviders; }

void async_init(Realm& realm, v8::Local<v8::Object> object) {
  if (!async_hooks_on(realm)) return;
  v8::Isolate* isolate = realm.isolate();
  std::string name = to_utf8(isolate, object->GetConstructorName());
  const char* type = name.c_str();
  for (const AsyncProvider& provider : kProviders) {
    if (provider.class_name && name == provider.class_name) type = provider.type;
  }
  async_init(realm, object, type);
}

void async_init(Realm& realm, v8::Local<v8::Object> object, const char* type) {
  if (!async_hooks_on(realm)) return;
  v8::Local<v8::Value> args[] = {object, text(realm.isolate(), type)};
  run_hook(realm, Slot::kAsyncInit, 2, args);
}

void async_destroy(Realm& realm, v8::Local<v8::Object> object) {
  if (!async_hooks_on(realm)) return;
  v8::Local<v8::Value> argument = object;
  run_hook(realm, Slot::kAsyncDestroy, 1, &argument);
}

v8::MaybeLocal<v8::Value> async_call(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Function> function,
                                     int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame) {
  if (!async_hooks_on(realm) || !realm.can_call_js()) return realm.call(object, function, argc, argv, frame);
  // Ticks run after the hooks' after: they are no part of the callback.
  v8::Context::Scope context(realm.context());
  CallbackScope callback(realm);
  v8::Local<v8::Value> argument = object;
  run_hook(realm, Slot::kAsyncBefore, 1, &argument);
  v8::MaybeLocal<v8::Value> result = realm.call(object, function, argc, argv, frame);
  if (!result.IsEmpty() && realm.can_call_js()) run_hook(realm, Slot::kAsyncAfter, 1, &argument);
  return result;
}

}  // namespace pkg::runtime
