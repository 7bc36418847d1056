// The reader drives the analyzer, the analyzer feeds the store: all on this thread. The window only ever
// looks at published rows and at a copy of the status.
#include "viewer/model/loader.h"

#include <malloc.h>

#include <chrono>

#include "captures/file.h"
#include "captures/import/foreign_capture.h"
#include "parser/analyzer.h"
#include "parser/given_text.h"

namespace viewer {

namespace {
using Clock = std::chrono::steady_clock;

constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr size_t kMostText = 256u << 20;  // bytes of a transcript or log

// Whether the file begins as a capture does, of whatever program: text never begins so.
bool looks_like_capture(std::string_view bytes) {
  constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";  // which captures of ours may be kept in
  return bytes.starts_with(kZstd) || captures::is_capture_file(bytes.substr(0, 4));
}

// Whether a capture that the Reader refuses was written by another program; ours that are damaged or too new
// say so in their section header.
bool is_foreign(std::string_view bytes) {
  return captures::is_capture_file(bytes.substr(0, 4)) &&
         bytes.substr(0, 1024).find("stanzascope capture ") == std::string_view::npos;
}

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
  if (mapped_ != nullptr && !looks_like_capture(mapped_->bytes())) {
    read_text(path, mapped_->bytes());
    return;
  }
  if (mapped_ != nullptr) {
    store_.keep_in(mapped_->bytes());
    own_capture_ = mapped_->bytes().starts_with("\x0a\x0d\x0d\x0a");  // compressed ones are not rewritten
    error = captures::read_mapped(*mapped_, path, reader, progress);
    // A capture, and not one of ours: the XMPP in its TCP connections is what is looked for then.
    if (reader.failed() && store_.rows() == 0 && is_foreign(mapped_->bytes())) {
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

// Nothing of such a file says what the proxy would have said: who the ends are, how TLS went.
void Loader::read_foreign(const std::string& path) {
  own_capture_ = false;
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, store_);
  captures::ForeignOptions options;
  options.progress = [&](uint64_t done, uint64_t all) {
    store_.publish();
    const std::lock_guard lock(mutex_);
    status_.done = done;
    status_.all = all;
    return !cancelled_.load();
  };
  captures::ImportTotals totals;
  std::string error = captures::read_foreign(path, options, analyzer, totals);
  store_.publish();
  {
    const std::lock_guard lock(mutex_);
    status_.done = status_.all;
    status_.frames = totals.packets;
    status_.guesses = totals.notes;
    status_.guesses.insert(status_.guesses.begin(),
                           "A capture of another program: " + std::to_string(totals.connections) +
                               " connections with XMPP were put together from its TCP packets, " +
                               std::to_string(totals.left_out) + " others are left out.");
  }
  if (cancelled_) {
    become(State::kCancelled);
  } else if (!error.empty()) {
    become(State::kFailed, path + ": " + error);
  } else {
    become(State::kDone);
  }
}

// Elements are a millisecond apart from when the file was read: a text has no times that could be relied on.
void Loader::read_text(const std::string& path, std::string_view text) {
  if (text.size() > kMostText) {
    become(State::kFailed,
           path + " is neither a capture nor a text that could be read: it is longer than 256 MiB.");
    return;
  }
  const parser::GivenText given = parser::read_given_text(text, std::nullopt, {});
  if (!given.error.empty()) {
    become(State::kFailed,
           path + (given.error_line != 0 ? ":" + std::to_string(given.error_line) : "") +
               " is neither a capture nor XMPP as text (a transcript, XML, a console's log): " + given.error);
    return;
  }
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, store_);
  parser::Time now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  parser::ConnectionId connection = 1;
  for (const parser::Transcript& session : given.sessions) {
    now = parser::play(session, analyzer, connection, now);
    connection += session.more.size() + 1;
    store_.publish();
    if (cancelled_) break;
  }
  analyzer.finish(now);
  store_.publish();
  {
    const std::lock_guard lock(mutex_);
    status_.done = status_.all = text.size();
    status_.guesses = given.guesses;
    status_.guesses.insert(status_.guesses.begin(),
                           "Read as a " + std::string(name(given.form)) +
                               "; its times are those of reading it, a millisecond apart.");
  }
  become(cancelled_ ? State::kCancelled : State::kDone);
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
