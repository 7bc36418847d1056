#include "app/replay_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "parser/stream/plain_text.h"
#include "parser/xml/serialize.h"

namespace app {

using replay::AnswerKind;
using replay::ClientEnd;
using replay::ClientStep;
using Verdict = ClientStep::Verdict;

namespace {

constexpr size_t kMostRtts = 1'000'000;
constexpr size_t kMostDifferences = 10'000;  // that are told apart

std::string plural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string milliseconds(int64_t microseconds) {
  return fmt::format("{:.1f} ms", static_cast<double>(microseconds) / 1000);
}

std::string difference_in_words(const ClientStep& step) {
  std::string words = "recorded: " + in_words(step.recorded) + "; ";
  const std::string_view masked =
      step.masked ? " (what was sent holds a masked value; record with --record-secrets to keep it)" : "";
  if (step.came) return words + "came: " + in_words(*step.came) + std::string(masked);
  return words + (step.verdict == Verdict::kNotSent ? "it was not sent any more" : "nothing came");
}

nlohmann::ordered_json json_of(const AnswerKind& kind) {
  nlohmann::ordered_json json = {{"type", kind.type}, {"condition", nullptr}, {"payload", nullptr}};
  if (!kind.condition.empty()) json["condition"] = kind.condition;
  if (!kind.payload.empty()) json["payload"] = kind.payload;
  return json;
}

void print(const nlohmann::ordered_json& json) {
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

// Text that may be in XML 1.0, as an attribute in double quotes.
std::string attribute(std::string_view text) {
  std::string out;
  for (const char c : parser::plain(text, 2000)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string ReplayReport::write_junit(const std::string& path) {
  junit_path_ = path;
  junit_.open(path, std::ios::binary | std::ios::trunc);
  if (!junit_) return "cannot write " + path;
  junit_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stanzascope replay\">\n";
  return {};
}

void ReplayReport::tell(const ClientStep& step, uint64_t count) const {
  std::cout << fmt::format("{:<10} frame {}: {}{}\n           {}\n", name(step.verdict), step.frame,
                           step.what, count > 1 ? fmt::format(" ({} times)", count) : "",
                           difference_in_words(step));
}

void ReplayReport::tell_json(const ClientEnd& end, const std::vector<ClientStep>& steps) const {
  for (const ClientStep& step : steps) {
    nlohmann::ordered_json json = {{"type", "replay-client"},
                                   {"event", "answer"},
                                   {"place", end.job.place + 1},
                                   {"run", end.job.run + 1},
                                   {"connection", step.connection},
                                   {"frame", step.frame},
                                   {"what", step.what},
                                   {"verdict", std::string(name(step.verdict))},
                                   {"recorded", json_of(step.recorded)},
                                   {"came", nullptr},
                                   {"rtt_us", nullptr}};
    if (step.came) {
      json["came"] = json_of(*step.came);
      json["rtt_us"] = step.rtt.count();
    }
    print(json);
  }
  nlohmann::ordered_json json = {{"type", "replay-client"},
                                 {"event", "session"},
                                 {"place", end.job.place + 1},
                                 {"run", end.job.run + 1},
                                 {"connection", end.job.session->connection},
                                 {"jid", nullptr},
                                 {"sent", end.session == nullptr ? 0 : end.session->sent()},
                                 {"took_us", end.took.count()},
                                 {"failure", nullptr}};
  if (end.session != nullptr && end.established) json["jid"] = end.session->bound_jid();
  if (!end.failure.empty()) json["failure"] = end.failure;
  print(json);
}

void ReplayReport::tell_junit(const ClientEnd& end, const std::vector<ClientStep>& steps) {
  const auto failed = std::count_if(steps.begin(), steps.end(),
                                    [](const ClientStep& step) { return step.verdict != Verdict::kSame; });
  const std::string suite = attribute(fmt::format(
      "connection {}, place {}, run {}", end.job.session->connection, end.job.place + 1, end.job.run + 1));
  junit_ << fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.6f}\">\n", suite,
      steps.size() + 1, failed, end.failure.empty() ? 0 : 1, static_cast<double>(end.took.count()) / 1e6);
  junit_ << "    <testcase classname=\"replay\" name=\"session\"";
  if (end.failure.empty()) {
    junit_ << "/>\n";
  } else {
    junit_ << fmt::format("><error message=\"{}\"/></testcase>\n", attribute(end.failure));
  }
  for (const ClientStep& step : steps) {
    junit_ << fmt::format("    <testcase classname=\"replay\" name=\"frame {}: {}\" time=\"{:.6f}\"",
                          step.frame, attribute(step.what), static_cast<double>(step.rtt.count()) / 1e6);
    if (step.verdict == Verdict::kSame) {
      junit_ << "/>\n";
    } else {
      junit_ << fmt::format("><failure type=\"{}\" message=\"{}\"/></testcase>\n", name(step.verdict),
                            attribute(difference_in_words(step)));
    }
  }
  junit_ << "  </testsuite>\n";
}

void ReplayReport::add(const ClientEnd& end) {
  ++runs_;
  const std::vector<ClientStep> steps =
      end.session == nullptr ? std::vector<ClientStep>() : end.session->steps();
  if (!end.failure.empty()) {
    ++(end.established ? broken_ : unestablished_);
    if (failures_.size() < kMostDifferences || failures_.contains(end.failure)) ++failures_[end.failure];
  }
  if (end.established) {
    for (const ClientStep& step : steps) {
      if (step.came && rtts_.size() < kMostRtts) rtts_.push_back(step.rtt.count());
      switch (step.verdict) {
        case Verdict::kSame:
          ++same_;
          continue;
        case Verdict::kDiffers:
          ++differ_;
          break;
        case Verdict::kNoAnswer:
          ++missing_;
          break;
        case Verdict::kNotSent:
          ++not_sent_;
          break;
      }
      if (json_) continue;
      if (!many_) {
        tell(step, 1);
        continue;
      }
      const std::string key = fmt::format("{:020} {}", step.frame, difference_in_words(step));
      if (differences_.size() >= kMostDifferences && !differences_.contains(key)) continue;
      Difference& difference = differences_[key];
      if (difference.count++ == 0) difference.step = step;
    }
  }
  if (json_) tell_json(end, steps);
  if (junit_.is_open()) tell_junit(end, steps);
}

std::string ReplayReport::finish(parser::Duration took) {
  std::sort(rtts_.begin(), rtts_.end());
  const auto quantile = [&](double q) {
    return rtts_[static_cast<size_t>(q * static_cast<double>(rtts_.size() - 1))];
  };
  const double seconds = static_cast<double>(took.count()) / 1e6;
  if (json_) {
    nlohmann::ordered_json json = {{"type", "replay-client"}, {"event", "total"},
                                   {"sessions", runs_},       {"same", same_},
                                   {"differ", differ_},       {"no_answer", missing_},
                                   {"not_sent", not_sent_},   {"broken", broken_ + unestablished_},
                                   {"took_us", took.count()}};
    print(json);
  } else {
    for (const auto& [key, difference] : differences_) tell(difference.step, difference.count);
    for (const auto& [failure, count] : failures_) {
      std::cout << fmt::format("ended      {}{}\n", parser::plain(failure, 1000),
                               count > 1 ? fmt::format(" ({} times)", count) : "");
    }
    std::cout << fmt::format("{} in {:.2f} s: {} as recorded, {} differ, {} did not come",
                             plural(runs_, "session"), seconds, plural(same_, "answer"), differ_, missing_);
    if (not_sent_ != 0) std::cout << ", " << not_sent_ << " not asked for any more";
    std::cout << '\n';
    if (!rtts_.empty()) {
      std::cout << fmt::format("answers took {} (median), {} (95 %), {} (slowest)",
                               milliseconds(quantile(0.5)), milliseconds(quantile(0.95)),
                               milliseconds(rtts_.back()));
      if (many_ && seconds > 0)
        std::cout << fmt::format("; {:.0f} answers a second", static_cast<double>(answers()) / seconds);
      std::cout << '\n';
    }
  }
  std::cout << std::flush;
  if (!junit_.is_open()) return {};
  junit_ << "</testsuites>\n";
  junit_.close();
  return junit_ ? std::string() : "cannot write " + junit_path_;
}

}  // namespace app
