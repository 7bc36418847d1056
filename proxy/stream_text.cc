// What the proxy says by itself is said in fixed texts, with everything variable escaped.
#include "proxy/stream_text.h"

#include <fmt/format.h>
#include <idn2.h>

#include <algorithm>

#include "parser/xml/serialize.h"
#include "proxy/namespaces.h"

namespace proxy {
namespace {

constexpr size_t kMostOfDomain = 1023;  // bytes of a domainpart, RFC 7622 §3.2

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    if (static_cast<unsigned char>(c) < 0x20) c = '?';  // such cannot be in XML at all (XML 1.0 §2.2)
  }
  return parser::xml::escape_attribute(out);
}

std::string stream_header(const HeaderText& header) {
  const auto attribute = [](std::string_view name, std::string_view value) {
    return value.empty() ? std::string() : fmt::format(" {}='{}'", name, escape_xml(value));
  };
  return fmt::format("<?xml version='1.0'?><stream:stream{}{}{} version='1.0' xmlns='{}' xmlns:stream='{}'>",
                     attribute("to", header.to), attribute("from", header.from), attribute("id", header.id),
                     escape_xml(header.content_namespace), ns::kStreams);
}

std::string features_with_starttls() {
  return fmt::format("<stream:features><starttls xmlns='{}'><required/></starttls></stream:features>",
                     ns::kTls);
}

std::string starttls() {
  return fmt::format("<starttls xmlns='{}'/>", ns::kTls);
}

std::string proceed() {
  return fmt::format("<proceed xmlns='{}'/>", ns::kTls);
}

std::string stream_error(std::string_view condition, std::string_view text) {
  return fmt::format(
      "<stream:error><{0} xmlns='{1}'/><text xmlns='{1}' "
      "xml:lang='en'>{2}</text></stream:error></stream:stream>",
      condition, ns::kStreamErrors, escape_xml(text));
}

std::string content_namespace(const parser::xml::Element& header) {
  for (const auto& declaration : header.declarations) {
    if (declaration.prefix.empty() && declaration.uri != ns::kStreams) return std::string(declaration.uri);
  }
  return std::string(ns::kClient);
}

std::string ascii_domain(std::string_view to) {
  if (const size_t slash = to.find('/'); slash != std::string_view::npos) to = to.substr(0, slash);
  if (const size_t at = to.rfind('@'); at != std::string_view::npos) to = to.substr(at + 1);
  if (to.size() > 2 && to.front() == '[' && to.back() == ']') to = to.substr(1, to.size() - 2);
  if (to.ends_with('.')) to.remove_suffix(1);
  if (to.size() > kMostOfDomain) return {};
  std::string domain(to);
  const auto not_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::any_of(domain.begin(), domain.end(), not_ascii)) {
    char* converted = nullptr;
    if (idn2_to_ascii_8z(domain.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
      return {};
    domain = converted;
    idn2_free(converted);
  }
  for (char& c : domain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return domain;
}

}  // namespace proxy
