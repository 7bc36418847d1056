// An element as text in which everything is left out that differs each time although the same is said.
//
// Replaced by "*": ids of stanzas, streams, sessions, archives and items; times; resources; counters of
// stream management; what SASL, dialback and the component handshake carry; tokens. Attributes stand in the
// order of their names, sibling elements in the order of their text, prefixes give way to namespaces.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "parser/stream/stream_event.h"

namespace captures {

struct NormalTextOptions {
  bool keep_order = false;  // of sibling elements
};

class NormalText {
 public:
  explicit NormalText(const NormalTextOptions& options = {}) : options_(options) {}

  // One line a tag or text, indented by two blanks a level, each ended by a newline; safe to print
  // (parser/stream/plain_text.h). Of what has no element (footers, refused bytes, facts): a line in words.
  // Events of one session come in their order: the nick in a room is no resource to be left out, and that an
  // address is a room's is known once somebody joined.
  std::string of(const parser::StreamEvent& event);

 private:
  std::string element(const parser::xml::Element& element, std::string_view outer_ns, size_t level,
                      bool children) const;
  std::string value(const parser::xml::Element& of, std::string_view name, std::string_view value) const;
  std::string address(std::string_view address) const;
  void learn_rooms(const parser::StreamEvent& event);

  NormalTextOptions options_;
  std::set<std::string, std::less<>> rooms_;  // bare addresses; at most 4096
};

}  // namespace captures
