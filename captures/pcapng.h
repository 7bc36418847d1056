// The container: pcapng blocks and options, written and read.
//
// Source: draft-ietf-opsawg-pcapng. Written in this machine's byte order, read in both. Reading trusts no
// length: whatever the bytes are, views stay inside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace captures::pcapng {

// Block types.
constexpr uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr uint32_t kInterface = 1;
constexpr uint32_t kObsoletePacket = 2;
constexpr uint32_t kSimplePacket = 3;
constexpr uint32_t kNameResolution = 4;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kDecryptionSecrets = 10;

// Options of every block.
constexpr uint16_t kEndOfOptions = 0;
constexpr uint16_t kComment = 1;
constexpr uint16_t kCustomText = 2988;    // copied along by tools that do not know it, UTF-8
constexpr uint16_t kCustomBinary = 2989;  // likewise, bytes
// Options of one kind of block.
constexpr uint16_t kSectionApplication = 4;    // shb_userappl
constexpr uint16_t kInterfaceName = 2;         // if_name
constexpr uint16_t kInterfaceDescription = 3;  // if_description
constexpr uint16_t kInterfaceResolution = 9;   // if_tsresol
constexpr uint16_t kPacketFlags = 2;           // epb_flags

// Whose custom options ours are: the private enterprise number that RFC 5612 sets aside for documentation
// and examples. This project has no number of its own; what follows it is therefore tagged (see
// docs/CAPTURE_FORMAT.md).
constexpr uint32_t kEnterprise = 32473;

constexpr uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr uint16_t kLinkEthernet = 1;
constexpr uint32_t kSecretsTls = 0x544C534B;  // SSLKEYLOGFILE lines

// No block is longer than this, in either direction; a longer one counts as damage.
constexpr size_t kMaxBlock = 16u << 20;
// An option's value is at most this long.
constexpr size_t kMaxOption = 65'000;

constexpr size_t padded(size_t size) {
  return (size + 3) & ~size_t{3};
}

// Writes one block at the end of `out`; the destructor closes it (end of options, padding, both lengths).
class BlockWriter {
 public:
  BlockWriter(std::string& out, uint32_t type);
  ~BlockWriter();
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  void u16(uint16_t value);
  void u32(uint32_t value);
  void u64(uint64_t value);
  void bytes(std::string_view value);  // padded to 4 bytes
  // A value longer than kMaxOption is cut.
  void option(uint16_t code, std::string_view value);
  // One of our custom options: the enterprise number, then `value`.
  void custom(uint16_t code, std::string_view value);

 private:
  std::string& out_;
  size_t begin_;
  bool options_ = false;
};

// Options by themselves, to be gathered before their packet is written. A value longer than kMaxOption is
// cut.
void append_option(std::string& out, uint16_t code, std::string_view value);
void append_custom(std::string& out, uint16_t code, std::string_view value);

struct Packet {
  uint32_t interface = 0;
  uint64_t time = 0;  // microseconds since 1970
  std::string_view headers;
  std::string_view payload;  // behind the headers
  uint32_t flags = 0;        // epb_flags
  std::string_view record;   // value of one custom binary option; short
  std::string_view options;  // further ones, as append_option() made them
};
// A whole enhanced packet block; made for speed, since each stanza of a session is one.
void append_packet(std::string& out, const Packet& packet);

// Takes numbers and bytes off the front of a block's body; after the first that does not fit, all are zero
// and ok() is false.
class Fields {
 public:
  Fields(std::string_view body, bool swapped) : rest_(body), swapped_(swapped) {}
  uint16_t u16();
  uint32_t u32();
  uint64_t u64();
  std::string_view bytes(size_t size);  // and the padding behind it, where it is there
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }
  bool swapped() const { return swapped_; }

 private:
  std::string_view rest_;
  bool swapped_;
  bool ok_ = true;
};

struct Option {
  uint16_t code = 0;
  std::string_view value;  // of a custom option of ours: what is behind the enterprise number
  bool ours = false;       // a custom option with our enterprise number
};

// Walks a list of options.
class Options {
 public:
  explicit Options(Fields fields) : fields_(fields) {}
  bool next(Option& option);                 // false: no more
  bool damaged() const { return damaged_; }  // an option reached beyond its block

 private:
  Fields fields_;
  bool damaged_ = false;
};

struct Block {
  uint32_t type = 0;
  std::string_view body;  // without type and lengths
  bool swapped = false;   // its section has the other byte order
  size_t size = 0;        // in the file
};

enum class Cut : uint8_t { kBlock, kMore, kDamaged };

// Cuts the block at the front of `bytes`. `swapped` is the byte order of the section and is set by section
// headers. kMore: `needed` is how long the block is, as far as can be told yet. kDamaged: `why` says it.
Cut cut_block(std::string_view bytes, bool& swapped, Block& block, size_t& needed, std::string& why);

}  // namespace captures::pcapng
