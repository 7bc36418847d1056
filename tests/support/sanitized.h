// Under a sanitizer a test costs ten times and more; what tries every place then tries a part of them.
#pragma once

#include <cstddef>

namespace test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// The step of a loop over every byte, bit or split. 11: prime, so that periods of the input do not hide
// places.
inline constexpr size_t kEachPlace = kSanitized ? 11 : 1;

}  // namespace test
