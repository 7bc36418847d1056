// Regular expressions for `matches`: no pattern and no subject can hang or crash the caller.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace parser::filter {

class Regex {
 public:
  struct Error {
    std::string message;
    size_t offset = 0;  // in the pattern, bytes
  };
  // Patterns are UTF-8 and case is ignored, as with Wireshark's `matches`; "(?-i)" switches that off.
  static std::variant<Regex, Error> compile(std::string_view pattern);

  // Whether the pattern is found in the text; bytes that are not UTF-8 count as U+FFFD. A match that takes
  // more than kMaxSteps or kMaxStackBytes is given up and counts as not found.
  bool found_in(std::string_view text);

  static constexpr int kMaxSteps = 30;  // of ICU's units, each 10,000 steps of its engine
  static constexpr int kMaxStackBytes = 1 << 20;

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

 private:
  class Impl;
  explicit Regex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parser::filter
