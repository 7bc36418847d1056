// The methods are a table.
#include "parser/payload/encryption_hint.h"

#include <array>

namespace parser::payload {
namespace {

struct Method {
  std::string_view ns;
  std::string_view name;
};
constexpr std::array kMethods{
    Method{"urn:xmpp:otr:0", "OTR"},     Method{"jabber:x:encrypted", "Legacy OpenPGP"},
    Method{ns::kOx, "OpenPGP for XMPP"}, Method{ns::kAxolotl, "OMEMO"},
    Method{"urn:xmpp:omemo:1", "OMEMO"}, Method{ns::kOmemo2, "OMEMO"},
};

}  // namespace

std::optional<EncryptionHint> encryption_hint_in(const xml::Element& message) {
  const xml::Element* element = message.child("encryption", ns::kEncryptionHint);
  if (element == nullptr) return std::nullopt;
  return EncryptionHint{element->attribute("namespace"), element->attribute("name"), element};
}

std::string_view encryption_method(std::string_view name) {
  for (const Method& row : kMethods) {
    if (row.ns == name) return row.name;
  }
  return {};
}

}  // namespace parser::payload
