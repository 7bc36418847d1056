// Places for files: a slot to put one and to get it from (XEP-0363).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct UploadRequest {
  std::string_view filename;
  std::optional<uint64_t> size;  // bytes; none where absent or not a number
  std::string_view content_type;
};
std::optional<UploadRequest> as_upload_request(const xml::Element& request);

struct UploadUrl {
  std::string_view url;
  const xml::Element* element = nullptr;  // <put/> or <get/>; null where absent
};
struct UploadSlot {
  UploadUrl put;
  UploadUrl get;
  std::vector<const xml::Element*> headers;  // to send along with the file; their values are secrets
};
std::optional<UploadSlot> as_upload_slot(const xml::Element& slot);

std::string upload_words(const Scene& scene);

}  // namespace parser::payload
