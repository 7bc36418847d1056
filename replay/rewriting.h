// Recorded bytes with places in them: what changes from one run to the next (addresses of the account, its
// domain, ids) is filled in anew, everything else stays as it was written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/xml/element.h"

namespace replay {

// Whose session it is: of the recording, or of the run that plays it.
struct Identity {
  std::string bare;      // "juliet@example.com"
  std::string resource;  // "balcony"; empty: none
  std::string domain;    // of the server

  std::string full() const { return resource.empty() ? bare : bare + "/" + resource; }
  static Identity of(std::string_view full_jid);
  bool operator==(const Identity&) const = default;
};

// What stands for what in one run. Recorded ids and addresses of others are learned as they come: see
// learn().
class Rewriting {
 public:
  Rewriting() = default;
  Rewriting(Identity recorded, Identity live) : recorded_(std::move(recorded)), live_(std::move(live)) {}

  const Identity& recorded() const { return recorded_; }
  const Identity& live() const { return live_; }

  // Two elements that mean the same, one of the recording and one of this run: from now on the ids, query
  // ids, positions in result sets, and the full address it is for, stand for each other where they are in
  // the same places. Never more than kMost values; what is beyond stays as recorded.
  static constexpr size_t kMost = 65'536;
  void learn(const parser::xml::Element& recorded, const parser::xml::Element& live);
  void learn(std::string_view recorded, std::string_view live);
  // The value of this run for a recorded one; the value itself where nothing else is known.
  std::string_view learned(std::string_view recorded) const;
  // Points in time that elements tell (XEP-0082, in `stamp` and <utc/>) are moved by this; none: they stay.
  void shift_times(std::optional<parser::Duration> by) { shift_ = by; }
  std::optional<parser::Duration> shift() const { return shift_; }
  // An address of the recording as it is in this run.
  std::string address(std::string_view recorded) const;

 private:
  Identity recorded_;
  Identity live_;
  std::map<std::string, std::string, std::less<>> learned_;
  std::optional<parser::Duration> shift_;
};

class Template {
 public:
  Template() = default;
  // `bytes`: one element or stream header as sent, which the parser took as well-formed. Anything else is one
  // piece that never changes.
  Template(std::string_view bytes, const Identity& recorded);

  void render(const Rewriting& rewriting, std::string& out) const;
  std::string render(const Rewriting& rewriting) const;

 private:
  struct Piece {
    enum class Kind : uint8_t {
      kLiteral,  // as written
      kSelf,     // the account's bare address, then `text`
      kFull,     // its full address
      kDomain,   // `text`, the server's domain, `after`
      kLearned,  // `text` or what it stands for
      kTime,     // `text`, a point in time
    };
    Kind kind{};
    std::string text;
    std::string after;
  };
  void literal(std::string_view text);
  void value(std::string_view written, std::string_view name, const Identity& recorded);

  std::vector<Piece> pieces_;
};

// Whether a value by that attribute or element name is made up anew in each run: ids and the like.
bool is_made_up(std::string_view name);

}  // namespace replay
