// The first child says by its name and namespace what it is.
#include "parser/payload/private_storage.h"

namespace parser::payload {

std::optional<PrivateStorage> as_private_storage(const xml::Element& query) {
  if (!query.is("query", ns::kPrivate)) return std::nullopt;
  return PrivateStorage{query.first_child()};
}

std::string private_storage_words(const Scene& scene) {
  const std::optional<PrivateStorage> storage = as_private_storage(scene.payload);
  if (!storage) return phrase::unknown(scene.payload);
  std::string out = "private storage";
  if (scene.get()) out += " request";
  if (scene.set()) out += " change";
  return storage->content == nullptr ? out : out + ": " + phrase::unknown(*storage->content);
}

}  // namespace parser::payload
