// Files: the only place of captures/ that opens any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "captures/mapped_file.h"
#include "captures/output.h"
#include "captures/reader.h"

namespace captures {

// An append-only file. Refuses to overwrite an existing one unless told to; two writers on one file are
// refused (flock).
class FileOutput : public Output {
 public:
  // Empty error on success; else what is wrong and what to do.
  static std::unique_ptr<FileOutput> create(const std::string& path, bool overwrite, std::string& error);
  ~FileOutput() override;
  std::string write(std::string_view bytes) override;

 private:
  explicit FileOutput(int fd) : fd_(fd) {}
  int fd_;
};

// Removes what was written there, if it is there. Devices, pipes and whatever else is no file of its own
// stay.
void remove_written(const std::string& path);

// Feeds a whole file to a reader. `progress` (may be empty) gets bytes done and in all, now and then; false
// stops. Returns "" or what is wrong with the file.
std::string read_file(const std::string& path, Reader& reader,
                      const std::function<bool(uint64_t done, uint64_t all)>& progress = {});

// The same for a file that is mapped: the reader is given views of the mapping, and so are the Analyzer's
// events.
std::string read_mapped(const MappedFile& file, const std::string& path, Reader& reader,
                        const std::function<bool(uint64_t done, uint64_t all)>& progress = {});

// Follows a growing file.
class TailFile {
 public:
  static std::unique_ptr<TailFile> open(const std::string& path, std::string& error);
  ~TailFile();
  // Feeds at most `most` new bytes; returns how many there were (0: nothing new).
  size_t poll(Reader& reader, size_t most = 1 << 20);
  uint64_t size() const;  // of the file now

 private:
  explicit TailFile(int fd) : fd_(fd) {}
  int fd_;
  uint64_t offset_ = 0;
};

}  // namespace captures
