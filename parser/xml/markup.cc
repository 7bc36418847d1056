// A scan for '<', '>' and quotes: the bytes were judged well-formed before, so nothing more is needed, and
// whatever does not fit ends the scan.
#include "parser/xml/markup.h"

#include <algorithm>
#include <utility>

#include "parser/xml/tokenizer.h"
#include "parser/xml/utf8.h"

namespace parser::xml {
namespace {

using Kind = MarkupPiece::Kind;

constexpr std::string_view kCDataOpen = "<![CDATA[";
constexpr std::string_view kCDataClose = "]]>";

class Scan {
 public:
  explicit Scan(std::string_view bytes) : bytes_(bytes) {}

  bool run() {
    while (at_ < bytes_.size()) {
      if (bytes_[at_] != '<') {
        if (!text()) return false;
      } else if (looking_at(kCDataOpen)) {
        if (!cdata()) return false;
      } else if (looking_at("<?")) {
        const size_t end = bytes_.find("?>", at_);
        if (end == std::string_view::npos) return false;
        at_ = end + 2;
      } else if (looking_at("</")) {
        if (!end_tag()) return false;
      } else if (!start_tag()) {
        return false;
      }
    }
    return true;
  }

  std::vector<MarkupPiece> take() { return std::move(pieces_); }

 private:
  bool looking_at(std::string_view what) const { return bytes_.substr(at_).starts_with(what); }
  void add(Kind kind, size_t begin, size_t end) { pieces_.push_back({kind, begin, end}); }

  bool text() {
    const size_t end = std::min(bytes_.find('<', at_), bytes_.size());
    add(Kind::kText, at_, end);
    at_ = end;
    return true;
  }

  bool cdata() {
    const size_t begin = at_ + kCDataOpen.size();
    const size_t end = bytes_.find(kCDataClose, begin);
    if (end == std::string_view::npos) return false;
    add(Kind::kCData, begin, end);
    at_ = end + kCDataClose.size();
    return true;
  }

  bool end_tag() {
    const size_t end = bytes_.find('>', at_);
    if (end == std::string_view::npos) return false;
    add(Kind::kEndTag, at_, end + 1);
    at_ = end + 1;
    return true;
  }

  bool start_tag() {
    const size_t name = ++at_;
    while (at_ < bytes_.size() && !is_space(bytes_[at_]) && bytes_[at_] != '>' && bytes_[at_] != '/') ++at_;
    if (at_ == name) return false;
    add(Kind::kStartName, name, at_);
    while (at_ < bytes_.size()) {
      if (is_space(bytes_[at_])) {
        ++at_;
      } else if (bytes_[at_] == '>' || looking_at("/>")) {
        const size_t size = bytes_[at_] == '>' ? 1 : 2;
        add(Kind::kStartEnd, at_, at_ + size);
        at_ += size;
        return true;
      } else if (!attribute()) {
        return false;
      }
    }
    return false;
  }

  bool attribute() {
    const size_t name = at_;
    while (at_ < bytes_.size() && !is_space(bytes_[at_]) && bytes_[at_] != '=') ++at_;
    add(Kind::kAttributeName, name, at_);
    while (at_ < bytes_.size() && (is_space(bytes_[at_]) || bytes_[at_] == '=')) ++at_;
    if (at_ >= bytes_.size() || (bytes_[at_] != '\'' && bytes_[at_] != '"')) return false;
    const size_t end = bytes_.find(bytes_[at_], at_ + 1);
    if (end == std::string_view::npos) return false;
    add(Kind::kAttributeValue, at_ + 1, end);
    at_ = end + 1;
    return true;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  std::vector<MarkupPiece> pieces_;
};

// What `reference` (between '&' and ';') stands for; 0: nothing.
char32_t resolve(std::string_view reference) {
  struct Named {
    std::string_view name;
    char32_t value;
  };
  for (const Named& named : {Named{"amp", U'&'}, Named{"lt", U'<'}, Named{"gt", U'>'}, Named{"quot", U'"'},
                             Named{"apos", U'\''}}) {
    if (reference == named.name) return named.value;
  }
  if (!reference.starts_with('#') || reference.size() < 2) return 0;
  const bool hex = reference[1] == 'x';
  char32_t value = 0;
  for (const char c : reference.substr(hex ? 2 : 1)) {
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (hex && c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (hex && c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit == 16 || value > 0x10FFFF) return 0;
    value = value * (hex ? 16U : 10U) + digit;
  }
  return value > 0x10FFFF ? 0 : value;
}

}  // namespace

std::vector<MarkupPiece> markup_of(std::string_view bytes) {
  Scan scan(bytes);
  return scan.run() ? scan.take() : std::vector<MarkupPiece>();
}

std::vector<WrittenCharacter> characters_of(std::string_view written) {
  std::vector<WrittenCharacter> out;
  out.reserve(written.size());
  for (size_t at = 0; at < written.size();) {
    if (written[at] == '&') {
      const size_t end = written.substr(at, 16).find(';');
      const char32_t value = end == std::string_view::npos ? 0 : resolve(written.substr(at + 1, end - 1));
      if (value != 0) {
        out.push_back({at, at + end + 1, value, true});
        at += end + 1;
        continue;
      }
    }
    const Utf8Character character = first_character(written.substr(at));
    out.push_back({at, at + character.size, character.value, false});
    at += character.size;
  }
  return out;
}

}  // namespace parser::xml
