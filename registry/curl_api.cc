#include "registry/curl_api.h"

#include <climits>
#include <mutex>

#include <dlfcn.h>
#include <unistd.h>

namespace pkg::registry {
namespace {

std::string beside_executable() {
  char path[PATH_MAX];
  ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return {};
  std::string folder(path, static_cast<std::size_t>(length));
  folder.erase(folder.rfind('/'));
  return folder + "/../lib/pkg/libcurl.so.4";
}

Result<const CurlApi*> load() {
  void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = ::dlopen(beside_executable().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = ::dlerror();
    return fail("ENOCURL",
                std::string("the network library cannot be loaded: ") + (reason ? reason : "libcurl.so.4 is missing"),
                "the folder lib/pkg must be beside bin");
  }
  static CurlApi api;
  bool complete = true;
  auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    complete = complete && function;
  };
  find(api.global_init, "curl_global_init");
  find(api.easy_init, "curl_easy_init");
  find(api.easy_cleanup, "curl_easy_cleanup");
  find(api.easy_reset, "curl_easy_reset");
  find(api.easy_setopt, "curl_easy_setopt");
  find(api.easy_getinfo, "curl_easy_getinfo");
  find(api.easy_pause, "curl_easy_pause");
  find(api.easy_strerror, "curl_easy_strerror");
  find(api.slist_append, "curl_slist_append");
  find(api.slist_free_all, "curl_slist_free_all");
  find(api.multi_init, "curl_multi_init");
  find(api.multi_cleanup, "curl_multi_cleanup");
  find(api.multi_setopt, "curl_multi_setopt");
  find(api.multi_add_handle, "curl_multi_add_handle");
  find(api.multi_remove_handle, "curl_multi_remove_handle");
  find(api.multi_perform, "curl_multi_perform");
  find(api.multi_poll, "curl_multi_poll");
  find(api.multi_wakeup, "curl_multi_wakeup");
  find(api.multi_info_read, "curl_multi_info_read");
  if (!complete || api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail("ENOCURL", "the network library is too old or could not start", "libcurl 7.68 or later is needed");
  return &api;
}

}  // namespace

Result<const CurlApi*> CurlApi::get() {
  static std::once_flag once;
  static Result<const CurlApi*> result = fail("ENOCURL", "");
  std::call_once(once, [] { result = load(); });
  return result;
}

}  // namespace pkg::registry
