// A name is taken character by character: what each may become is the same for all that are alike, so shape,
// size and case come out as they were. A draw that is taken already is drawn again, then counted up, which
// ends: there are as many free names of a shape as there are names of it.
#include "captures/redact/pseudonyms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "parser/jid/alike.h"
#include "parser/jid/code_points.h"
#include "parser/xml/markup.h"

namespace captures {
namespace {

constexpr size_t kDraws = 64;
constexpr size_t kShortestHash = 16;

const std::vector<char32_t>& hex_digits() {
  static const std::vector<char32_t> digits = [] {
    std::vector<char32_t> all;
    for (const char c : std::string_view("0123456789abcdef")) all.push_back(static_cast<char32_t>(c));
    return all;
  }();
  return digits;
}

bool is_hash(std::string_view lower) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return lower.size() >= kShortestHash && std::any_of(lower.begin(), lower.end(), digit) &&
         std::all_of(lower.begin(), lower.end(),
                     [&](char c) { return digit(c) || (c >= 'a' && c <= 'f') || c == '-'; });
}

// RFC 9562 §4: where a UUID says of which version and variant it is.
bool is_uuid_mark(std::string_view lower, size_t at) {
  const bool uuid =
      lower.size() == 36 && lower[8] == '-' && lower[13] == '-' && lower[18] == '-' && lower[23] == '-';
  return uuid && (at == 14 || at == 19);
}

// Characters of a name with the case taken off, and where it was.
struct Folded {
  std::vector<char32_t> lower;
  std::vector<bool> was_upper;
  std::string text;  // of `lower`; bytes that are no UTF-8 as U+FFFD
  bool whole = true;
};

Folded fold(std::string_view name) {
  Folded out;
  // Not of XML: an ampersand is one here.
  for (size_t at = 0; at < name.size();) {
    const auto characters = parser::xml::characters_of(name.substr(at, 4));
    const parser::xml::WrittenCharacter& first = characters.front();
    const char32_t value = name[at] == '&' ? U'&' : first.value;
    if (value == 0xFFFD) out.whole = false;
    const char32_t lower = parser::to_lower(value);
    const bool reversible =
        parser::to_upper(lower) == value && parser::utf8_size(lower) == parser::utf8_size(value);
    out.lower.push_back(lower != value && reversible ? lower : value);
    out.was_upper.push_back(lower != value && reversible);
    parser::append_utf8(out.lower.back(), out.text);
    at += name[at] == '&' ? 1 : first.end;
  }
  return out;
}

std::string restore_case(std::string_view lower, const std::vector<bool>& was_upper) {
  std::string out;
  size_t i = 0;
  for (const parser::CodePoint& c : parser::decode(lower, 0)) {
    parser::append_utf8(was_upper[i++] ? parser::to_upper(c.value) : c.value, out);
  }
  return out;
}

}  // namespace

Pseudonyms::Pseudonyms(uint64_t seed, std::vector<std::string> avoid)
    : random_(seed), avoid_(std::move(avoid)) {
  std::erase(avoid_, std::string());
}

bool Pseudonyms::taken(const std::string& name) const {
  return given_.contains(name) || std::any_of(avoid_.begin(), avoid_.end(), [&](const std::string& word) {
           return name.find(word) != std::string::npos;
         });
}

std::string Pseudonyms::make(std::string_view lower, const Candidates& candidates) {
  std::vector<size_t> drawn(candidates.size());
  const auto spell = [&] {
    std::string text;
    size_t i = 0;
    for (const parser::CodePoint& c : parser::decode(lower, 0)) {
      const std::vector<char32_t>* choice = candidates[i];
      parser::append_utf8(choice == nullptr ? c.value : (*choice)[drawn[i]], text);
      ++i;
    }
    return text;
  };
  std::string text;
  for (size_t draw = 0; draw < kDraws; ++draw) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i] != nullptr) drawn[i] = random_() % candidates[i]->size();
    }
    text = spell();
    if (text != lower && !taken(text)) return text;
  }
  // Nearly all names of this shape are given away: count on from the last draw until one is free.
  for (size_t tries = 0; tries < given_.size() + kDraws; ++tries) {
    size_t i = 0;
    for (; i < candidates.size(); ++i) {
      if (candidates[i] == nullptr) continue;
      if (++drawn[i] < candidates[i]->size()) break;
      drawn[i] = 0;
    }
    text = spell();
    if (!given_.contains(text)) return text;
    if (i == candidates.size() && tries > given_.size()) break;
  }
  return text;
}

std::string Pseudonyms::of(std::string_view name) {
  const Folded folded = fold(name);
  if (!folded.whole) {
    // Around bytes that are no character, each run of characters is a name of its own.
    std::string out;
    for (size_t at = 0; at < name.size();) {
      size_t end = at;
      while (end < name.size() && static_cast<unsigned char>(name[end]) < 0x80) ++end;
      if (end > at) out += of(name.substr(at, end - at));
      while (end < name.size() && static_cast<unsigned char>(name[end]) >= 0x80) out += name[end++];
      at = end;
    }
    return out;
  }
  const bool hash = is_hash(folded.text);
  Candidates candidates;
  bool anything = false;
  for (const char32_t c : folded.lower) {
    const std::vector<char32_t>& company = hash && c != U'-' ? hex_digits() : parser::alike(c);
    const bool keep = company.empty() || (hash && is_uuid_mark(folded.text, candidates.size()));
    candidates.push_back(keep ? nullptr : &company);
    anything = anything || !keep;
  }
  if (!anything) return std::string(name);

  if (folded.text.size() <= kLongestName) {
    const auto found = names_.find(folded.text);
    if (found != names_.end()) return restore_case(found->second, folded.was_upper);
    const std::string made = make(folded.text, candidates);
    if (names_.size() < kMostNames) {
      names_.emplace(folded.text, made);
      given_.insert(made);
    } else {
      full_ = true;
    }
    return restore_case(made, folded.was_upper);
  }

  // A long text: the same one gets the same draw, and nobody will miss that two cannot be told apart.
  const uint64_t hashed = std::hash<std::string>{}(folded.text);
  const auto found = texts_.find(hashed);
  uint64_t seed = found == texts_.end() ? random_() : found->second;
  if (found == texts_.end() && texts_.size() < kMostNames) texts_.emplace(hashed, seed);
  std::string text;
  // A word to avoid is drawn around; it cannot come up again and again unless all of it is punctuation.
  for (size_t draw = 0; draw < kDraws; ++draw, ++seed) {
    std::mt19937_64 random(seed);
    text.clear();
    for (size_t i = 0; i < candidates.size(); ++i) {
      const char32_t c =
          candidates[i] == nullptr ? folded.lower[i] : (*candidates[i])[random() % candidates[i]->size()];
      parser::append_utf8(c, text);
    }
    const bool avoided = std::none_of(avoid_.begin(), avoid_.end(), [&](const std::string& word) {
      return text.find(word) != std::string::npos;
    });
    if (avoided) break;
  }
  return restore_case(text, folded.was_upper);
}

std::string Pseudonyms::of_ip(std::string_view address) {
  const bool v6 = address.find(':') != std::string_view::npos;
  const bool v4 = !v6 && std::count(address.begin(), address.end(), '.') == 3 &&
                  address.find_first_not_of("0123456789.") == std::string_view::npos;
  if (v6 && address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
    return std::string(address);
  }
  if ((!v4 && !v6) || address.starts_with("127.") || address == "::1") return std::string(address);
  const auto found = ips_.find(std::string(address));
  if (found != ips_.end()) return found->second;
  const size_t n = ips_.size() + 1;
  std::string made;
  if (v6) {
    std::array<char, 9> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + 8, static_cast<uint32_t>(n & 0xFFFF), 16).ptr;
    made = "2001:db8:" + std::to_string(n >> 16U) + "::" + std::string(digits.data(), end);
  } else if (n < 255) {
    made = "192.0.2." + std::to_string(n);
  } else {
    made = "198." + std::to_string(18 + ((n >> 16U) & 1U)) + "." + std::to_string((n >> 8U) & 255U) + "." +
           std::to_string(n & 255U);
  }
  if (ips_.size() < kMostNames) ips_.emplace(std::string(address), made);
  return made;
}

}  // namespace captures
