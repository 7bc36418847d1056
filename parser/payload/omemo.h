// The shape of OMEMO messages, of both versions in use (XEP-0384). What they say stays encrypted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

bool is_omemo(std::string_view name);  // either namespace

struct OmemoMessage {
  bool old = false;  // the version of eu.siacs.conversations.axolotl
  const xml::Element* element = nullptr;
  const xml::Element* header = nullptr;
  std::string_view sender;   // device id: sid of the header
  size_t keys = 0;           // devices that it is encrypted for
  bool has_payload = false;  // else: keys only
};
// The <encrypted/> of a message.
std::optional<OmemoMessage> omemo_in(const xml::Element& message);
// Nodes that everybody has to be able to read: the list of devices and their bundles.
bool is_omemo_node(std::string_view node);

std::string omemo_words(const Scene& scene);

}  // namespace parser::payload
