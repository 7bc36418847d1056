// Descriptions and transports are told by their namespaces.
#include "parser/payload/jingle.h"

namespace parser::payload {

std::optional<Jingle> as_jingle(const xml::Element& jingle) {
  if (!jingle.is("jingle", ns::kJingle)) return std::nullopt;
  Jingle out{jingle.attribute("action"), jingle.attribute("sid"), {}, {}};
  for (const xml::Element& child : jingle.children()) {
    if (child.local == "reason") {
      for (const xml::Element& reason : child.children()) {
        if (reason.local != "text" && out.reason.empty()) out.reason = reason.local;
      }
    } else if (child.local == "content") {
      JingleContent content{child.attribute("name"), {}, {}, {}};
      if (const xml::Element* description = child.child("description")) {
        content.description = description->ns;
        content.media = description->attribute("media");
      }
      if (const xml::Element* transport = child.child("transport")) content.transport = transport->ns;
      out.contents.push_back(content);
    }
  }
  return out;
}

std::string jingle_words(const Scene& scene) {
  const std::optional<Jingle> jingle = as_jingle(scene.payload);
  if (!jingle) return phrase::unknown(scene.payload);
  std::string out = "Jingle " + plain(jingle->action, 40);
  std::string what;
  for (const JingleContent& content : jingle->contents) {
    const std::string_view word = content.media.empty() ? content.name : content.media;
    if (word.empty() || what.size() > 60) continue;
    what += (what.empty() ? ": " : ", ") + plain(word, 20);
  }
  out += what;
  return jingle->reason.empty() ? out : out + ", reason " + plain(jingle->reason, 40);
}

std::string jingle_message_words(const Scene& scene) {
  return "call signalling: " + plain(scene.payload.local, 20);
}

}  // namespace parser::payload
