// Short lists, searched from their ends: what matters is what happened last.
#include "parser/stream/server_history.h"

#include <algorithm>
#include <charconv>

#include "parser/jid/jid.h"

namespace parser {
namespace {

constexpr size_t kMaxName = 1024;
constexpr uint64_t kStep = 16;  // a counter that other clients use, too, skips some

uint64_t hash_of(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

// "session17" as "session" and 17.
struct Counted {
  std::string_view name;
  std::optional<uint64_t> number;
};
Counted counted(std::string_view text) {
  size_t digits = text.size();
  while (digits > 0 && text[digits - 1] >= '0' && text[digits - 1] <= '9') --digits;
  Counted result{text.substr(0, digits), std::nullopt};
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, problem] = std::from_chars(text.data() + digits, end, value);
  if (digits < text.size() && problem == std::errc() && behind == end) result.number = value;
  return result;
}

bool follows(std::string_view before, std::string_view after) {
  const Counted a = counted(before);
  const Counted b = counted(after);
  return a.number && b.number && a.name == b.name && *b.number > *a.number && *b.number - *a.number <= kStep;
}

}  // namespace

void ServerHistory::thrown_out(std::string_view jid, uint64_t frame, Time time) {
  const JidSplit parts = split_jid(jid);
  if (!parts.has_resource || jid.size() > 3 * kMaxName) return;
  if (conflicts_.size() >= kMostAccounts) conflicts_.pop_front();
  conflicts_.push_back({std::string(jid.substr(0, jid.find('/'))), std::string(parts.resource), frame, time});
}

const ServerHistory::Conflict* ServerHistory::conflict_of(std::string_view account,
                                                          std::string_view resource) const {
  for (auto conflict = conflicts_.rbegin(); conflict != conflicts_.rend(); ++conflict) {
    if (conflict->resource == resource && same_jid(conflict->account, account)) return &*conflict;
  }
  return nullptr;
}

ServerHistory::Server& ServerHistory::server(std::string_view domain) {
  for (Server& known : servers_) {
    if (known.domain == domain) return known;
  }
  if (servers_.size() >= kMostServers) servers_.pop_front();
  servers_.emplace_back().domain = domain;
  return servers_.back();
}

void ServerHistory::chose_resource(std::string_view domain, std::string_view resource, uint64_t frame) {
  resource_frame_ = frame;
  pattern_ = Pattern::kNone;
  if (domain.size() > kMaxName || resource.size() > kMaxName) return;
  auto& seen = server(domain).resources;
  if (seen.size() >= kSamples) seen.pop_front();
  seen.emplace_back(resource);
  if (seen.size() < 3) return;
  const std::string& third = seen[seen.size() - 1];
  const std::string& second = seen[seen.size() - 2];
  const std::string& first = seen[seen.size() - 3];
  if (first == second && second == third) pattern_ = Pattern::kSame;
  if (follows(first, second) && follows(second, third)) pattern_ = Pattern::kCounted;
}

void ServerHistory::refused(std::string_view domain, std::string_view user, std::string_view mechanism,
                            std::string_view condition, uint64_t frame) {
  failure_frame_ = frame;
  unlike_.reset();
  if (domain.size() > kMaxName || user.empty() || condition.empty() || condition.size() > kMaxName ||
      mechanism.size() > kMaxName) {
    return;
  }
  Server& known = server(domain);
  Failure failure{hash_of(user), std::string(mechanism), std::string(condition), frame};
  for (auto earlier = known.failures.rbegin(); earlier != known.failures.rend(); ++earlier) {
    if (earlier->user == failure.user || earlier->mechanism != failure.mechanism) continue;
    if (earlier->condition == failure.condition || known.told_failures) continue;
    unlike_ = *earlier;
    known.told_failures = true;
    break;
  }
  if (known.failures.size() >= kSamples) known.failures.pop_front();
  known.failures.push_back(std::move(failure));
}

}  // namespace parser
