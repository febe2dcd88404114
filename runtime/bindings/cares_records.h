#pragma once

// Quiet about list-of-servers functions, which keep the port apart from the address.
#define CARES_NO_DEPRECATED
#include <ares.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

enum class ShowTtl : bool { kNo, kYes };

// What dns.resolve*() gives for the records of `type` in `answer`: an array, for SOA an object. For ANY all kinds we
// know, each an object with a `type`. Empty with `status` set when the answer has none: ARES_ENODATA or ARES_EBADRESP.
// Spec: Node 24, dns.md.
v8::MaybeLocal<v8::Value> records_to_js(Realm& realm, const ares_dns_record_t* answer, ares_dns_rec_type_t type,
                                        ShowTtl ttl, ares_status_t& status);

}  // namespace pkg::runtime
