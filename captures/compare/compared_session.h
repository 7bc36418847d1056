// One side of a comparison: what a session said, in the form that is compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "captures/compare/normal_text.h"
#include "parser/stream/stream_event.h"

namespace captures {

// One element, or one fact that is compared (TLS, notices, how it ended).
struct ComparedElement {
  uint64_t frame = 0;
  parser::Time time{};
  parser::ConnectionId connection = 0;
  parser::Direction direction{};
  parser::EventKind kind{};
  std::string summary;  // parser::summary(): one line, safe to print
  std::string text;     // NormalText::of()
  std::string peer;     // whom a stanza goes to or comes from, bare; order holds between two entities only
  std::optional<size_t> answers;  // index of the request that this is the answer to
  std::string shape;  // name, type, payload, and what it answers: alike in kind, whatever the contents
};

struct ComparedSessionOptions {
  NormalTextOptions text;
  size_t most_bytes = 128u << 20;  // kept in all; what comes behind is left out, and truncated() says so
};

// A sink for the events of one session (one connection, or those that one session lived on), in their order.
// Not kept: whitespace between elements, <r/> and <a/> of stream management, which come when they come;
// connection facts other than the above.
class ComparedSession : public parser::EventSink {
 public:
  explicit ComparedSession(const ComparedSessionOptions& options = {})
      : options_(options), normal_(options.text) {}

  void on_event(const parser::StreamEvent& event) override;

  const std::vector<ComparedElement>& elements() const { return elements_; }
  bool truncated() const { return truncated_; }
  // Of the session itself, as far as it was seen: its bare address, and its server's domain.
  const std::string& account() const { return account_; }
  const std::string& domain() const { return domain_; }

 private:
  void learn_account(const parser::StreamEvent& event);
  std::optional<size_t> request_of(const parser::StreamEvent& event) const;

  ComparedSessionOptions options_;
  NormalText normal_;
  std::vector<ComparedElement> elements_;
  size_t bytes_ = 0;
  bool truncated_ = false;
  std::string account_;
  std::string domain_;
};

}  // namespace captures
