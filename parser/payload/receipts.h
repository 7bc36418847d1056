// Delivery receipts (XEP-0184).
#pragma once

#include <string>
#include <string_view>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Receipts {
  const xml::Element* request = nullptr;   // a receipt is wanted
  const xml::Element* received = nullptr;  // this is one
  std::string_view id;                     // of the message that was received
};
// What a message says of receipts; both null where nothing.
Receipts receipts_in(const xml::Element& message);

std::string receipt_words(const Scene& scene);

}  // namespace parser::payload
