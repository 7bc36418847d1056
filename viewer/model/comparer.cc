// Each file is read twice, as `stanzascope diff` does: which sessions there are, then the one that is
// compared.
#include "viewer/model/comparer.h"

#include <algorithm>

#include "viewer/model/any_file.h"

namespace viewer {

namespace {

using captures::ListedSession;

const ListedSession* find(const std::vector<ListedSession>& sessions, parser::ConnectionId wanted) {
  const auto found = std::find_if(sessions.begin(), sessions.end(),
                                  [&](const ListedSession& one) { return one.connections.contains(wanted); });
  return found == sessions.end() ? nullptr : &*found;
}

// What somebody would compare A with, who did not say.
const ListedSession* choose_b(const std::vector<ListedSession>& sessions, const ListedSession& a,
                              bool same_file) {
  const ListedSession* other = nullptr;
  for (const ListedSession& one : sessions) {
    if (same_file && one.session == a.session) continue;
    if (!one.account.empty() && one.account == a.account) return &one;
    if (other == nullptr) other = &one;
  }
  return other;
}

}  // namespace

Comparer::~Comparer() {
  stop();
}

void Comparer::stop() {
  cancelled_ = true;
  if (thread_.joinable()) thread_.join();
  cancelled_ = false;
}

void Comparer::wait() {
  if (thread_.joinable()) thread_.join();
}

void Comparer::start(std::array<ComparedSide, 2> sides, const captures::CompareOptions& options) {
  stop();
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kReading;
    error_.clear();
  }
  thread_ = std::thread([this, sides = std::move(sides), options] { run(sides, options); });
}

Comparer::State Comparer::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::string Comparer::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::shared_ptr<const Comparer::Result> Comparer::result() const {
  const std::lock_guard lock(mutex_);
  return result_;
}

void Comparer::fail(std::string error) {
  const std::lock_guard lock(mutex_);
  state_ = State::kFailed;
  error_ = std::move(error);
}

void Comparer::run(std::array<ComparedSide, 2> sides, captures::CompareOptions options) {
  auto result = std::make_shared<Result>();
  const auto go_on = [this](uint64_t, uint64_t) { return !cancelled_.load(); };
  parser::AnalyzerOptions analysis;
  analysis.rules = false;
  for (size_t i = 0; i < 2; ++i) {
    if (i == 1 && sides[1].path == sides[0].path) {
      result->sessions[1] = result->sessions[0];
      break;
    }
    captures::SessionList list([](const parser::StreamEvent&) { return true; });
    if (std::string error = read_any_file(sides[i].path, analysis, list, go_on); !error.empty()) {
      return fail(std::move(error));
    }
    result->sessions[i] = list.sessions();
  }
  std::array<const ListedSession*, 2> chosen{};
  chosen[0] = sides[0].session != 0         ? find(result->sessions[0], sides[0].session)
              : result->sessions[0].empty() ? nullptr
                                            : &result->sessions[0].front();
  if (chosen[0] == nullptr) return fail(sides[0].path + " has no such session to compare.");
  chosen[1] = sides[1].session != 0
                  ? find(result->sessions[1], sides[1].session)
                  : choose_b(result->sessions[1], *chosen[0], sides[0].path == sides[1].path);
  if (chosen[1] == nullptr) {
    return fail(sides[0].path == sides[1].path && sides[1].session == 0
                    ? "This capture holds one session only; name another capture to compare it with."
                    : sides[1].path + " has no such session to compare.");
  }
  for (size_t i = 0; i < 2; ++i) {
    sides[i].session = chosen[i]->session;
    captures::OfConnections only(chosen[i]->connections, result->compared[i]);
    if (std::string error = read_any_file(sides[i].path, analysis, only, go_on); !error.empty()) {
      return fail(std::move(error));
    }
  }
  if (cancelled_) return;
  result->sides = std::move(sides);
  result->options = options;
  result->comparison = captures::compare(result->compared[0], result->compared[1], options);
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  state_ = State::kDone;
}

}  // namespace viewer
