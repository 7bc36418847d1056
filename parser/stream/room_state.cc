// A room is told by what is inside presence: the client's <x xmlns='…muc'/> on its way in, the room's
// <x xmlns='…muc#user'/> on everything that comes out. Status 110 marks what concerns the client itself.
#include "parser/stream/room_state.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/stream/address_key.h"

namespace parser {
namespace {

constexpr std::string_view kMuc = "http://jabber.org/protocol/muc";
constexpr std::string_view kMucUser = "http://jabber.org/protocol/muc#user";

bool has_status(const xml::Element& user, std::string_view code) {
  for (const xml::Element& child : user.children()) {
    if (child.local == "status" && child.attribute("code") == code) return true;
  }
  return false;
}

}  // namespace

void RoomState::on_presence(const StreamEvent& event) {
  if (event.element == nullptr) return;
  if (event.direction == Direction::kC2S) {
    if (event.to.empty()) {
      if (event.stanza_type != "unavailable") return;
      for (Room& room : rooms_) room.occupancy = Occupancy::kLeft;
    } else if (event.stanza_type.empty()) {
      if (event.element->child("x", kMuc) == nullptr) return;
      const uint64_t room = bare_key(event.to);
      if (of(room) != Occupancy::kJoined) set(room, Occupancy::kJoining);
    } else if (event.stanza_type == "unavailable") {
      const uint64_t room = bare_key(event.to);
      if (of(room) != Occupancy::kUnknown) set(room, Occupancy::kLeft);
    }
    return;
  }
  if (const xml::Element* user = event.element->child("x", kMucUser)) {
    on_room_presence(event, *user);
  } else if (event.stanza_type == "error") {
    // A refused change of nickname leaves the client where it is.
    const uint64_t room = bare_key(event.from);
    if (of(room) == Occupancy::kJoining) set(room, Occupancy::kLeft);
  }
}

void RoomState::on_room_presence(const StreamEvent& event, const xml::Element& user) {
  const uint64_t room = bare_key(event.from);
  if (room == 0) return;
  if (event.stanza_type == "error") {
    if (of(room) == Occupancy::kJoining) set(room, Occupancy::kLeft);
  } else if (event.stanza_type == "unavailable") {
    // 303: the old nickname goes, the new one comes with the next presence.
    if (has_status(user, "110") && !has_status(user, "303")) set(room, Occupancy::kLeft);
  } else if (event.stanza_type.empty() && of(room) != Occupancy::kJoined) {
    // Older services do not mark the client's own presence, but nobody gets a room's presence from outside.
    set(room, Occupancy::kJoined);
  }
}

void RoomState::set(uint64_t address, Occupancy occupancy) {
  for (Room& room : rooms_) {
    if (room.address != address) continue;
    room.occupancy = occupancy;
    return;
  }
  if (rooms_.size() < kMaxRooms) {
    rooms_.push_back({address, occupancy});
  } else {
    forgot_ = true;
  }
}

Occupancy RoomState::of(uint64_t address) const {
  for (const Room& room : rooms_) {
    if (room.address == address) return room.occupancy;
  }
  return Occupancy::kUnknown;
}

Occupancy RoomState::occupancy(std::string_view address) const {
  return rooms_.empty() ? Occupancy::kUnknown : of(bare_key(address));
}

}  // namespace parser
