// The rooms that the client of a stream joins, and how far each join has come (XEP-0045 §7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/part.h"
#include "parser/stream/stream_event.h"

namespace parser::payload {

struct Room {
  enum class State : uint8_t { kJoining, kInside };
  std::string address;  // bare JID, as the client wrote it
  std::string nick;
  State state = State::kJoining;
  bool subject_seen = false;  // the message that ends the joining
  bool early = false;         // already said that something came before own presence
  bool spoken = false;        // the client has sent a message into it
  bool silent = false;        // already said that the subject is missing
  // The first message with a body and no delay between own presence and subject; 0: none.
  uint64_t undated_frame = 0;
  ByteRange undated;
};

// What an event was in the life of a room.
enum class RoomEvent : uint8_t {
  kNone,
  kJoinRequest,         // the client asks to join
  kOwnPresence,         // with status 110
  kUnmarkedPresence,    // from the own occupant address, without status 110, while the client is joining
  kEarlyHistory,        // history or the subject before own presence
  kSubject,             // the first one
  kLiveWithoutSubject,  // the client's own message comes back, and there was no subject yet
  kUpdate,              // the client's presence to a room that it is in
  kPlainPresence,  // the client's presence to an occupant address of a room service, without asking to join
};

class Rooms {
 public:
  static constexpr size_t kMost = 64;          // rooms; in more than that nothing is judged
  static constexpr size_t kMostServices = 16;  // domains known to have rooms

  // Presence and messages, with their parts. Leaves what it was in last() and last_room().
  void on_stanza(const StreamEvent& event, PartSet parts);
  // A disco#info answer from there says that it is a service for rooms.
  void learn_service(std::string_view domain);
  // A new session: nobody is in any room.
  void clear();

  RoomEvent last() const { return last_; }
  const Room* last_room() const;  // null where the event was about none

 private:
  void on_client_presence(const StreamEvent& event, PartSet parts);
  void on_room_presence(const StreamEvent& event, PartSet parts);
  void on_room_message(const StreamEvent& event, PartSet parts);
  Room* find(std::string_view address);
  bool is_service(std::string_view domain) const;
  void set(RoomEvent what, const Room& room);

  std::vector<Room> rooms_;
  std::vector<uint64_t> services_;  // fingerprints of domains
  RoomEvent last_ = RoomEvent::kNone;
  size_t last_room_ = kMost;
};

}  // namespace parser::payload
