// The reader drives the analyzer, the analyzer feeds the store: all on this thread. The window only ever
// looks at published rows and at a copy of the status.
#include "viewer/model/loader.h"

#include <chrono>

#include "captures/file.h"
#include "parser/analyzer.h"

namespace viewer {

namespace {
constexpr auto kPollEvery = std::chrono::milliseconds(50);
}

std::string_view name(Loader::State state) {
  switch (state) {
    case Loader::State::kIdle:
      return "idle";
    case Loader::State::kLoading:
      return "loading";
    case Loader::State::kFollowing:
      return "following";
    case Loader::State::kDone:
      return "done";
    case Loader::State::kFailed:
      return "failed";
    case Loader::State::kCancelled:
      return "cancelled";
  }
  return "idle";
}

Loader::~Loader() {
  cancel();
  if (thread_.joinable()) thread_.join();
}

void Loader::start(const std::string& path, bool follow) {
  if (thread_.joinable()) return;
  become(State::kLoading);
  thread_ = std::thread([this, path, follow] { run(path, follow); });
}

void Loader::cancel() {
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  changed_.notify_all();
}

void Loader::wait_until_read() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return status_.state != State::kLoading; });
}

Loader::Status Loader::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool Loader::busy() const {
  const std::lock_guard lock(mutex_);
  return status_.state == State::kLoading;
}

void Loader::run(std::string path, bool follow) {
  captures::Reader reader(parser::AnalyzerOptions{}, store_);
  if (follow) {
    tail(path, reader);
  } else {
    read_whole(path, reader);
  }
}

void Loader::read_whole(const std::string& path, captures::Reader& reader) {
  uint64_t size = 0;
  std::string error = captures::read_file(path, reader, [&](uint64_t done, uint64_t all) {
    size = all;
    store_.publish();
    note(reader, done, all);
    return !cancelled_.load();
  });
  if (error.empty() && reader.failed()) error = reader.error();
  store_.publish();
  note(reader, size, size);
  if (cancelled_) {
    become(State::kCancelled);
  } else if (!error.empty()) {
    become(State::kFailed, std::move(error));
  } else {
    become(State::kDone);
  }
}

void Loader::tail(const std::string& path, captures::Reader& reader) {
  std::string error;
  const auto file = captures::TailFile::open(path, error);
  if (file == nullptr) {
    become(State::kFailed, std::move(error));
    return;
  }
  uint64_t done = 0;
  while (!cancelled_) {
    const size_t fresh = file->poll(reader);
    done += fresh;
    store_.publish();
    note(reader, done, file->size());
    if (reader.failed()) {
      become(State::kFailed, reader.error());
      return;
    }
    if (fresh > 0) continue;
    become(State::kFollowing);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPollEvery, [&] { return cancelled_.load(); });
  }
  become(State::kCancelled);
}

void Loader::note(const captures::Reader& reader, uint64_t done, uint64_t all) {
  const std::lock_guard lock(mutex_);
  status_.done = done;
  status_.all = all;
  status_.frames = reader.frames();
  if (reader.damage().size() != status_.damage.size()) status_.damage = reader.damage();
  status_.comments = reader.comments().size();
}

void Loader::become(State state, std::string error) {
  {
    const std::lock_guard lock(mutex_);
    if (status_.state == state) return;
    status_.state = state;
    status_.error = std::move(error);
  }
  changed_.notify_all();
}

}  // namespace viewer
