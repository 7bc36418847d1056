// Blocks are walked over the mapped file and copied as they are; only the option list of a packet whose note
// changes is put together anew, in the byte order of its section.
#include "captures/marks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "captures/mapped_file.h"
#include "captures/pcapng.h"
#include "captures/utf8.h"

namespace captures {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kWithoutWords = "marked";  // what Wireshark shows of a mark without words

void put16(std::string& out, uint16_t value, bool swapped) {
  if (swapped) value = __builtin_bswap16(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put32(std::string& out, uint32_t value, bool swapped) {
  if (swapped) value = __builtin_bswap32(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_option(std::string& out, uint16_t code, std::string_view value, bool swapped) {
  put16(out, code, swapped);
  put16(out, static_cast<uint16_t>(value.size()), swapped);
  out.append(value);
  out.append(pcapng::padded(value.size()) - value.size(), '\0');
}

std::string reason(int number) {
  return std::generic_category().message(number);
}

// A file that is removed again unless keep() was called.
class NewFile {
 public:
  explicit NewFile(const std::string& beside, mode_t mode) : path_(beside + ".XXXXXX") {
    fd_ = ::mkstemp(path_.data());
    if (fd_ >= 0) ::fchmod(fd_, mode & 07777);
  }
  ~NewFile() {
    if (fd_ >= 0) ::close(fd_);
    if (fd_ >= 0 && !kept_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  bool open() const { return fd_ >= 0; }
  std::string write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return "Cannot write " + path_ + ": " + reason(put < 0 ? errno : ENOSPC) + ".";
      bytes.remove_prefix(static_cast<size_t>(put));
    }
    return {};
  }
  std::string take_place_of(const std::string& path) {
    if (::fsync(fd_) != 0 || ::rename(path_.c_str(), path.c_str()) != 0) {
      return "Cannot put the new file in the place of " + path + ": " + reason(errno) + ".";
    }
    kept_ = true;
    return {};
  }

 private:
  std::string path_;
  int fd_ = -1;
  bool kept_ = false;
};

}  // namespace

std::string mark_option(std::string_view text) {
  return Json{{"mark", {{"text", readable(text.substr(0, kMostMarkText), kMostMarkText)}}}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

bool parse_mark(std::string_view option, std::string& text) {
  if (!option.starts_with("{\"mark\"")) return false;
  const Json json = Json::parse(option, nullptr, false);
  if (!json.is_object() || !json.contains("mark") || !json["mark"].is_object()) return false;
  const Json& mark = json["mark"];
  text = mark.contains("text") && mark["text"].is_string() ? mark["text"].get<std::string>() : std::string();
  return true;
}

namespace detail {

BlockAt next_block(std::string_view rest, bool& swapped) {
  pcapng::Block block;
  size_t needed = 0;
  std::string why;
  if (pcapng::cut_block(rest, swapped, block, needed, why) != pcapng::Cut::kBlock) return {};
  const bool enhanced = block.type == pcapng::kEnhancedPacket;
  const bool packet =
      enhanced || block.type == pcapng::kSimplePacket || block.type == pcapng::kObsoletePacket;
  return {rest.substr(0, block.size), packet, enhanced, block.swapped};
}

std::string with_mark(std::string_view block, bool swapped, const std::string* text) {
  // Nearly every packet has no note and gets none.
  if (text == nullptr && block.find("{\"mark\"") == std::string_view::npos) return {};
  pcapng::Fields fields(block.substr(8, block.size() - 12), swapped);
  for (int i = 0; i < 3; ++i) fields.u32();
  const uint32_t captured = fields.u32();
  fields.u32();
  fields.bytes(captured);
  if (!fields.ok()) return {};
  const size_t options_at = block.size() - 4 - fields.rest().size();
  std::string kept;
  std::string before;  // the option that came last: a note's comment goes with its mark
  std::string old;
  bool had = false;
  const char* option_at = fields.rest().data();
  pcapng::Options options(fields);
  for (pcapng::Option option; options.next(option);) {
    // The option as it stands in the file, padding included.
    const char* end = option.value.data() + option.value.size();
    end += pcapng::padded(static_cast<size_t>(end - option_at)) - static_cast<size_t>(end - option_at);
    const std::string whole(option_at, static_cast<size_t>(end - option_at));
    option_at = end;
    if (option.ours && option.code == pcapng::kCustomText && parse_mark(option.value, old)) {
      had = true;
      before.clear();  // its comment
      continue;
    }
    kept += before;
    before.clear();
    if (option.code == pcapng::kComment) {
      before = whole;
    } else {
      kept += whole;
    }
  }
  kept += before;
  if (options.damaged() || (had && text != nullptr && old == *text)) return {};
  if (!had && text == nullptr) return {};
  if (text != nullptr) {
    const std::string words = readable(text->substr(0, kMostMarkText), kMostMarkText);
    put_option(kept, pcapng::kComment, words.empty() ? kWithoutWords : std::string_view(words), swapped);
    std::string custom;
    put32(custom, pcapng::kEnterprise, swapped);
    put_option(kept, pcapng::kCustomText, custom + mark_option(*text), swapped);
  }
  if (!kept.empty()) put32(kept, pcapng::kEndOfOptions, swapped);
  std::string out(block.substr(0, 4));
  const auto size = static_cast<uint32_t>(options_at + kept.size() + 4);
  if (size > pcapng::kMaxBlock) return {};
  put32(out, size, swapped);
  out += block.substr(8, options_at - 8);
  out += kept;
  put32(out, size, swapped);
  return out;
}

}  // namespace detail

std::string save_marks(const std::string& path, const Marks& marks) {
  std::string error;
  const auto file = MappedFile::open(path, error);
  if (file == nullptr) return error.empty() ? path + " is not a file that can be read as a whole." : error;
  const int old = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  const bool busy = old < 0 || ::flock(old, LOCK_EX | LOCK_NB) != 0;
  if (old < 0 || busy || ::fstat(old, &status) != 0) {
    if (old >= 0) ::close(old);
    return path + " is being recorded. Notes can be saved when the recording has ended.";
  }
  NewFile fresh(path, status.st_mode);
  if (!fresh.open()) {
    error = "Cannot write beside " + path + ": " + reason(errno) + ".";
  } else {
    error = rewrite_marks(file->bytes(), marks, [&](std::string_view bytes) { return fresh.write(bytes); });
    if (error.empty() && file->was_cut()) error = path + " was cut shorter by another program.";
    if (error.empty()) error = fresh.take_place_of(path);
  }
  ::close(old);
  return error;
}

}  // namespace captures
