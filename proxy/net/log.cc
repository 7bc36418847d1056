#include "proxy/net/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "parser/stream/plain_text.h"

namespace proxy::net {

namespace {

constexpr size_t kQueuedLines = 4096;

}  // namespace

class StderrLog::Impl {
 public:
  explicit Impl(bool quiet) : pool_(std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1)) {
    logger_ = std::make_shared<spdlog::async_logger>("stanzascope",
                                                     std::make_shared<spdlog::sinks::stderr_color_sink_mt>(),
                                                     pool_, spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_pattern("%^%H:%M:%S.%e %L%$ %v");
    logger_->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
    logger_->flush_on(spdlog::level::info);
  }
  void write(LogLevel level, std::string_view line) {
    const auto as = level == LogLevel::kError     ? spdlog::level::err
                    : level == LogLevel::kWarning ? spdlog::level::warn
                                                  : spdlog::level::info;
    // What a peer sent must not steer the terminal.
    if (logger_->should_log(as)) logger_->log(as, "{}", parser::plain(line));
  }

 private:
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // its end writes out what is queued
  std::shared_ptr<spdlog::async_logger> logger_;
};

StderrLog::StderrLog(bool quiet) : impl_(std::make_shared<Impl>(quiet)) {}
StderrLog::~StderrLog() = default;

Log StderrLog::log() {
  return [impl = impl_](LogLevel level, std::string_view line) { impl->write(level, line); };
}

}  // namespace proxy::net
