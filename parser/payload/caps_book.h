// Which capabilities each peer advertised last, so that an answer can be held against them (XEP-0115), and
// how the client asks (XEP-0030 §6.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/caps.h"
#include "parser/stream/connection.h"

namespace parser::payload {

// What a peer advertised last. The node and hash are known by their fingerprints only.
struct Advert {
  uint64_t peer = 0;           // fingerprint of its address as written; 0: the client of this stream
  uint64_t node_ver = 0;       // of "node#ver"
  bool with_hash = false;      // not the format from before version 1.4
  std::array<char, 8> hash{};  // name of the hash function, as far as it fits
  std::string_view hash_name() const;
};

class CapsBook {
 public:
  static constexpr size_t kMost = 128;  // peers; the one that was heard of longest ago is forgotten first
  // `peer`: as written in 'from'; empty: the client itself.
  void advertised(std::string_view peer, const Caps& caps);
  void gone(std::string_view peer);
  // Null where it advertised nothing, or that was forgotten.
  const Advert* find(std::string_view peer) const;

 private:
  static uint64_t key(std::string_view peer);
  std::vector<Advert> adverts_;
  size_t next_ = 0;  // the one to be replaced once the book is full
};

// Whether `node` ("http://x.example#ver") is what was advertised.
bool names(const Advert& advert, std::string_view node);

// Notices a client that asks one peer after the other what it could know from their capabilities.
class DiscoFlood {
 public:
  static constexpr size_t kMost = 20;  // needless questions in a minute that make a flood
  // A disco#info get to a full JID. True: this is the question that makes it one; told once.
  bool asked(Time time, std::string_view node);

 private:
  std::vector<uint64_t> nodes_;  // fingerprints of what was asked in this minute; at most 64
  Time since_{};
  size_t needless_ = 0;
  bool told_ = false;
};

}  // namespace parser::payload
