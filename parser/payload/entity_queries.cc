// Each is a question without content and an answer with a few texts.
#include "parser/payload/entity_queries.h"

#include <charconv>

namespace parser::payload {

std::optional<EntityTime> as_entity_time(const xml::Element& time) {
  if (!time.is("time", ns::kTime)) return std::nullopt;
  EntityTime out{phrase::child_text(time, "tzo"), phrase::child_text(time, "utc"), {}};
  out.when = parse_date_time(out.utc);
  return out;
}

std::optional<SoftwareVersion> as_software_version(const xml::Element& query) {
  if (!query.is("query", ns::kVersion)) return std::nullopt;
  return SoftwareVersion{phrase::child_text(query, "name"), phrase::child_text(query, "version"),
                         phrase::child_text(query, "os")};
}

std::optional<LastActivity> as_last_activity(const xml::Element& query) {
  if (!query.is("query", ns::kLast)) return std::nullopt;
  LastActivity out;
  const std::string_view text = query.attribute("seconds");
  uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) out.seconds = seconds;
  out.status = query.text();
  return out;
}

std::string ping_words(const Scene& scene) {
  return scene.result() ? "pong with a payload" : "ping" + scene.who(" to ");
}

std::string entity_time_words(const Scene& scene) {
  const std::optional<EntityTime> time = as_entity_time(scene.payload);
  if (!time) return phrase::unknown(scene.payload);
  if (!scene.result()) return "time request" + scene.who(" to ");
  return "time" + scene.who(" of ") + ": " + plain(time->utc, 30) + ", zone " + plain(time->zone, 10);
}

std::string software_version_words(const Scene& scene) {
  const std::optional<SoftwareVersion> version = as_software_version(scene.payload);
  if (!version) return phrase::unknown(scene.payload);
  if (!scene.result()) return "version request" + scene.who(" to ");
  std::string out = "version: " + plain(version->name + " " + version->version, phrase::kExcerpt);
  return version->system.empty() ? out : out + " on " + plain(version->system, 40);
}

std::string last_activity_words(const Scene& scene) {
  const std::optional<LastActivity> last = as_last_activity(scene.payload);
  if (!last) return phrase::unknown(scene.payload);
  if (!scene.result()) return "last activity request" + scene.who(" to ");
  if (!last->seconds) return "last activity: not told";
  std::string out = "last activity: " + std::to_string(*last->seconds) + " s ago";
  return last->status.empty() ? out : out + ", " + phrase::in_quotes(last->status, 40);
}

}  // namespace parser::payload
