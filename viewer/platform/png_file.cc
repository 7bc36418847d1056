// libpng's simplified interface does all of it.
#include "viewer/platform/png_file.h"

#include <png.h>

namespace viewer {

std::string write_png(const std::string& path, const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, picture.rgb.data(), 0, nullptr) != 0) return {};
  return path + " could not be written: " + image.message;
}

}  // namespace viewer
