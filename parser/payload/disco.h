// Service discovery: who somebody is and what they support, and what they have (XEP-0030).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/data_form.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Identity {
  std::string_view category;
  std::string_view type;
  std::string_view name;
  std::string_view lang;  // its own xml:lang
  const xml::Element* element = nullptr;
};

struct DiscoInfo {
  std::string_view node;
  std::vector<Identity> identities;
  std::vector<std::string_view> features;
  std::vector<DataForm> forms;  // XEP-0128

  bool supports(std::string_view feature) const;
};
// Of a <query/> in disco#info; none for any other element.
std::optional<DiscoInfo> as_disco_info(const xml::Element& query);

struct DiscoItem {
  std::string_view jid;
  std::string_view node;
  std::string_view name;
};
struct DiscoItems {
  std::string_view node;
  std::vector<DiscoItem> items;
};
// Of a <query/> in disco#items; none for any other element.
std::optional<DiscoItems> as_disco_items(const xml::Element& query);

// "disco#info of conference.example.com: conference/text, 12 features, hash verified".
std::string disco_info_words(const Scene& scene);
std::string disco_items_words(const Scene& scene);

}  // namespace parser::payload
