// Rooms: joining, occupants, statuses, invitations, configuration (XEP-0045).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

// <x/> of a presence that asks to join.
struct MucJoin {
  bool has_password = false;
  const xml::Element* history = nullptr;  // what is wanted of the past; null: nothing said
};
// The one that is a child of the presence; none where there is none.
std::optional<MucJoin> muc_join_in(const xml::Element& presence);

// <x/> that a room adds to presence and messages.
struct MucUser {
  std::string_view affiliation;  // of the item
  std::string_view role;
  std::string_view jid;   // the occupant's real address, where it is told
  std::string_view nick;  // the new one, in a change of nicks
  std::vector<uint16_t> codes;
  const xml::Element* invite = nullptr;
  const xml::Element* decline = nullptr;
  const xml::Element* destroy = nullptr;
  bool has(uint16_t code) const;
};
std::optional<MucUser> muc_user_in(const xml::Element& stanza);

// What a status code means, a few words; "" where it is not one of XEP-0045's.
std::string_view status_meaning(uint16_t code);

// Of presence: "MUC join as thirdwitch in coven@chat.example.com", "in the room as owner, own presence".
// `words`: what the presence says otherwise ("away"). "" where it has nothing to do with a room.
std::string muc_presence_words(const xml::Element& presence, const std::string& words);
// Of a message in muc#user: an invitation, a refusal, a notice of the room.
std::string muc_message_words(const Scene& scene);
// Of an iq in muc#admin or muc#owner.
std::string muc_admin_words(const Scene& scene);
std::string muc_owner_words(const Scene& scene);

}  // namespace parser::payload
