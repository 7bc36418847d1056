// The reader drives the analyzer, the analyzer feeds the store: all on this thread. The window only ever
// looks at published rows and at a copy of the status.
#include "viewer/model/loader.h"

#include <malloc.h>

#include <chrono>

#include "captures/file.h"

namespace viewer {

namespace {
using Clock = std::chrono::steady_clock;

constexpr auto kPollEvery = std::chrono::milliseconds(20);

}  // namespace

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
  read(path, follow);
#ifdef __GLIBC__
  ::malloc_trim(0);  // what the analyser had goes back to the system
#endif
}

void Loader::read(const std::string& path, bool follow) {
  captures::Reader reader(parser::AnalyzerOptions{}, store_);
  reader.keep_comments(false);  // the recording's own comments say what the viewer finds out by itself
  if (follow) {
    tail(path, reader);
  } else {
    read_whole(path, reader);
  }
}

void Loader::read_whole(const std::string& path, captures::Reader& reader) {
  const auto began = Clock::now();
  uint64_t size = 0;
  const auto progress = [&](uint64_t done, uint64_t all) {
    size = all;
    store_.publish();
    note(reader, done, all);
    const std::lock_guard lock(mutex_);
    status_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    return !cancelled_.load();
  };
  std::string error;
  mapped_ = captures::MappedFile::open(path, error);
  if (mapped_ != nullptr && form_of(mapped_->bytes()) == FileForm::kText) {
    read_text(path, mapped_->bytes());
    return;
  }
  if (mapped_ != nullptr) {
    store_.keep_in(mapped_->bytes());
    own_capture_ = mapped_->bytes().starts_with("\x0a\x0d\x0d\x0a");  // compressed ones are not rewritten
    error = captures::read_mapped(*mapped_, path, reader, progress);
    // A capture, and not one of ours: the XMPP in its TCP connections is what is looked for then.
    if (reader.failed() && store_.rows() == 0 && form_of(mapped_->bytes()) == FileForm::kForeign) {
      read_foreign(path);
      return;
    }
  } else if (error.empty()) {
    error = captures::read_file(path, reader, progress);
  }
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

void Loader::read_foreign(const std::string& path) {
  own_capture_ = false;
  std::vector<std::string> notes;
  uint64_t packets = 0;
  std::string error =
      read_foreign_file(path, parser::AnalyzerOptions{}, store_, told_progress(), notes, packets);
  finish_other(std::move(error), std::move(notes), packets);
}

void Loader::read_text(const std::string& path, std::string_view text) {
  std::vector<std::string> notes;
  std::string error = read_text_file(path, text, parser::AnalyzerOptions{}, store_, told_progress(), notes);
  finish_other(std::move(error), std::move(notes), 0);
}

Progress Loader::told_progress() {
  return [this](uint64_t done, uint64_t all) {
    store_.publish();
    const std::lock_guard lock(mutex_);
    status_.done = done;
    status_.all = all;
    return !cancelled_.load();
  };
}

void Loader::finish_other(std::string error, std::vector<std::string> notes, uint64_t packets) {
  store_.publish();
  {
    const std::lock_guard lock(mutex_);
    status_.done = status_.all;
    status_.frames = packets;
    status_.guesses = std::move(notes);
  }
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
  if (reader.marks().size() != status_.marks.size()) status_.marks = reader.marks();
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
