// Visiting cards (XEP-0054; vCard 4 as in XEP-0292).
#pragma once

#include <optional>
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Vcard {
  std::string full_name;
  std::string nick;
  std::string photo_type;  // "image/png"; empty where there is none
  size_t photo_bytes = 0;  // of its base64 text
  bool empty = true;
};
// Of a <vCard/> or <vcard/>; none for any other element.
std::optional<Vcard> as_vcard(const xml::Element& card);

std::string vcard_words(const Scene& scene);

}  // namespace parser::payload
