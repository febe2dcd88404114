#pragma once

#include "cli/session.h"

namespace pkg::cli {

// `pkg audit signatures`: whether what is installed is what the registry
// signed. The keys are those the registry itself offers. Exit code 1 when a
// signature is wrong, or missing where there are keys.
// Errors: EAUDITGLOBAL, EMISSINGSIGNATUREKEY, EEXPIREDSIGNATUREKEY, and
// EUNSUPPORTED for attestations, which are not checked.
Result<int> audit_signatures(Session& session);

}  // namespace pkg::cli
