// Follows the order that a room keeps towards who enters: the presence of the others, own presence with
// status 110, history, subject, and then what happens. A stanza that has nothing to do with a known room
// costs a comparison with each of them, and none are known to most sessions.
#include "parser/payload/rooms.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/payload/delay.h"
#include "parser/payload/fingerprint.h"
#include "parser/payload/muc.h"

namespace parser::payload {
namespace {

constexpr size_t kMaxAddress = 3071;  // RFC 7622 §3.1

std::string_view resource_of(std::string_view address) {
  const size_t slash = address.find('/');
  return slash == std::string_view::npos ? std::string_view() : address.substr(slash + 1);
}

}  // namespace

const Room* Rooms::last_room() const {
  return last_room_ < rooms_.size() ? &rooms_[last_room_] : nullptr;
}

void Rooms::set(RoomEvent what, const Room& room) {
  last_ = what;
  last_room_ = static_cast<size_t>(&room - rooms_.data());
}

Room* Rooms::find(std::string_view address) {
  for (Room& room : rooms_) {
    if (same_bare_jid(room.address, address)) return &room;
  }
  return nullptr;
}

bool Rooms::is_service(std::string_view domain) const {
  return std::find(services_.begin(), services_.end(), fingerprint(domain)) != services_.end();
}

void Rooms::learn_service(std::string_view domain) {
  if (domain.empty() || services_.size() >= kMostServices || is_service(domain)) return;
  services_.push_back(fingerprint(domain));
}

void Rooms::clear() {
  rooms_.clear();
  last_ = RoomEvent::kNone;
  last_room_ = kMost;
}

void Rooms::on_stanza(const StreamEvent& event, PartSet parts) {
  last_ = RoomEvent::kNone;
  last_room_ = kMost;
  const bool client = event.direction == Direction::kC2S;
  if (event.kind == EventKind::kPresence) {
    if (client) {
      on_client_presence(event, parts);
    } else if (!rooms_.empty()) {
      on_room_presence(event, parts);
    }
  } else if (event.kind == EventKind::kMessage && !rooms_.empty() && event.stanza_type == "groupchat") {
    if (!client) {
      on_room_message(event, parts);
    } else if (Room* room = find(event.to)) {
      room->spoken = true;
    }
  }
}

void Rooms::on_client_presence(const StreamEvent& event, PartSet parts) {
  if (event.to.empty()) {
    if (event.stanza_type == "unavailable") rooms_.clear();  // the server tells all of them
    return;
  }
  Room* room = rooms_.empty() ? nullptr : find(event.to);
  if (event.stanza_type == "unavailable") {
    if (room != nullptr) rooms_.erase(rooms_.begin() + (room - rooms_.data()));
    return;
  }
  if (!event.stanza_type.empty()) return;
  const std::string_view nick = resource_of(event.to);
  if (!has(parts, Part::kMuc)) {
    if (room != nullptr) {
      set(RoomEvent::kUpdate, *room);
    } else if (!nick.empty() && is_service(split_jid(event.to).domain)) {
      last_ = RoomEvent::kPlainPresence;
    }
    return;
  }
  if (nick.empty() || event.to.size() > kMaxAddress) return;
  learn_service(split_jid(event.to).domain);
  // Many clients repeat the request with each change of their status.
  if (room != nullptr && room->state == Room::State::kInside) {
    set(RoomEvent::kUpdate, *room);
    return;
  }
  if (room == nullptr) {
    if (rooms_.size() >= kMost) return;
    room = &rooms_.emplace_back();
    room->address = bare_of(event.to);
  }
  room->nick = nick;
  set(RoomEvent::kJoinRequest, *room);
}

void Rooms::on_room_presence(const StreamEvent& event, PartSet parts) {
  Room* room = find(event.from);
  if (room == nullptr) return;
  const std::string_view nick = resource_of(event.from);
  if (event.stanza_type == "error") {
    // Not let in. An error about something else comes from the room, too, but then the client is inside.
    if (room->state == Room::State::kJoining) rooms_.erase(rooms_.begin() + (room - rooms_.data()));
    return;
  }
  if (!has(parts, Part::kMucUser)) return;
  // What the others do in a room that the client is in is most of what comes from there.
  if (event.stanza_type.empty() && room->state == Room::State::kInside) return;
  const MucUser user = muc_user_in(*event.element).value_or(MucUser());
  const bool own = user.has(110) || same_jid(event.from, room->address + "/" + room->nick);
  if (event.stanza_type == "unavailable") {
    if (!own) return;
    if (user.has(303) && !user.nick.empty() && user.nick.size() <= kMaxAddress) {
      room->nick = user.nick;
    } else if (room->state == Room::State::kInside) {
      rooms_.erase(rooms_.begin() + (room - rooms_.data()));
    }
    return;
  }
  if (!event.stanza_type.empty()) return;
  if (user.has(110)) {
    room->nick = nick;  // the room may have given another one
    room->state = Room::State::kInside;
    set(RoomEvent::kOwnPresence, *room);
  } else if (own) {
    room->state = Room::State::kInside;
    set(RoomEvent::kUnmarkedPresence, *room);
  }
}

void Rooms::on_room_message(const StreamEvent& event, PartSet parts) {
  Room* room = find(event.from);
  if (room == nullptr || event.element == nullptr) return;
  const xml::Element& message = *event.element;
  const bool body = message.child("body", message.ns) != nullptr;
  const bool subject = message.child("subject", message.ns) != nullptr;
  const bool dated = has(parts, Part::kDelay) || has(parts, Part::kLegacyDelay);
  if (room->state == Room::State::kJoining) {
    if (!room->early && (subject || (body && dated))) {
      room->early = true;
      set(RoomEvent::kEarlyHistory, *room);
    }
    return;
  }
  if (room->subject_seen) return;
  if (subject) {
    room->subject_seen = true;
    set(RoomEvent::kSubject, *room);
    return;
  }
  if (!body || dated) return;
  const bool own = room->spoken && same_jid(event.from, room->address + "/" + room->nick);
  if (own) {
    if (!room->silent) set(RoomEvent::kLiveWithoutSubject, *room);
    room->silent = true;
    room->undated_frame = 0;  // it was live, and so may others have been
  } else if (!room->silent && room->undated_frame == 0 && !resource_of(event.from).empty()) {
    room->undated_frame = event.frame;
    room->undated = event.range;
  }
}

}  // namespace parser::payload
