// Publish and subscribe, and personal events (XEP-0060, XEP-0163).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/data_form.h"
#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct PubsubItem {
  std::string_view id;
  size_t payloads = 0;                    // child elements
  const xml::Element* payload = nullptr;  // the first one
  const xml::Element* element = nullptr;
};

struct Pubsub {
  std::string_view action;  // local name of the first child that says what is done: "publish", "items", …
  std::string_view node;
  const xml::Element* element = nullptr;  // of the action
  std::vector<PubsubItem> items;          // of <publish/>, <items/> and <retract/>
  size_t retracted = 0;                   // <retract/> of an event's <items/>
  std::optional<DataForm> options;        // <publish-options/>
};
// Of <pubsub/> in either namespace, or of <event/>; none for any other element.
std::optional<Pubsub> as_pubsub(const xml::Element& element);

// "publishes to urn:xmpp:bookmarks:1", "pubsub items of urn:…: 3".
std::string pubsub_words(const Scene& scene);
std::string pubsub_owner_words(const Scene& scene);
// Of a message: "event of urn:xmpp:avatar:metadata: 1 item".
std::string pubsub_event_words(const Scene& scene);

}  // namespace parser::payload
