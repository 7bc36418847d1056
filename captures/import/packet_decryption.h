// What TLS hides in a capture, by tshark and a key log.
//
// tshark is run as a program: it knows all versions and ciphers. It is asked which TCP connections have TLS,
// and then to follow each of them, which tells the clear bytes by the packet that completed them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace captures {

class PacketDecryption {
 public:
  static constexpr size_t kMost = 512u << 20;  // bytes that are kept

  // "" or what is wrong: tshark is not installed, or could not read the files.
  std::string run(const std::string& capture, const std::string& keylog);
  // Takes what was decrypted in that packet, in order.
  std::vector<std::string> of(uint64_t frame);
  bool truncated() const { return truncated_; }

  // One line of tshark's `-z follow,tls,yaml` (for tests: it comes from outside).
  void take_line(std::string_view line);

 private:
  std::map<uint64_t, std::vector<std::string>> clear_;
  uint64_t frame_ = 0;
  bool data_ = false;  // base64 lines follow
  std::string base64_;
  size_t bytes_ = 0;
  bool truncated_ = false;
  void flush();
};

}  // namespace captures
