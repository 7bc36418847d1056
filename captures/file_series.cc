#include "captures/file_series.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "captures/file.h"
#include "captures/zstd_stream.h"

namespace captures {
namespace {

constexpr size_t kPiece = 1u << 20;
constexpr uint64_t kMostNumbers = 99'999;
constexpr const char* kSuffix = ".zst";

std::string reason(int number) {
  return std::generic_category().message(number);
}

// The pattern with its conversions replaced; "" where it cannot be a file's name.
std::string expanded(const std::string& pattern, parser::Time time) {
  if (pattern.find('%') == std::string::npos) return pattern;
  const std::time_t clock = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  ::localtime_r(&clock, &parts);
  std::array<char, 4096> text{};
  return {text.data(), std::strftime(text.data(), text.size(), pattern.c_str(), &parts)};
}

std::string with_number(const std::string& path, uint64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 5 ? 5 - digits.size() : 0, '0');
  const std::filesystem::path whole(path);
  const std::string suffix = whole.extension().string();
  return path.substr(0, path.size() - suffix.size()) + "-" + digits + suffix;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) || std::filesystem::exists(path + kSuffix, ignored);
}

std::string write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put < 0 ? reason(errno) : "no space left on the device";
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

// "" or what went wrong.
std::string compress_to(int in, int out, int level) {
  ZstdEncoder encoder(level);
  std::string piece(kPiece, '\0');
  for (;;) {
    const ssize_t got = ::read(in, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return reason(errno);
    const std::string packed =
        encoder.feed(std::string_view(piece).substr(0, static_cast<size_t>(got)), got == 0);
    if (std::string error = write_all(out, packed); !error.empty()) return error;
    if (got == 0) break;
  }
  return ::fsync(out) == 0 ? std::string() : reason(errno);
}

}  // namespace

std::string compress_file(const std::string& path, int level, const std::function<bool()>& go_on) {
  const int in = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return "cannot open " + path + ": " + reason(errno);
  const std::string part = path + kSuffix + ".part";
  const int out = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) {
    const std::string error = "cannot create " + part + ": " + reason(errno);
    ::close(in);
    return error;
  }
  std::string error = compress_to(in, out, level);
  ::close(in);
  if (::close(out) != 0 && error.empty()) error = reason(errno);
  if (error.empty() && (!go_on || go_on()) && ::rename(part.c_str(), (path + kSuffix).c_str()) == 0) {
    remove_written(path);
    return {};
  }
  remove_written(part);
  return error.empty() ? std::string() : "cannot write " + part + ": " + error;
}

bool FileSeries::Shared::listed(const std::string& path) const {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

FileSeries::FileSeries(const FileSeriesOptions& options, Background background, Tell tell)
    : options_(options), background_(std::move(background)), tell_(std::move(tell)) {}

std::unique_ptr<FileSeries> FileSeries::create(const FileSeriesOptions& options, parser::Time now,
                                               Background background, Tell tell, std::string& error) {
  std::unique_ptr<FileSeries> series(new FileSeries(options, std::move(background), std::move(tell)));
  series->first_ = series->open(now, error);
  if (!series->first_) return nullptr;
  return series;
}

std::unique_ptr<FileOutput> FileSeries::open(parser::Time time, std::string& error) {
  const bool first = number_ == 0;
  const std::string name = expanded(options_.pattern, time);
  if (name.empty() || name.ends_with('/')) {
    error = "“" + options_.pattern + "” makes no file name.";
    return nullptr;
  }
  if (options_.pattern.find('%') != std::string::npos) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(name).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  }
  std::string path = name;
  if (options_.numbered) {
    path = with_number(name, ++number_);
  } else {
    ++number_;
  }
  const auto taken = [&] {
    const std::lock_guard lock(shared_->mutex);
    return path == path_ || (exists(path) && (!options_.overwrite || shared_->listed(path)));
  };
  // The first name is the user's word: it is not changed behind their back.
  for (uint64_t number = options_.numbered ? number_ : 1; !first && taken() && number < kMostNumbers;) {
    path = with_number(name, ++number);
    if (options_.numbered) number_ = number;
  }
  if (options_.overwrite) {
    remove_written(path + kSuffix);
  } else if (std::error_code ignored; std::filesystem::exists(path + kSuffix, ignored)) {
    error = path + kSuffix + " exists already. Choose another name, or say that it may be overwritten.";
    return nullptr;
  }
  auto file = FileOutput::create(path, options_.overwrite, error);
  if (!file) return nullptr;
  path_ = path;
  open_ = true;
  const std::lock_guard lock(shared_->mutex);
  std::erase(shared_->paths, path);
  shared_->paths.push_back(path);
  return file;
}

std::unique_ptr<Output> FileSeries::next(parser::Time time, std::string& error) {
  if (first_) return std::move(first_);
  close_previous();
  auto file = open(time, error);
  remove_oldest();
  return file;
}

void FileSeries::close_previous() {
  if (!std::exchange(open_, false)) return;
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0 || status.st_size == 0) {
    // Nothing could be written, as on a full disk.
    remove_written(path_);
    const std::lock_guard lock(shared_->mutex);
    std::erase(shared_->paths, path_);
    return;
  }
  if (!options_.compress) return;
  background_([shared = shared_, path = path_, level = options_.level, tell = tell_] {
    compress(*shared, path, level, tell);
  });
}

void FileSeries::compress(Shared& shared, const std::string& path, int level, const Tell& tell) {
  const auto listed = [&] {
    const std::lock_guard lock(shared.mutex);
    return shared.listed(path);
  };
  if (!listed()) return;
  const std::string error = compress_file(path, level, listed);
  // The ring may have come to it in the meantime.
  if (!listed()) {
    remove_written(path);
    remove_written(path + kSuffix);
  } else if (!error.empty()) {
    tell("A finished recording stays uncompressed: " + error);
  }
}

void FileSeries::remove_oldest() {
  if (options_.ring == 0) return;
  for (;;) {
    std::string oldest;
    {
      const std::lock_guard lock(shared_->mutex);
      if (shared_->paths.size() <= options_.ring) return;
      oldest = shared_->paths.front();
      shared_->paths.pop_front();
    }
    remove_written(oldest);
    remove_written(oldest + kSuffix);
  }
}

void FileSeries::finish() {
  first_.reset();
  close_previous();
}

}  // namespace captures
