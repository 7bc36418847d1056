// The statuses are a table: number and meaning.
#include "parser/payload/muc.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "parser/jid/jid.h"
#include "parser/payload/data_form.h"

namespace parser::payload {
namespace {

struct Status {
  uint16_t code;
  std::string_view meaning;
};
// XEP-0045 §15.6.2.
constexpr std::array kStatuses{
    Status{100, "everybody sees real addresses"},
    Status{101, "affiliation changed while away"},
    Status{102, "unavailable members are shown"},
    Status{103, "unavailable members are not shown"},
    Status{104, "configuration changed"},
    Status{110, "own presence"},
    Status{170, "logging on"},
    Status{171, "logging off"},
    Status{172, "no longer anonymous"},
    Status{173, "now semi-anonymous"},
    Status{174, "now fully anonymous"},
    Status{201, "room created"},
    Status{210, "nick given by the room"},
    Status{301, "banned"},
    Status{303, "changes nick"},
    Status{307, "kicked"},
    Status{321, "removed: affiliation changed"},
    Status{322, "removed: room is for members now"},
    Status{332, "removed: service shuts down"},
    Status{333, "removed: technical problem"},
};

std::string statuses(const MucUser& user) {
  std::string out;
  for (const uint16_t code : user.codes) {
    const std::string_view meaning = status_meaning(code);
    out += ", " + (meaning.empty() ? "status " + std::to_string(code) : std::string(meaning));
    if (out.size() > 120) break;
  }
  return out;
}

}  // namespace

bool MucUser::has(uint16_t code) const {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::optional<MucJoin> muc_join_in(const xml::Element& presence) {
  const xml::Element* x = presence.child("x", ns::kMuc);
  if (x == nullptr) return std::nullopt;
  return MucJoin{x->child("password") != nullptr, x->child("history")};
}

std::optional<MucUser> muc_user_in(const xml::Element& stanza) {
  const xml::Element* x = stanza.child("x", ns::kMucUser);
  if (x == nullptr) return std::nullopt;
  MucUser user;
  bool item_seen = false;
  for (const xml::Element& child : x->children()) {
    if (child.local == "status") {
      const std::string_view text = child.attribute("code");
      uint16_t code = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
      if (error == std::errc() && end == text.data() + text.size()) user.codes.push_back(code);
    } else if (child.local == "item" && !item_seen) {
      item_seen = true;
      user.affiliation = child.attribute("affiliation");
      user.role = child.attribute("role");
      user.jid = child.attribute("jid");
      user.nick = child.attribute("nick");
    } else if (child.local == "invite") {
      user.invite = &child;
    } else if (child.local == "decline") {
      user.decline = &child;
    } else if (child.local == "destroy") {
      user.destroy = &child;
    }
  }
  return user;
}

std::string_view status_meaning(uint16_t code) {
  for (const Status& row : kStatuses) {
    if (row.code == code) return row.meaning;
  }
  return {};
}

std::string muc_presence_words(const xml::Element& presence, const std::string& words) {
  const std::string_view type = presence.attribute("type");
  if (type.empty() && muc_join_in(presence)) {
    const std::string_view to = presence.attribute("to");
    const JidSplit room = split_jid(to);
    if (room.resource.empty()) return "MUC join of " + plain(to, phrase::kExcerpt) + " without a nick";
    return "MUC join as " + plain(room.resource, 40) + " in " + plain(bare_of(to), phrase::kExcerpt);
  }
  const std::optional<MucUser> user = muc_user_in(presence);
  if (!user) return {};
  if (type == "unavailable") {
    if (user->has(303)) return "changes nick to " + plain(user->nick, 40);
    std::string out = user->destroy != nullptr ? "leaves the room, it is destroyed" : "leaves the room";
    return out + statuses(*user);
  }
  if (!type.empty()) return {};
  std::string out = "in the room, " + words;
  if (!user->role.empty()) out += ", " + plain(user->role, 20);
  if (user->affiliation == "owner" || user->affiliation == "admin")
    out += " and " + plain(user->affiliation, 20);
  return out + statuses(*user);
}

std::string muc_message_words(const Scene& scene) {
  const xml::Element* message = scene.payload.parent;
  const std::optional<MucUser> user = message == nullptr ? std::nullopt : muc_user_in(*message);
  if (!user) return "room notice";
  if (user->invite != nullptr) {
    const std::string_view by = user->invite->attribute("from");
    return "invitation to a room" + (by.empty() ? std::string() : " by " + plain(by, phrase::kExcerpt));
  }
  if (user->decline != nullptr) return "invitation declined";
  return "room notice" + statuses(*user);
}

std::string muc_admin_words(const Scene& scene) {
  if (scene.set()) {
    const xml::Element* item = scene.payload.child("item");
    std::string out = "room administration";
    if (item == nullptr) return out;
    if (!item->attribute("role").empty()) out += ": role " + plain(item->attribute("role"), 20);
    if (!item->attribute("affiliation").empty())
      out += ": affiliation " + plain(item->attribute("affiliation"), 20);
    const std::string_view nick = item->attribute("nick");
    const std::string_view jid = item->attribute("jid");
    const std::string_view who = nick.empty() ? jid : nick;
    return who.empty() ? out : out + " for " + plain(who, phrase::kExcerpt);
  }
  if (scene.get()) return "room administration query" + scene.who(" to ");
  return "room administration: " + phrase::counted(scene.payload.child_count(), "item", "items");
}

std::string muc_owner_words(const Scene& scene) {
  if (scene.payload.child("destroy") != nullptr) return "destroys the room" + scene.who(" ");
  const std::optional<DataForm> form = data_form_in(scene.payload);
  if (scene.get()) return "room configuration query" + scene.who(" to ");
  if (scene.set()) {
    if (form && form->type == "cancel") return "gives the room's configuration up";
    if (form && form->fields.empty()) return "takes the room's configuration as it is";
  }
  std::string out = scene.set() ? "room configuration change" : "room configuration";
  return form ? out + ": " + phrase::counted(form->fields.size(), "field", "fields") : out;
}

}  // namespace parser::payload
