// An Output that keeps everything in memory.
#pragma once

#include <string>
#include <string_view>

#include "captures/output.h"

namespace captures::testing {

class StringOutput : public Output {
 public:
  std::string write(std::string_view bytes) override {
    if (file.size() + bytes.size() > room) return "no space left on the device";
    file.append(bytes);
    return {};
  }

  std::string file;
  size_t room = std::string::npos;  // bytes that fit
};

}  // namespace captures::testing
