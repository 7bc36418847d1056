#include "captures/import/packet_decryption.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <functional>
#include <set>
#include <system_error>
#include <utility>

#include "parser/sasl/base64.h"

extern char** environ;

namespace captures {
namespace {

constexpr size_t kMostStreams = 2000;
constexpr size_t kMostLine = 1u << 20;

// Runs the program (found in PATH, no shell) and hands its standard output on, line by line. "" or what is
// wrong.
std::string run_program(const std::vector<std::string>& arguments,
                        const std::function<void(std::string_view)>& line) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::generic_category().message(errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (failed != 0) {
    ::close(pipe[0]);
    if (failed == ENOENT) {
      return arguments[0] + " is not installed, and nothing else here decrypts TLS. On Debian: apt install " +
             arguments[0] + ".";
    }
    return arguments[0] + " could not be started: " + std::generic_category().message(failed) + ".";
  }
  std::string rest;
  std::string piece(1u << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(pipe[0], piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    rest.append(piece, 0, static_cast<size_t>(got));
    size_t begin = 0;
    for (size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
      line(std::string_view(rest).substr(begin, end - begin));
      begin = end + 1;
    }
    rest.erase(0, begin);
    if (rest.size() > kMostLine) rest.clear();
  }
  if (!rest.empty()) line(rest);
  ::close(pipe[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return arguments[0] + " could not read the capture; see: " + arguments[0] + " -r FILE.";
}

template <typename T>
bool number(std::string_view text, T& value) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

void PacketDecryption::flush() {
  if (base64_.empty()) return;
  const std::string text = std::exchange(base64_, {});
  auto bytes = parser::sasl::decode_base64(text, kMost);
  if (!bytes) return;
  if (bytes_ + bytes->size() > kMost) {
    truncated_ = true;
    return;
  }
  bytes_ += bytes->size();
  clear_[frame_].push_back(std::move(*bytes));
}

void PacketDecryption::take_line(std::string_view line) {
  constexpr std::string_view kPacket = "  - packet: ";
  if (line.starts_with(kPacket)) {
    flush();
    data_ = false;
    if (!number(line.substr(kPacket.size()), frame_)) frame_ = 0;
  } else if (line.starts_with("    data:")) {
    data_ = frame_ != 0;
  } else if (data_ && line.starts_with("      ")) {
    // A record is 16 KiB at most, but tshark joins what came in one packet.
    if (base64_.size() < (64u << 20)) base64_ += line.substr(6);
  } else {
    flush();
    data_ = false;
  }
}

std::string PacketDecryption::run(const std::string& capture, const std::string& keylog) {
  if (::access(keylog.c_str(), R_OK) != 0) {
    return "Cannot read the key log " + keylog + ": " + std::generic_category().message(errno) + ".";
  }
  struct stat status {};
  if (::stat(capture.c_str(), &status) != 0) {
    return "Cannot open " + capture + ": " + std::generic_category().message(errno) + ".";
  }
  const std::vector<std::string> common = {"tshark", "-n", "-r", capture, "-o", "tls.keylog_file:" + keylog};
  std::set<uint64_t> streams;
  std::vector<std::string> arguments = common;
  for (const char* more : {"-Y", "tls", "-T", "fields", "-e", "tcp.stream"}) arguments.emplace_back(more);
  std::string error = run_program(arguments, [&streams](std::string_view line) {
    uint64_t stream = 0;
    if (number(line, stream) && streams.size() < kMostStreams) streams.insert(stream);
  });
  if (!error.empty() || streams.empty()) return error;
  arguments = common;
  arguments.emplace_back("-q");
  for (const uint64_t stream : streams) {
    arguments.emplace_back("-z");
    arguments.push_back("follow,tls,yaml," + std::to_string(stream));
  }
  error = run_program(arguments, [this](std::string_view line) { take_line(line); });
  flush();
  return error;
}

std::vector<std::string> PacketDecryption::of(uint64_t frame) {
  const auto found = clear_.find(frame);
  if (found == clear_.end()) return {};
  std::vector<std::string> bytes = std::move(found->second);
  clear_.erase(found);
  return bytes;
}

}  // namespace captures
