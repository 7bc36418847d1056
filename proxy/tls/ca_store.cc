// Keeps the CA in two PEM files. The key file is created with mode 0600 under a temporary name and then
// linked into place, so that it is never readable by others, never half written, and two programs that start
// at the same moment end up with the same CA: the one that comes second loads what the first one made.
#include "proxy/tls/ca_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace proxy {
namespace {

constexpr size_t kMaxPemBytes = 1'048'576;

// What went wrong, or "".
std::string write_new_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return std::strerror(errno);
  std::string problem;
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      problem = std::strerror(errno);
      break;
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (problem.empty() && ::fsync(file) != 0) problem = std::strerror(errno);
  ::close(file);
  if (!problem.empty()) ::unlink(path.c_str());
  return problem;
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  return path.string() + fmt::format(".{}.new", ::getpid());
}

// What went wrong, or "" (also where somebody else put the file there first).
std::string place_key_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path temporary = temporary_beside(path);
  ::unlink(temporary.c_str());
  std::string problem = write_new_file(temporary, text, 0600);
  if (problem.empty() && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    problem = std::strerror(errno);
  }
  ::unlink(temporary.c_str());
  return problem;
}

std::string place_certificate_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path temporary = temporary_beside(path);
  ::unlink(temporary.c_str());
  std::string problem = write_new_file(temporary, text, 0644);
  if (problem.empty() && ::rename(temporary.c_str(), path.c_str()) != 0) problem = std::strerror(errno);
  return problem;
}

enum class Read { kOk, kAbsent, kFailed };

Read read_file(const std::filesystem::path& path, std::string& text, std::string& problem) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return Read::kAbsent;
    problem = std::strerror(errno);
    return Read::kFailed;
  }
  text.clear();
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(file, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) problem = std::strerror(errno);
    if (size <= 0) break;
    text.append(buffer, static_cast<size_t>(size));
    if (text.size() > kMaxPemBytes) {
      problem = "the file is far too large for a key and a certificate";
      break;
    }
  }
  ::close(file);
  return problem.empty() ? Read::kOk : Read::kFailed;
}

}  // namespace

std::filesystem::path ca_key_file(const std::filesystem::path& folder) {
  return folder / "stanzascope-ca.pem";
}

std::filesystem::path ca_certificate_file(const std::filesystem::path& folder) {
  return folder / "stanzascope-ca-cert.pem";
}

std::optional<OpenedCa> open_ca(const std::filesystem::path& folder, parser::Time now, std::string& error) {
  std::error_code failure;
  if (!std::filesystem::is_directory(folder, failure)) {
    std::filesystem::create_directories(folder, failure);
    if (failure) {
      error = fmt::format("cannot make the folder {} for the CA: {}; choose another one with --confdir",
                          folder.string(), failure.message());
      return std::nullopt;
    }
    ::chmod(folder.c_str(), 0700);
  }
  const std::filesystem::path key_file = ca_key_file(folder);
  const std::filesystem::path certificate_file = ca_certificate_file(folder);
  std::string pem;
  std::string problem;
  bool created = false;
  Read read = read_file(key_file, pem, problem);
  if (read == Read::kAbsent) {
    const auto fresh = CertificateAuthority::generate(now, error);
    if (!fresh) return std::nullopt;
    problem = place_key_file(key_file, fresh->key_and_certificate_pem());
    if (!problem.empty()) {
      error = fmt::format("cannot write the CA to {}: {}; choose another folder with --confdir",
                          key_file.string(), problem);
      return std::nullopt;
    }
    created = true;
    read = read_file(key_file, pem, problem);
  }
  if (read != Read::kOk) {
    error = fmt::format(
        "cannot read the CA in {}: {}; make it readable for this user or choose another "
        "folder with --confdir",
        key_file.string(), problem.empty() ? "it went away" : problem);
    return std::nullopt;
  }
  auto ca = CertificateAuthority::from_pem(pem, now, problem);
  if (!ca) {
    error = fmt::format("the CA in {} is of no use: {}; move the file away and a new CA will be made",
                        key_file.string(), problem);
    return std::nullopt;
  }
  ::chmod(key_file.c_str(), 0600);  // where it was copied about, others may have become able to read it
  std::string handed_out;
  std::string ignored;
  if (read_file(certificate_file, handed_out, ignored) != Read::kOk || handed_out != ca->certificate_pem()) {
    problem = place_certificate_file(certificate_file, ca->certificate_pem());
    if (!problem.empty()) {
      error = fmt::format(
          "cannot write the CA's certificate to {}: {}; make the folder writable or choose "
          "another one with --confdir",
          certificate_file.string(), problem);
      return std::nullopt;
    }
  }
  return OpenedCa{std::move(*ca), created};
}

}  // namespace proxy
