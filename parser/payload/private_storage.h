// XML that the server keeps for the account (XEP-0049).
#pragma once

#include <optional>
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct PrivateStorage {
  const xml::Element* content = nullptr;  // what is asked for or kept; null: nothing
};
std::optional<PrivateStorage> as_private_storage(const xml::Element& query);

std::string private_storage_words(const Scene& scene);

}  // namespace parser::payload
