// The chat rooms of a client's session (XEP-0045), as far as presence tells of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"

namespace parser {

enum class Occupancy : uint8_t {
  kUnknown,  // nothing was seen that would make this address a room
  kJoining,  // the client asked to enter
  kJoined,   // the room confirmed it
  kLeft,     // the client left, was put out, or was refused
};

class RoomState {
 public:
  static constexpr size_t kMaxRooms = 256;  // further ones are not remembered

  void on_presence(const StreamEvent& event);

  // By the bare form of `address`.
  Occupancy occupancy(std::string_view address) const;
  bool is_room(std::string_view address) const { return occupancy(address) != Occupancy::kUnknown; }
  // More than kMaxRooms were entered: that one is unknown proves nothing.
  bool forgot() const { return forgot_; }

 private:
  struct Room {
    uint64_t address = 0;  // bare_key()
    Occupancy occupancy{};
  };
  void set(uint64_t address, Occupancy occupancy);
  void on_room_presence(const StreamEvent& event, const xml::Element& user);
  Occupancy of(uint64_t address) const;

  std::vector<Room> rooms_;
  bool forgot_ = false;
};

}  // namespace parser
