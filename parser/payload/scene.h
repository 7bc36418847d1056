// Where a payload stands: what the phrases about it may look at.
#pragma once

#include <string>
#include <string_view>

#include "parser/stream/phrase.h"
#include "parser/stream/plain_text.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct Scene {
  const xml::Element& payload;
  std::string_view type;   // the stanza's: "get", "set", "result", "chat", …; empty where absent
  std::string_view peer;   // who is asked, or who answers or writes; empty: nobody is named
  bool by_client = false;  // it is the client's, on a client's stream

  bool get() const { return type == "get"; }
  bool set() const { return type == "set"; }
  bool result() const { return type == "result"; }
  // "juliet@example.com" as it may be printed; " of juliet@example.com" and the like, or "" for nobody.
  std::string who(std::string_view before = {}) const {
    return peer.empty() ? std::string() : std::string(before) + plain(peer, phrase::kExcerpt);
  }
};

}  // namespace parser::payload
