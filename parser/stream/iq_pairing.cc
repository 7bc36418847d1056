// Keeps the open requests of both directions and finds the one that a response belongs to.
//
// Looked up by a hash of the id, so that a session with thousands of open requests answers as quickly as one
// with two. Everything is bounded: open requests, candidates looked at for one id, answered ids.
#include "parser/stream/iq_pairing.h"

#include <algorithm>

#include "parser/jid/jid.h"

namespace parser {
namespace {

// Requests with one and the same id that a response is held against; a well-behaved peer has one open.
constexpr int kMaxCandidates = 64;

// FNV-1a. The keys of a hostile peer can be made to collide; kMaxCandidates bounds what that costs.
uint64_t hash(std::string_view text, uint64_t seed = 0xcbf29ce484222325u) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seed;
}

uint32_t hash_of_answer(std::string_view id, std::string_view peer) {
  const uint64_t value = hash(peer, hash(id) ^ 0xFF);
  return static_cast<uint32_t>(value ^ (value >> 32));
}

// Whether `named` is the account or the server that an absent address stands for. While the client's own
// address is not known, anything at the server's domain may be it.
bool is_implied(std::string_view named, const Self& self) {
  if (named.empty()) return true;
  if (!self.domain.empty() && same_jid(named, self.domain, self.profile)) return true;
  if (!self.jid.empty()) return same_bare_jid(named, self.jid, self.profile);
  return self.domain.empty() || same_jid(split_jid(named).domain, self.domain, self.profile);
}

// Whether `answering` may answer what was asked of `asked` (each as written, possibly absent). A request to
// nobody goes to the client's account or to the server (RFC 6120 §10.3), which answer under any of their
// names; what they answer may carry none (RFC 6120 §8.1.2.1).
bool peer_may_answer(std::string_view asked, std::string_view answering, const Self& self) {
  if (asked.empty()) return is_implied(answering, self);
  if (answering.empty()) return is_implied(asked, self);
  return same_jid(asked, answering, self.profile);
}

// Whether the response comes back to the entity that asked. A resource may be missing on either side: a
// request to the bare JID is answered by a client under its full one.
bool same_asker(std::string_view asker, std::string_view addressed, JidProfile profile) {
  return asker.empty() || addressed.empty() || same_bare_jid(asker, addressed, profile);
}

// What a request's texts take; the same for the element and for what is kept of it.
size_t bytes_of(const StreamEvent& event) {
  size_t bytes = event.id.size() + event.from.size() + event.to.size() + event.stanza_type.size();
  if (event.payload != nullptr) bytes += event.payload->ns.size() + event.payload->local.size();
  return bytes;
}
size_t bytes_of(const OpenIq& iq) {
  return iq.id.size() + iq.from.size() + iq.to.size() + iq.type.size() + iq.payload_ns.size() +
         iq.payload_local.size();
}

}  // namespace

void IqPairing::request(const StreamEvent& event) {
  if (event.id.empty() || limits_.max_open_iqs == 0) return;
  Side& side = sides_[index(event.direction)];
  const size_t bytes = bytes_of(event);
  if (bytes > limits_.max_open_iq_bytes) {
    ++forgotten_[index(event.direction)];
    return;
  }
  while (side.open.size() >= limits_.max_open_iqs || side.bytes + bytes > limits_.max_open_iq_bytes) {
    forget(side, side.open.begin(), hash(side.open.begin()->second.id));
    ++forgotten_[index(event.direction)];
  }
  side.bytes += bytes;
  const uint64_t number = side.next_number++;
  OpenIq& iq = side.open.emplace_hint(side.open.end(), number, OpenIq())->second;
  iq.id = event.id;
  iq.from = event.from;
  iq.to = event.to;
  iq.type = event.stanza_type;
  if (event.payload != nullptr) {
    iq.payload_ns = event.payload->ns;
    iq.payload_local = event.payload->local;
  }
  iq.frame = event.frame;
  iq.time = event.time;
  iq.range = event.range;
  side.by_id.emplace(hash(event.id), number);
}

IqPairing::Match IqPairing::response(const StreamEvent& event, const Self& self) {
  const Direction asked_in = opposite(event.direction);
  Side& side = sides_[index(asked_in)];
  // The peer is whoever the asking end spoke to: seen from the client it is in `from` of the response; seen
  // from the server's side the asker is the peer, and the client's response names it in `to`.
  const bool client_asked = asked_in == Direction::kC2S;
  const std::string_view peer = client_asked ? event.from : event.to;
  const std::string_view own = client_asked ? event.to : event.from;

  auto best = side.open.end();
  auto wrong = side.open.end();
  const uint64_t id_hash = hash(event.id);
  int candidates = 0;
  for (auto it = side.by_id.lower_bound({id_hash, 0});
       it != side.by_id.end() && it->first == id_hash && candidates < kMaxCandidates; ++it, ++candidates) {
    const auto found = side.open.find(it->second);
    if (found == side.open.end() || found->second.id != event.id) continue;
    const OpenIq& iq = found->second;
    const bool fits = peer_may_answer(client_asked ? iq.to : iq.from, peer, self) &&
                      same_asker(client_asked ? iq.from : iq.to, own, self.profile);
    if (fits) {
      best = found;  // numbers ascend: the oldest is answered first
      break;
    }
    if (wrong == side.open.end()) wrong = found;
  }

  Match result;
  const uint32_t answer = hash_of_answer(event.id, peer);
  if (best != side.open.end()) {
    result.match = IqMatch::kAnswered;
    result.request = best->second;
    forget(side, best, id_hash);
    remember_answered(side, answer);
  } else if (std::find(side.answered.begin(), side.answered.end(), answer) != side.answered.end()) {
    result.match = IqMatch::kDuplicate;
  } else if (wrong != side.open.end()) {
    result.match = IqMatch::kWrongFrom;
    result.request = wrong->second;
  }
  return result;
}

void IqPairing::forget(Side& side, std::map<uint64_t, OpenIq>::iterator request, uint64_t id_hash) {
  side.by_id.erase({id_hash, request->first});
  side.bytes -= bytes_of(request->second);
  side.open.erase(request);
}

void IqPairing::remember_answered(Side& side, uint32_t answer) {
  if (limits_.max_answered_ids == 0) return;
  if (side.answered.size() < limits_.max_answered_ids) {
    side.answered.push_back(answer);
    return;
  }
  side.answered[side.answered_next] = answer;
  side.answered_next = (side.answered_next + 1) % limits_.max_answered_ids;
}

}  // namespace parser
