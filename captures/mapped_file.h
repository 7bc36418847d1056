// A whole file as memory: pages are read when they are looked at and given back under pressure, so that a
// capture of any size costs no memory of our own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace captures {

class MappedFile {
 public:
  // Null: `error` says what is wrong and what to do. Also null, with an empty error, where the file cannot be
  // mapped but may well be read (a pipe, an empty file).
  static std::unique_ptr<MappedFile> open(const std::string& path, std::string& error);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // As long as the file was when it was opened; valid as long as this lives. Where somebody cuts the file
  // shorter meanwhile, what is gone reads as zeros and was_cut() says so.
  std::string_view bytes() const { return bytes_; }
  bool was_cut() const;

 private:
  MappedFile(std::string_view bytes, size_t slot) : bytes_(bytes), slot_(slot) {}
  std::string_view bytes_;
  size_t slot_;
};

}  // namespace captures
