// What is asked for stands in a data form, the page in a result set.
#include "parser/payload/mam.h"

#include "parser/payload/data_form.h"

namespace parser::payload {

bool is_mam(std::string_view name) {
  return name == ns::kMam2 || name == ns::kMam1;
}

std::optional<MamQuery> as_mam_query(const xml::Element& query) {
  if (query.local != "query" || !is_mam(query.ns)) return std::nullopt;
  MamQuery out;
  out.queryid = query.attribute("queryid");
  out.node = query.attribute("node");
  if (const std::optional<DataForm> form = data_form_in(query)) {
    out.with = form->value("with");
    out.start = form->value("start");
    out.end = form->value("end");
  }
  out.page = result_set_in(query);
  out.flipped = query.child("flip-page") != nullptr;
  return out;
}

std::optional<MamResult> mam_result_in(const xml::Element& message) {
  for (const xml::Element& child : message.children()) {
    if (child.local != "result" || !is_mam(child.ns)) continue;
    return MamResult{child.attribute("id"), child.attribute("queryid"), &child, forwarded_in(child)};
  }
  return std::nullopt;
}

std::optional<MamFin> as_mam_fin(const xml::Element& fin) {
  if (fin.local != "fin" || !is_mam(fin.ns)) return std::nullopt;
  const std::string_view complete = fin.attribute("complete");
  const std::string_view stable = fin.attribute("stable");
  return MamFin{complete == "true" || complete == "1", stable != "false" && stable != "0",
                result_set_in(fin)};
}

std::string mam_words(const Scene& scene) {
  if (const std::optional<MamFin> fin = as_mam_fin(scene.payload)) {
    std::string out = "MAM page ends";
    if (fin->page && fin->page->count) out += ", " + std::to_string(*fin->page->count) + " in all";
    return out + (fin->complete ? ", complete" : ", more follows");
  }
  if (scene.payload.local == "prefs") {
    return std::string("archive preferences") + (scene.get() ? " query" : scene.set() ? " change" : "");
  }
  if (scene.payload.local == "metadata") return scene.get() ? "archive metadata query" : "archive metadata";
  const std::optional<MamQuery> query = as_mam_query(scene.payload);
  if (!query) return phrase::unknown(scene.payload);
  if (scene.get()) return "MAM form query" + scene.who(" to ");
  std::string out = "MAM query";
  if (!query->with.empty()) out += " for " + plain(query->with, phrase::kExcerpt);
  out += scene.who(" in the archive of ");
  if (!query->start.empty()) out += ", from " + plain(query->start, 25);
  if (!query->end.empty()) out += ", until " + plain(query->end, 25);
  if (query->page) out += page_words(*query->page);
  return query->flipped ? out + ", newest first" : out;
}

}  // namespace parser::payload
