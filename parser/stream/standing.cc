// Whether a resource is connected, interested, available or gone follows from two flags (RFC 6121 §2.2, §4);
// what is switched on beside it is said on top.
#include "parser/stream/standing.h"

namespace parser {
namespace {

struct Part {
  std::string_view name;
  std::string_view caption;
};

std::vector<Part> parts(const Standing& standing) {
  std::vector<Part> out;
  if (!standing.client) return out;
  if (standing.available) {
    out.push_back({"available",
                   "the client is available: it gets messages to its bare JID and its contacts' presence"});
  } else if (standing.unavailable) {
    out.push_back(
        {"unavailable",
         "the client has said goodbye but keeps the stream: only what is sent to its full JID comes"});
  } else if (standing.resumed) {
    out.push_back({"resumed", "roster and presence are those of the session that was resumed"});
  } else if (standing.interested) {
    out.push_back(
        {"interested",
         "the client has asked for its roster, so changes are pushed to it; it is not available yet"});
  } else {
    out.push_back(
        {"connected",
         "the client is connected but has sent no presence: to its contacts it does not exist yet"});
  }
  if (standing.available && !standing.interested && !standing.resumed) {
    out.push_back({"not-interested", "it has not asked for its roster, so no changes are pushed to it"});
  }
  if (standing.managed) {
    out.push_back({"sm", "stream management is on: stanzas are counted and acknowledged"});
  }
  if (standing.inactive) {
    out.push_back(
        {"csi-inactive", "the client says that nobody looks: the server may hold back what can wait"});
  }
  return out;
}

}  // namespace

std::vector<std::string_view> names(const Standing& standing) {
  std::vector<std::string_view> out;
  for (const Part& part : parts(standing)) out.push_back(part.name);
  return out;
}

std::vector<std::string_view> captions(const Standing& standing) {
  std::vector<std::string_view> out;
  for (const Part& part : parts(standing)) out.push_back(part.caption);
  return out;
}

}  // namespace parser
