#include "app/indexed_reading.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/json_lines.h"
#include "app/terminal.h"
#include "captures/file.h"
#include "captures/file_index.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

using Json = nlohmann::ordered_json;

// Shown while a large file is indexed for the first time.
class Progress {
 public:
  explicit Progress(std::string path) : path_(std::move(path)), show_(is_terminal(stderr)) {}
  ~Progress() {
    if (shown_) std::fprintf(stderr, "\r%*s\r", static_cast<int>(path_.size()) + 30, "");
  }
  bool operator()(uint64_t done, uint64_t all) {
    if (show_) {
      std::fprintf(stderr, "\r%s: making its index, %3u %%", path_.c_str(),
                   static_cast<unsigned>(done * 100 / std::max<uint64_t>(all, 1)));
      shown_ = true;
    }
    return true;
  }

 private:
  std::string path_;
  bool show_;
  bool shown_ = false;
};

std::string end_text(const parser::Endpoint& end) {
  if (end.address.empty()) return "?";
  const bool v6 = end.address.find(':') != std::string::npos;
  return parser::plain((v6 ? "[" + end.address + "]" : end.address) + ":" + std::to_string(end.port), 60);
}

Json end_json(const parser::Endpoint& end) {
  return {{"address", end.address}, {"port", end.port}, {"name", end.name.empty() ? Json() : Json(end.name)}};
}

void print_json(const Json& json) {
  std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

}  // namespace

bool parse_frames(const std::string& text, CapturePart& part) {
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, part.first_frame);
  if (first.ec != std::errc() || part.first_frame == 0) return false;
  part.last_frame = part.first_frame;
  if (first.ptr == end) return true;
  if (*first.ptr != '-') return false;
  part.last_frame = UINT64_MAX;
  if (first.ptr + 1 == end) return true;
  const auto last = std::from_chars(first.ptr + 1, end, part.last_frame);
  return last.ec == std::errc() && last.ptr == end && part.last_frame >= part.first_frame;
}

std::string read_part(const std::string& path, const CapturePart& part, captures::Reader& reader) {
  std::string error;
  std::string why;
  Progress progress(path);
  const auto indexed = captures::open_indexed(path, error, why, std::ref(progress));
  if (!error.empty()) return error;
  if (indexed) {
    std::vector<parser::ConnectionId> of(part.connections.begin(), part.connections.end());
    if (part.frames()) {
      const auto there = indexed->index.with_packets(part.first_frame, part.last_frame);
      if (of.empty()) {
        of = there;
      } else {
        std::erase_if(of, [&there](parser::ConnectionId id) {
          return std::find(there.begin(), there.end(), id) == there.end();
        });
      }
    }
    // A connection's events depend on what it said before.
    const auto packets = indexed->index.packets(of, 1, part.last_frame);
    if (captures::read_packets(indexed->file->bytes(), indexed->index, of, packets, reader)) {
      return reader.failed() ? path + ": " + reader.error() : std::string();
    }
  }
  reader.only(part.connections);
  error = captures::read_file(path, reader);
  return error;
}

std::string list_connections(const std::string& path, bool json) {
  std::string error;
  std::string why;
  Progress progress(path);
  const auto indexed = captures::open_indexed(path, error, why, std::ref(progress));
  if (!error.empty()) return error;
  if (!indexed) return path + " has no index: " + why + ". Read it as a whole, without --connections.";
  for (const captures::IndexedConnection& c : indexed->index.connections()) {
    const parser::ConnectionInfo info = c.info();
    const parser::Endpoint& server = info.server.address.empty() ? info.listener : info.server;
    if (json) {
      print_json({{"type", "listed-connection"},
                  {"connection", c.id},
                  {"client", end_json(info.client)},
                  {"server", end_json(server)},
                  {"first_frame", c.first_frame},
                  {"last_frame", c.last_frame},
                  {"packets", c.packets},
                  {"bytes", c.bytes},
                  {"first", json_time(c.first)},
                  {"last", json_time(c.last)}});
    } else {
      std::printf("%6llu  %s  %10.3f s  frames %llu to %llu, %llu packets, %llu bytes  %s → %s\n",
                  static_cast<unsigned long long>(c.id), json_time(c.first).c_str(),
                  static_cast<double>((c.last - c.first).count()) / 1e6,
                  static_cast<unsigned long long>(c.first_frame),
                  static_cast<unsigned long long>(c.last_frame), static_cast<unsigned long long>(c.packets),
                  static_cast<unsigned long long>(c.bytes), end_text(info.client).c_str(),
                  end_text(server).c_str());
    }
  }
  std::fprintf(stderr, "%zu connections, %llu packets\n", indexed->index.connections().size(),
               static_cast<unsigned long long>(indexed->index.frames()));
  return {};
}

}  // namespace app
