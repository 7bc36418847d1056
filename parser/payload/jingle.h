// The shape of Jingle sessions: what is negotiated, over which transport (XEP-0166, XEP-0353).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct JingleContent {
  std::string_view name;
  std::string_view description;  // namespace of what is exchanged; empty: none
  std::string_view media;        // "audio", "video"
  std::string_view transport;    // namespace; empty: none
};
struct Jingle {
  std::string_view action;
  std::string_view sid;
  std::string_view reason;  // why the session ends
  std::vector<JingleContent> contents;
};
std::optional<Jingle> as_jingle(const xml::Element& jingle);

std::string jingle_words(const Scene& scene);
std::string jingle_message_words(const Scene& scene);

}  // namespace parser::payload
