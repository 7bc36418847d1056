// A template is cut once, where the recording is read, along the pieces that xml::markup_of finds; filling it
// in is then no more than copying.
#include "replay/rewriting.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "parser/payload/date_time.h"
#include "parser/xml/markup.h"
#include "parser/xml/serialize.h"

namespace replay {

using parser::xml::Element;
using parser::xml::MarkupPiece;

namespace {

std::string utf8_of(char32_t c) {
  std::string out;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

// References resolved.
std::string read(std::string_view written) {
  if (written.find('&') == std::string_view::npos) return std::string(written);
  std::string value;
  for (const auto& character : parser::xml::characters_of(written)) value += utf8_of(character.value);
  return value;
}

std::string escape(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '\'') {
      out += "&apos;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

bool tells_time(std::string_view name) {
  return name == "stamp" || name == "utc";
}

// As it was written where it is no point in time.
std::string moved(const std::string& text, parser::Duration by) {
  const auto point = parser::payload::parse_date_time(text);
  if (!point) return text;
  const std::chrono::sys_time<std::chrono::microseconds> time = point->time + by;
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out.data();
}

std::string_view without_prefix(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Where an address names the domain, or one below it ("rooms.example.com"): the place of the domain itself.
size_t domain_in(std::string_view value, std::string_view domain) {
  if (domain.empty() || value.size() < domain.size()) return std::string_view::npos;
  const size_t slash = value.find('/');
  const std::string_view bare = value.substr(0, slash);
  if (!bare.ends_with(domain)) return std::string_view::npos;
  const size_t at = bare.size() - domain.size();
  if (at != 0 && bare[at - 1] != '@' && bare[at - 1] != '.') return std::string_view::npos;
  // A host name in front of it, and not the end of some sentence.
  if (bare.find_first_of(" \t\r\n:") != std::string_view::npos) return std::string_view::npos;
  return at;
}

}  // namespace

bool is_made_up(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames = {"id",     "queryid", "previd", "sid",   "after",
                                                              "before", "first",   "last",   "stamp", "h"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Identity Identity::of(std::string_view full_jid) {
  Identity identity;
  const size_t slash = full_jid.find('/');
  identity.bare = full_jid.substr(0, slash);
  if (slash != std::string_view::npos) identity.resource = full_jid.substr(slash + 1);
  const size_t at = identity.bare.find('@');
  identity.domain = at == std::string::npos ? identity.bare : identity.bare.substr(at + 1);
  return identity;
}

void Rewriting::learn(std::string_view recorded, std::string_view live) {
  if (recorded.empty() || recorded == live) {
    // What stood for something else in an earlier answer stands for itself now.
    if (const auto known = learned_.find(recorded); known != learned_.end()) learned_.erase(known);
    return;
  }
  const auto known = learned_.find(recorded);
  if (known != learned_.end()) {
    known->second = live;
  } else if (learned_.size() < kMost) {
    learned_.emplace(recorded, live);
  }
}

void Rewriting::learn(const Element& recorded, const Element& live) {
  for (const auto& attribute : recorded.attributes) {
    if (!attribute.ns.empty()) continue;
    const auto* other = live.find_attribute(attribute.local);
    if (other == nullptr) continue;
    const bool address = recorded.parent == nullptr && attribute.local == "to" &&
                         attribute.value.find('/') != std::string_view::npos &&
                         !attribute.value.starts_with(recorded_.bare + "/");
    if (is_made_up(attribute.local) || address) learn(attribute.value, other->value);
  }
  if (is_made_up(recorded.local) && recorded.first_child() == nullptr) learn(recorded.text(), live.text());
  auto theirs = live.children().begin();
  const auto end = live.children().end();
  for (const Element& child : recorded.children()) {
    if (theirs == end) break;
    if (theirs->local != child.local || theirs->ns != child.ns) break;  // they part here
    learn(child, *theirs);
    ++theirs;
  }
}

std::string_view Rewriting::learned(std::string_view recorded) const {
  const auto known = learned_.find(recorded);
  return known == learned_.end() ? recorded : std::string_view(known->second);
}

std::string Rewriting::address(std::string_view recorded) const {
  if (const std::string_view known = learned(recorded); known != recorded) return std::string(known);
  if (!recorded_.bare.empty() && recorded.starts_with(recorded_.bare) &&
      (recorded.size() == recorded_.bare.size() || recorded[recorded_.bare.size()] == '/')) {
    return recorded == recorded_.full() ? live_.full()
                                        : live_.bare + std::string(recorded.substr(recorded_.bare.size()));
  }
  const size_t at = domain_in(recorded, recorded_.domain);
  if (at == std::string_view::npos) return std::string(recorded);
  return std::string(recorded.substr(0, at)) + live_.domain +
         std::string(recorded.substr(at + recorded_.domain.size()));
}

void Template::literal(std::string_view text) {
  if (text.empty()) return;
  if (!pieces_.empty() && pieces_.back().kind == Piece::Kind::kLiteral) {
    pieces_.back().text += text;
  } else {
    pieces_.push_back({Piece::Kind::kLiteral, std::string(text), {}});
  }
}

void Template::value(std::string_view written, std::string_view name, const Identity& recorded) {
  const std::string text = read(written);
  if (!recorded.bare.empty() && recorded.bare != recorded.domain && text.starts_with(recorded.bare) &&
      (text.size() == recorded.bare.size() || text[recorded.bare.size()] == '/')) {
    const bool full = !recorded.resource.empty() && text == recorded.full();
    pieces_.push_back(
        {full ? Piece::Kind::kFull : Piece::Kind::kSelf, text.substr(recorded.bare.size()), {}});
  } else if (tells_time(name)) {
    pieces_.push_back({Piece::Kind::kTime, text, {}});
  } else if (is_made_up(name)) {
    pieces_.push_back({Piece::Kind::kLearned, text, {}});
  } else if (const size_t at = domain_in(text, recorded.domain); at != std::string::npos) {
    pieces_.push_back({Piece::Kind::kDomain, text.substr(0, at), text.substr(at + recorded.domain.size())});
  } else {
    literal(written);
  }
}

Template::Template(std::string_view bytes, const Identity& recorded) {
  size_t done = 0;
  std::string_view attribute;
  std::vector<std::string_view> open;  // names of the elements around
  for (const MarkupPiece& piece : parser::xml::markup_of(bytes)) {
    const std::string_view text = bytes.substr(piece.begin, piece.end - piece.begin);
    switch (piece.kind) {
      case MarkupPiece::Kind::kStartName:
        open.push_back(without_prefix(text));
        break;
      case MarkupPiece::Kind::kStartEnd:
        if (text.starts_with('/') && !open.empty()) open.pop_back();
        break;
      case MarkupPiece::Kind::kEndTag:
        if (!open.empty()) open.pop_back();
        break;
      case MarkupPiece::Kind::kAttributeName:
        attribute = text;
        break;
      case MarkupPiece::Kind::kAttributeValue:
      case MarkupPiece::Kind::kText: {
        const bool is_text = piece.kind == MarkupPiece::Kind::kText;
        if (text.empty() || (!is_text && attribute.starts_with("xmlns"))) break;
        // Bodies and subjects are somebody's words, also where they are an address.
        if (is_text && (open.empty() || open.back() == "body" || open.back() == "subject")) break;
        literal(bytes.substr(done, piece.begin - done));
        value(text, is_text ? open.back() : attribute, recorded);
        done = piece.end;
        break;
      }
      case MarkupPiece::Kind::kCData:
        break;
    }
  }
  literal(bytes.substr(done));
}

void Template::render(const Rewriting& rewriting, std::string& out) const {
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::kLiteral:
        out += piece.text;
        break;
      case Piece::Kind::kSelf:
        out += escape(rewriting.live().bare + piece.text);
        break;
      case Piece::Kind::kFull:
        out += escape(rewriting.live().full());
        break;
      case Piece::Kind::kDomain: {
        // A full address of somebody else may have been learned as a whole (a nickname in a room).
        const std::string whole = piece.text + rewriting.recorded().domain + piece.after;
        const std::string_view known = rewriting.learned(whole);
        out += known == whole ? escape(piece.text + rewriting.live().domain + piece.after) : escape(known);
        break;
      }
      case Piece::Kind::kTime:
        out += escape(rewriting.shift() ? moved(piece.text, *rewriting.shift()) : piece.text);
        break;
      case Piece::Kind::kLearned:
        out += escape(rewriting.learned(piece.text));
        break;
    }
  }
}

std::string Template::render(const Rewriting& rewriting) const {
  std::string out;
  render(rewriting, out);
  return out;
}

}  // namespace replay
