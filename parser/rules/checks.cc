// Helpers of the checks. The comparison of addresses is deliberately more forgiving than any profile: a rule
// that says "this is not your address" must be right whichever preparation the two peers apply.
#include "parser/rules/checks.h"

#include <idn2.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace parser::rules {
namespace {

constexpr size_t kQuotedBytes = 80;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string folded(std::string_view text) {
  std::string result(text);
  if (is_ascii(text)) {
    for (char& c : result) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return result;
  const icu::UnicodeString prepared = normalizer->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))), status);
  if (U_FAILURE(status)) return result;
  result.clear();
  prepared.toUTF8String(result);
  return result;
}

std::string folded_domain(std::string_view domain) {
  std::string text = folded(domain);
  if (text.find("xn--") != std::string::npos) {
    char* unicode = nullptr;
    if (idn2_to_unicode_8z8z(text.c_str(), &unicode, 0) == IDN2_OK && unicode != nullptr)
      text = folded(unicode);
    idn2_free(unicode);
  }
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

std::string_view local_of(std::string_view bare) {
  const size_t at = bare.find('@');
  return at == std::string_view::npos ? std::string_view() : bare.substr(0, at);
}

}  // namespace

std::string quoted(std::string_view value) {
  std::string text = "'";
  size_t taken = 0;
  for (const char c : value) {
    const bool boundary = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (taken >= kQuotedBytes && boundary) {
      text += "…";
      break;
    }
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    ++taken;
  }
  return text + "'";
}

std::string tag_name(const xml::Element& element) {
  std::string name = "<" + std::string(element.local.substr(0, kQuotedBytes));
  if (!element.ns.empty()) name += " xmlns=" + quoted(element.ns);
  return name + ">";
}

bool is_legacy(const SessionState& session) {
  const xml::ElementPtr& header = session.side(Direction::kC2S).header;
  return header != nullptr && header->find_attribute("version") == nullptr;
}

bool is_client_stream(const SessionState& session) {
  return session.content_namespace().empty() || session.content_namespace() == ns::kClient;
}

bool received_edited(const RuleCounters& memory, Direction sender, KindSet kinds) {
  return (memory.edited[index(opposite(sender))] & (kinds | on(EventKind::kEdit, EventKind::kDropped))) != 0;
}

std::string_view bare_of(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

std::string_view resource_of(std::string_view jid) {
  const size_t slash = jid.find('/');
  return slash == std::string_view::npos ? std::string_view() : jid.substr(slash + 1);
}

std::string_view domain_of(std::string_view jid) {
  const std::string_view bare = bare_of(jid);
  const size_t at = bare.find('@');
  return at == std::string_view::npos ? bare : bare.substr(at + 1);
}

bool maybe_same_bare(std::string_view a, std::string_view b) {
  a = bare_of(a);
  b = bare_of(b);
  if (a == b) return true;
  return folded(local_of(a)) == folded(local_of(b)) &&
         folded_domain(domain_of(a)) == folded_domain(domain_of(b));
}

bool maybe_same(std::string_view a, std::string_view b) {
  return a == b || (maybe_same_bare(a, b) && folded(resource_of(a)) == folded(resource_of(b)));
}

bool is_domain_within(std::string_view jid, std::string_view domain) {
  if (domain.empty() || jid.find('@') != std::string_view::npos || jid.find('/') != std::string_view::npos) {
    return false;
  }
  const std::string name = folded_domain(jid);
  const std::string above = folded_domain(domain);
  return name == above ||
         (name.size() > above.size() && name.ends_with(above) && name[name.size() - above.size() - 1] == '.');
}

}  // namespace parser::rules
