// Filters: Wireshark's display-filter syntax with its xmpp.* field names, over StreamEvents. One language
// everywhere: CLI, viewer, intercept, edits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/stream/stream_event.h"

namespace parser::filter {

struct Error {
  std::string message;  // what is wrong, and a suggestion where one is near
  size_t offset = 0;    // in the expression, bytes
  size_t length = 1;
};
// Three lines: the expression (a long one only around the fault), a line with a caret and tildes under the
// fault, and the message.
std::string render(std::string_view expression, const Error& error);

// Belongs to one thread at a time: the engine of `matches` keeps its state in it.
class Filter {
 public:
  // An empty expression matches everything.
  static std::variant<Filter, Error> parse(std::string_view expression);

  bool matches(const StreamEvent& event) const;
  // What can be told of an event whose `element` has not been parsed: exactly what matches() would say of the
  // whole event, or nothing where that takes the element. Much faster than parsing.
  std::optional<bool> matches_early(const StreamEvent& event) const;
  const std::string& expression() const;
  std::string explain() const;  // in words: "iq stanzas whose from contains “juliet”"

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  class Node;

 private:
  explicit Filter(std::string expression, std::unique_ptr<Node> root);
  std::string expression_;
  std::unique_ptr<Node> root_;  // null: matches everything
};

struct Field {
  std::string_view name;         // "xmpp.iq"
  std::string_view description;  // one line, for completion
  bool ours;                     // not one of Wireshark's
};
const std::vector<Field>& fields();

}  // namespace parser::filter
