// What an element teaches: where the session stands behind it, whose turn it is, what may come next, and
// which specifications its namespaces belong to. For `inspect --explain` and the viewer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/knowledge/namespaces.h"
#include "parser/stream/stream_event.h"

namespace parser {

constexpr size_t kMaxExplainedNamespaces = 8;

struct ExplainedNamespace {
  std::string_view name;                        // a view into the event's element
  const knowledge::Namespace* known = nullptr;  // null: no specification is known
};

// What went wrong, where the element says that something did.
struct ExplainedError {
  std::string_view condition;  // a view into the event's element
  std::string_view meaning;    // one sentence; static; "" where the condition is not a defined one
  std::string_view advice;     // what the asker should do, by the type of a stanza error; static; or ""
};

struct Explanation {
  std::string_view caption;                // where we are; static
  std::vector<std::string_view> standing;  // … inside of an established session; captions of standing.h
  std::string breadcrumb;                  // how far the session has come, see progress.h
  std::string_view turn;                   // see turn(Phase)
  std::string_view client;                 // what may come next from each side; empty: nothing
  std::string_view server;
  std::optional<ExplainedError> error;  // of a stanza error, a stream error or a failed login
  // Of a stanza: those of its children, in their order; of any other element: its own, then those of its
  // children. Each once, at most kMaxExplainedNamespaces. A namespace that only carries stanzas is left out.
  std::vector<ExplainedNamespace> namespaces;
};

// The part of a session that an event belongs to, in a word or two: "opening the stream", "encryption",
// "login", "becoming reachable", "session", "goodbye", "broken off". `phase` is the one behind the event.
// Static.
std::string_view stage(EventKind kind, Phase phase);

// Valid while the event's element lives.
Explanation explain(const StreamEvent& event);

}  // namespace parser
