// Rows as text for the clipboard.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "viewer/model/capture_store.h"
#include "viewer/model/reparser.h"

namespace viewer {

enum class CopyForm : uint8_t {
  kXml,         // the bytes as they were sent, an element per line
  kJson,        // a JSON object per line
  kTranscript,  // C: and S:, as `lint` and `import` read it; secrets are masked
  kWireshark,   // a display filter for the frames
  kSummary,     // a line as the table shows it
};

inline constexpr size_t kMostCopied = 100'000;  // rows; further ones are left out

// `rows` ascending.
std::string copy_rows(const CaptureStore& store, Reparser& reparser, std::span<const RowIndex> rows,
                      CopyForm form);

}  // namespace viewer
