#include "captures/file_index.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "captures/zstd_stream.h"

namespace captures {
namespace {

constexpr uint64_t kWorthKeeping = 16u << 20;

bool identify(const std::string& path, std::string_view bytes, FileIdentity& identity) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  identity.size = bytes.size();
  identity.modified = static_cast<uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                      static_cast<uint64_t>(status.st_mtim.tv_nsec);
  identity.digest = identity_digest(bytes);
  return static_cast<uint64_t>(status.st_size) == identity.size;
}

// Whatever goes wrong costs time the next time, and nothing else.
void keep(const std::string& path, const std::string& bytes) {
  std::string part = path + ".XXXXXX";
  const int fd = ::mkstemp(part.data());
  if (fd < 0) return;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t put = ::write(fd, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    rest.remove_prefix(static_cast<size_t>(put));
  }
  const bool whole = ::close(fd) == 0 && rest.empty();
  if (!whole || ::rename(part.c_str(), path.c_str()) != 0) ::unlink(part.c_str());
}

}  // namespace

std::optional<IndexedFile> open_indexed(const std::string& path, std::string& error, std::string& why,
                                        const std::function<bool(uint64_t, uint64_t)>& progress) {
  IndexedFile result;
  result.file = MappedFile::open(path, error);
  if (!result.file) {
    why = "it is no ordinary file";
    return std::nullopt;
  }
  const std::string_view bytes = result.file->bytes();
  if (is_zstd(bytes)) {
    why = "it is compressed";
    return std::nullopt;
  }
  FileIdentity identity;
  if (!identify(path, bytes, identity)) {
    why = "it is growing";
    return std::nullopt;
  }
  const std::string beside = path + ".idx";
  std::string ignored;
  if (const auto kept = MappedFile::open(beside, ignored)) {
    if (auto index = CaptureIndex::decode(kept->bytes(), identity); index && !kept->was_cut()) {
      result.index = std::move(*index);
      return result;
    }
  }
  auto index = CaptureIndex::build(bytes, why, progress);
  if (!index) return std::nullopt;
  result.index = std::move(*index);
  result.built = true;
  if (bytes.size() >= kWorthKeeping) keep(beside, result.index.encode(identity));
  return result;
}

}  // namespace captures
