// A report for a bug ticket: what the sessions were, what is wrong in them and where, and how busy they were.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "parser/stream/stream_event.h"

namespace captures {

struct ReportOptions {
  std::string title;
  bool show_secrets = false;     // false: what the masking of recordings masks is masked in excerpts, too
  size_t most_findings = 200;    // shown; all are counted
  size_t most_connections = 50;  // shown; all are counted
};

class Report : public parser::EventSink {
 public:
  explicit Report(const ReportOptions& options);
  ~Report() override;
  void on_event(const parser::StreamEvent& event) override;

  std::string markdown() const;
  std::string html() const;  // one file, no script, no network

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace captures
