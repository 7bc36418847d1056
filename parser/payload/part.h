// What a stanza carries, as a set that costs one look at each of its children. Rules about extensions name
// the parts that they are about, and are not called for a stanza that has none of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/xml/element.h"

namespace parser::payload {

// A child of a stanza, told by its namespace alone.
enum class Part : uint8_t {
  kDiscoInfo,
  kDiscoItems,
  kCaps,
  kMuc,      // asks to join a room
  kMucUser,  // what a room says
  kPubsub,
  kPubsubOwner,
  kPubsubEvent,
  kReceipts,
  kPing,
  kDelay,
  kLegacyDelay,
  kForward,
  kCarbons,
  kMam,  // both versions in use
  kStanzaIds,
  kUpload,
  kOmemo,  // both versions in use
  kEncryptionHint,
  kRegister,
  kChatStates,
  kMarkers,
  kBlocking,
  kGoogle,  // any namespace of Google Talk's own
};

using PartSet = uint32_t;
constexpr PartSet with(Part part) {
  return PartSet{1} << static_cast<unsigned>(part);
}
template <typename... Parts>
constexpr PartSet with(Part first, Parts... rest) {
  return with(first) | with(rest...);
}
constexpr bool has(PartSet set, Part part) {
  return (set & with(part)) != 0;
}

// The parts that are children of a message, presence or iq.
PartSet parts_of(const xml::Element& stanza);
// The first child that is that part; null where there is none.
const xml::Element* find_part(const xml::Element& stanza, Part part);

}  // namespace parser::payload
