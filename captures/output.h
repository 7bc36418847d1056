// Where a capture's bytes go. The one place that knows of files is captures/file.{h,cc}.
#pragma once

#include <string>
#include <string_view>

namespace captures {

class Output {
 public:
  virtual ~Output() = default;
  // Appends. Returns what went wrong in words ("no space left on device"), or "" when all was taken.
  // After a failure nothing more is written.
  virtual std::string write(std::string_view bytes) = 0;
};

}  // namespace captures
