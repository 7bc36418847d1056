// The index of a capture (captures/capture_index.h), kept beside it as FILE.idx.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "captures/capture_index.h"
#include "captures/mapped_file.h"

namespace captures {

// A capture that was opened by its index.
struct IndexedFile {
  std::unique_ptr<MappedFile> file;
  CaptureIndex index;
  bool built = false;  // anew: there was none, or it was of another file
};

// Uses the index beside the file where it is of exactly this file, else makes one; one of a file of 16 MiB or
// more is kept for the next time, where the folder can be written to. Nothing where the file cannot be opened
// (`error` is set then), or has no index (`error` is empty, `why` says it): read it as a whole.
std::optional<IndexedFile> open_indexed(const std::string& path, std::string& error, std::string& why,
                                        const std::function<bool(uint64_t, uint64_t)>& progress = {});

}  // namespace captures
