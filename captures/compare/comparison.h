// Two sessions side by side: what is the same, what differs, where they part.
//
// What each direction says to one peer, kind by kind, is aligned on its own: XMPP promises order between two
// entities only (RFC 6120 §10.1), so that stanzas of different people may overtake each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "captures/compare/compared_session.h"

namespace captures {

struct ComparedLine {
  enum class In : uint8_t { kBoth, kA, kB };
  In in{};
  std::string text;  // without the newline
};

struct ComparedRow {
  enum class Kind : uint8_t {
    kSame,
    kChanged,  // of the same shape, with other contents
    kMoved,    // the same, at another place between the same two entities
    kOnlyA,
    kOnlyB,
  };
  Kind kind{};
  std::optional<size_t> a;  // index in A's elements()
  std::optional<size_t> b;  // … B's
};
std::string_view name(ComparedRow::Kind kind);  // "same", "changed", "moved", "only-a", "only-b": for JSON

struct Comparison {
  // Every element of A and of B once, in A's order; what is only in B stands behind what came before it
  // there.
  std::vector<ComparedRow> rows;
  size_t same = 0;
  size_t differences = 0;       // rows of another kind
  std::optional<size_t> first;  // index in `rows` of the first difference
};

struct CompareOptions {
  // Each session's own bare address and domain are taken as the same, whatever they are: for two accounts, or
  // two servers.
  bool any_account = false;
};

Comparison compare(const ComparedSession& a, const ComparedSession& b, const CompareOptions& options = {});

// The lines of a row's normalised texts. Of a row that has one side only: all are of that side.
std::vector<ComparedLine> compared_lines(const ComparedSession& a, const ComparedSession& b,
                                         const ComparedRow& row, const CompareOptions& options = {});

}  // namespace captures
