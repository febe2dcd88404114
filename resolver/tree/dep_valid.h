#pragma once

#include <string>

namespace pkg::resolver {

class Edge;
class Node;
struct Spec;

// The folder that relative paths in `edge`'s spec start from: where the
// dependent was made, which for a tarball is the tarball's folder.
std::string origin_of(const Node& dependent, const Edge* edge);

// Whether `child` is what `spec`, asked for by `dependent`, means.
bool dep_valid(const Node& child, const Spec& spec, const Node& dependent);

}  // namespace pkg::resolver
