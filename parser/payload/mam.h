// Message archives: queries, results and what ends a page (XEP-0313).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/payload/forwarded.h"
#include "parser/payload/rsm.h"
#include "parser/payload/scene.h"

namespace parser::payload {

// Both versions in use: urn:xmpp:mam:1 and :2.
bool is_mam(std::string_view name);

struct MamQuery {
  std::string_view queryid;
  std::string_view node;
  std::string with;  // conversation partner that is asked for
  std::string start;
  std::string end;
  std::optional<ResultSet> page;
  bool flipped = false;  // the page is wanted in reverse order
};
// Of the <query/> of a set (a get asks for the form); none for any other element.
std::optional<MamQuery> as_mam_query(const xml::Element& query);

struct MamResult {
  std::string_view id;
  std::string_view queryid;
  const xml::Element* element = nullptr;
  std::optional<Forwarded> forwarded;
};
// The <result/> of a message.
std::optional<MamResult> mam_result_in(const xml::Element& message);

struct MamFin {
  bool complete = false;
  bool stable = true;
  std::optional<ResultSet> page;
};
std::optional<MamFin> as_mam_fin(const xml::Element& fin);

// "MAM query for juliet@example.com, page of 50", "MAM page ends: 50 of 372".
std::string mam_words(const Scene& scene);

}  // namespace parser::payload
