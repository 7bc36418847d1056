// A ring of fingerprints: a contact list with hundreds of devices costs three kilobytes.
#include "parser/payload/caps_book.h"

#include <algorithm>

#include "parser/payload/fingerprint.h"

namespace parser::payload {
namespace {

constexpr size_t kMostNodes = 64;

}  // namespace

std::string_view Advert::hash_name() const {
  return {hash.data(), static_cast<size_t>(std::find(hash.begin(), hash.end(), '\0') - hash.begin())};
}

uint64_t CapsBook::key(std::string_view peer) {
  return peer.empty() ? 0 : fingerprint(peer);
}

void CapsBook::advertised(std::string_view peer, const Caps& caps) {
  const uint64_t who = key(peer);
  auto found = std::find_if(adverts_.begin(), adverts_.end(), [&](const Advert& a) { return a.peer == who; });
  if (found == adverts_.end()) {
    if (adverts_.size() < kMost) {
      found = adverts_.insert(adverts_.end(), Advert());
    } else {
      found = adverts_.begin() + static_cast<std::ptrdiff_t>(next_);
      next_ = (next_ + 1) % kMost;
    }
  }
  found->peer = who;
  found->node_ver = fingerprint(caps.ver, fingerprint("#", fingerprint(caps.node)));
  found->with_hash = !caps.hash.empty();
  found->hash = {};
  std::copy_n(caps.hash.begin(), std::min(caps.hash.size(), found->hash.size()), found->hash.begin());
}

void CapsBook::gone(std::string_view peer) {
  const uint64_t who = key(peer);
  std::erase_if(adverts_, [&](const Advert& advert) { return advert.peer == who; });
  next_ = 0;
}

const Advert* CapsBook::find(std::string_view peer) const {
  const uint64_t who = key(peer);
  for (const Advert& advert : adverts_) {
    if (advert.peer == who) return &advert;
  }
  return nullptr;
}

bool names(const Advert& advert, std::string_view node) {
  return !node.empty() && advert.node_ver == fingerprint(node);
}

bool DiscoFlood::asked(Time time, std::string_view node) {
  if (time - since_ > std::chrono::minutes(1)) {
    since_ = time;
    needless_ = 0;
    nodes_.clear();
  }
  // The first question about a hash is what capabilities are for.
  const uint64_t what = fingerprint(node);
  if (!node.empty() && std::find(nodes_.begin(), nodes_.end(), what) == nodes_.end()) {
    if (nodes_.size() < kMostNodes) nodes_.push_back(what);
    return false;
  }
  if (++needless_ < kMost || told_) return false;
  told_ = true;
  return true;
}

}  // namespace parser::payload
