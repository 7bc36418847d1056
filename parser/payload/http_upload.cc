// URLs and header values can be capabilities in themselves, so the summary names the host only.
#include "parser/payload/http_upload.h"

#include <charconv>

namespace parser::payload {
namespace {

std::string_view host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

}  // namespace

std::optional<UploadRequest> as_upload_request(const xml::Element& request) {
  if (!request.is("request", ns::kUpload)) return std::nullopt;
  UploadRequest out{request.attribute("filename"), {}, request.attribute("content-type")};
  const std::string_view text = request.attribute("size");
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error == std::errc() && end == text.data() + text.size()) out.size = size;
  return out;
}

std::optional<UploadSlot> as_upload_slot(const xml::Element& slot) {
  if (!slot.is("slot", ns::kUpload)) return std::nullopt;
  UploadSlot out;
  for (const xml::Element& child : slot.children()) {
    if (child.local == "get") out.get = {child.attribute("url"), &child};
    if (child.local != "put") continue;
    out.put = {child.attribute("url"), &child};
    for (const xml::Element& header : child.children()) {
      if (header.local == "header") out.headers.push_back(&header);
    }
  }
  return out;
}

std::string upload_words(const Scene& scene) {
  if (const std::optional<UploadRequest> request = as_upload_request(scene.payload)) {
    std::string out = "upload slot request: " + phrase::in_quotes(request->filename, 40);
    return request->size ? out + ", " + phrase::counted(*request->size, "byte", "bytes") : out;
  }
  if (const std::optional<UploadSlot> slot = as_upload_slot(scene.payload)) {
    return "upload slot at " + plain(host_of(slot->put.url), phrase::kExcerpt);
  }
  return phrase::unknown(scene.payload);
}

}  // namespace parser::payload
