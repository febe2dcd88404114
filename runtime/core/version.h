#pragma once

#include <node_version.h>

// The Node.js release whose engine and ABI we link: what process.version says.
#define PKG_NODE_VERSION NODE_VERSION
