// Plain POSIX: one descriptor, no buffer (the writer has one), whole blocks or nothing.
#include "captures/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace captures {
namespace {

constexpr size_t kPiece = 1u << 20;

std::string reason(int number) {
  return std::generic_category().message(number);
}

// "" or the reason why it could not be opened as a file to read.
std::string open_to_read(const std::string& path, int& fd) {
  fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "Cannot open " + path + ": " + reason(errno) + ".";
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(fd);
    fd = -1;
    return "Cannot open " + path + ": it is a folder. Name a capture file.";
  }
  return {};
}

// Reads once, at most `size` bytes; -1 on an error.
ssize_t read_some(int fd, char* to, size_t size, uint64_t offset) {
  ssize_t got = 0;
  do {
    got = ::pread(fd, to, size, static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  return got;
}

uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && status.st_size > 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace

std::unique_ptr<FileOutput> FileOutput::create(const std::string& path, bool overwrite, std::string& error) {
  error.clear();
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | (overwrite ? 0 : O_EXCL), 0600);
  if (fd < 0) {
    error = errno == EEXIST
                ? path + " exists already. Choose another name, or say that it may be overwritten."
                : "Cannot create " + path + ": " + reason(errno) + ".";
    return nullptr;
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    error = errno == EWOULDBLOCK
                ? path + " is being written by another stanzascope. Choose another name, or stop that one."
                : "Cannot lock " + path + ": " + reason(errno) + ".";
    ::close(fd);
    return nullptr;
  }
  struct stat status {};
  if (overwrite && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ::ftruncate(fd, 0) != 0) {
    error = "Cannot empty " + path + ": " + reason(errno) + ".";
    ::close(fd);
    return nullptr;
  }
  return std::unique_ptr<FileOutput>(new FileOutput(fd));
}

FileOutput::~FileOutput() {
  ::close(fd_);
}

std::string FileOutput::write(std::string_view bytes) {
  const uint64_t size_before = size_of(fd_);
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const int number = put < 0 ? errno : ENOSPC;
      // What did not fit as a whole is taken back, so that the file ends with a whole block. Where that
      // cannot be done, readers report a cut block.
      const int taken_back = ::ftruncate(fd_, static_cast<off_t>(size_before));
      std::string what = number == ENOSPC ? "no space left on the device" : reason(number);
      if (taken_back != 0) what += "; the last block in the file may be cut";
      return what;
    }
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

void remove_written(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) ::unlink(path.c_str());
}

std::string read_file(const std::string& path, Reader& reader,
                      const std::function<bool(uint64_t done, uint64_t all)>& progress) {
  int fd = -1;
  const std::string error = open_to_read(path, fd);
  if (!error.empty()) return error;
  const uint64_t all = size_of(fd);
  std::string piece(kPiece, '\0');
  uint64_t done = 0;
  std::string trouble;
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      trouble = "Cannot read " + path + " behind byte " + std::to_string(done) + ": " + reason(errno) + ".";
    if (got <= 0) break;
    done += static_cast<uint64_t>(got);
    reader.feed(std::string_view(piece).substr(0, static_cast<size_t>(got)));
    if (reader.failed() || (progress && !progress(done, std::max(all, done)))) break;
  }
  ::close(fd);
  reader.finish();
  if (!trouble.empty()) return trouble;
  return reader.failed() ? path + ": " + reader.error() : std::string();
}

std::string read_mapped(const MappedFile& file, const std::string& path, Reader& reader,
                        const std::function<bool(uint64_t done, uint64_t all)>& progress) {
  const std::string_view all = file.bytes();
  // The first pieces are small, so that something is there at once.
  size_t piece = kPiece / 16;
  for (size_t done = 0; done < all.size(); piece = std::min(piece * 2, kPiece)) {
    const std::string_view some = all.substr(done, piece);
    reader.feed(some);
    done += some.size();
    if (reader.failed() || (progress && !progress(done, all.size()))) break;
  }
  reader.finish();
  if (file.was_cut()) return path + " was cut shorter by another program while it was read.";
  return reader.failed() ? path + ": " + reader.error() : std::string();
}

std::unique_ptr<TailFile> TailFile::open(const std::string& path, std::string& error) {
  int fd = -1;
  error = open_to_read(path, fd);
  if (!error.empty()) return nullptr;
  return std::unique_ptr<TailFile>(new TailFile(fd));
}

TailFile::~TailFile() {
  ::close(fd_);
}

size_t TailFile::poll(Reader& reader, size_t most) {
  const uint64_t now = size();
  if (now <= offset_ || most == 0) return 0;
  std::string piece(static_cast<size_t>(std::min<uint64_t>(std::min(most, kPiece), now - offset_)), '\0');
  const ssize_t got = read_some(fd_, piece.data(), piece.size(), offset_);
  if (got <= 0) return 0;
  offset_ += static_cast<uint64_t>(got);
  reader.feed(std::string_view(piece).substr(0, static_cast<size_t>(got)));
  return static_cast<size_t>(got);
}

uint64_t TailFile::size() const {
  return size_of(fd_);
}

}  // namespace captures
