// Names in exchange for names: the same one always for the same one, two never for one, and of the same size
// in bytes, so that nothing that is counted or compared comes out differently.
//
// Case apart: "Romeo" and "romeo" become "Kqvzt" and "kqvzt". Letters become letters of their script, digits
// digits; punctuation stays where it is.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace captures {

class Pseudonyms {
 public:
  // Longer texts are remembered by a hash and may, with the odds of 64 bits, share a pseudonym's seed.
  static constexpr size_t kLongestName = 128;  // bytes
  // Beyond this many names, new ones are no longer told apart: full() says so.
  static constexpr size_t kMostNames = 4'000'000;

  // The same seed gives the same pseudonyms for the same names in the same order. `avoid`: lower-case words
  // that no pseudonym may contain.
  explicit Pseudonyms(uint64_t seed, std::vector<std::string> avoid = {});

  // Of any UTF-8; bytes that are none stay. What looks like a hash in hexadecimal digits keeps looking so.
  std::string of(std::string_view name);
  // Numeric addresses: 127.0.0.0/8 and ::1 stay, others become addresses of the documentation and benchmark
  // nets (RFC 5737, RFC 2544, RFC 3849), without regard to size. Anything else is returned as it is.
  std::string of_ip(std::string_view address);

  size_t names() const { return names_.size() + texts_.size(); }
  bool full() const { return full_; }

 private:
  using Candidates = std::vector<const std::vector<char32_t>*>;

  std::string make(std::string_view lower, const Candidates& candidates);
  bool taken(const std::string& name) const;

  std::mt19937_64 random_;
  std::vector<std::string> avoid_;
  std::unordered_map<std::string, std::string> names_;  // lower-case → lower-case
  std::unordered_set<std::string> given_;
  std::unordered_map<uint64_t, uint64_t> texts_;  // hash → seed
  std::unordered_map<std::string, std::string> ips_;
  bool full_ = false;
};

}  // namespace captures
