// Namespaces are looked up by their length first: few of the known ones have the same, so that an ordinary
// child costs one comparison of strings, and an unknown one mostly none.
#include "parser/payload/part.h"

#include <array>
#include <cstddef>
#include <optional>

#include "parser/payload/names.h"
#include "parser/stream/stanza.h"

namespace parser::payload {
namespace {

struct Row {
  std::string_view ns;
  Part part;
};

// In the order of their lengths.
constexpr std::array kRows{
    Row{ns::kPing, Part::kPing},
    Row{ns::kStanzaIds, Part::kStanzaIds},
    Row{ns::kMam1, Part::kMam},
    Row{ns::kMam2, Part::kMam},
    Row{ns::kEncryptionHint, Part::kEncryptionHint},
    Row{ns::kDelay, Part::kDelay},
    Row{ns::kLegacyDelay, Part::kLegacyDelay},
    Row{ns::kOmemo2, Part::kOmemo},
    Row{ns::kBlocking, Part::kBlocking},
    Row{ns::kReceipts, Part::kReceipts},
    Row{ns::kIqRegister, Part::kRegister},
    Row{ns::kForward, Part::kForward},
    Row{ns::kCarbons, Part::kCarbons},
    Row{ns::kUpload, Part::kUpload},
    Row{ns::kMarkers, Part::kMarkers},
    Row{ns::kMuc, Part::kMuc},
    Row{ns::kAxolotl, Part::kOmemo},
    Row{ns::kCaps, Part::kCaps},
    Row{ns::kPubsub, Part::kPubsub},
    Row{ns::kMucUser, Part::kMucUser},
    Row{ns::kDiscoInfo, Part::kDiscoInfo},
    Row{ns::kChatStates, Part::kChatStates},
    Row{ns::kDiscoItems, Part::kDiscoItems},
    Row{ns::kPubsubOwner, Part::kPubsubOwner},
    Row{ns::kPubsubEvent, Part::kPubsubEvent},
};
constexpr size_t kLongest = kRows.back().ns.size();

constexpr bool ascend() {
  for (size_t i = 1; i < kRows.size(); ++i) {
    if (kRows[i - 1].ns.size() > kRows[i].ns.size()) return false;
  }
  return true;
}
static_assert(ascend(), "the rows stand in the order of their lengths");

// By length: the first row that is not shorter.
constexpr auto kFirst = [] {
  std::array<uint8_t, kLongest + 2> first{};
  for (size_t length = 0; length < first.size(); ++length) {
    uint8_t row = 0;
    while (row < kRows.size() && kRows[row].ns.size() < length) ++row;
    first[length] = row;
  }
  return first;
}();

constexpr std::string_view kGoogle = "google:";

std::optional<Part> part_of(std::string_view name) {
  if (name.size() <= kLongest) {
    for (size_t i = kFirst[name.size()]; i < kFirst[name.size() + 1]; ++i) {
      if (kRows[i].ns == name) return kRows[i].part;
    }
  }
  if (name.starts_with(kGoogle)) return Part::kGoogle;
  return std::nullopt;
}

}  // namespace

PartSet parts_of(const xml::Element& stanza) {
  PartSet set = 0;
  for (const xml::Element& child : stanza.children()) {
    if (child.ns == stanza.ns) continue;
    if (const std::optional<Part> part = part_of(child.ns)) set |= with(*part);
  }
  return set;
}

const xml::Element* find_part(const xml::Element& stanza, Part part) {
  for (const xml::Element& child : stanza.children()) {
    if (child.ns != stanza.ns && part_of(child.ns) == part) return &child;
  }
  return nullptr;
}

}  // namespace parser::payload
