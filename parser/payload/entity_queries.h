// The small questions: are you there, what time is it, which software, since when idle (XEP-0199, XEP-0202,
// XEP-0092, XEP-0012).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "parser/payload/date_time.h"
#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct EntityTime {
  std::string zone;  // "+02:00"
  std::string utc;   // as written
  std::optional<DateTime> when;
};
std::optional<EntityTime> as_entity_time(const xml::Element& time);

struct SoftwareVersion {
  std::string name;
  std::string version;
  std::string system;
};
std::optional<SoftwareVersion> as_software_version(const xml::Element& query);

struct LastActivity {
  std::optional<uint64_t> seconds;
  std::string status;
};
std::optional<LastActivity> as_last_activity(const xml::Element& query);

std::string ping_words(const Scene& scene);
std::string entity_time_words(const Scene& scene);
std::string software_version_words(const Scene& scene);
std::string last_activity_words(const Scene& scene);

}  // namespace parser::payload
