// What the commands that make a capture out of others share: the file, the Writer, the Analyzer in front of
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "captures/file.h"
#include "captures/writer.h"
#include "parser/analyzer.h"

namespace app {

class CaptureWriting {
 public:
  // Null and an error where the file cannot be made, or is one of the `inputs`.
  static std::unique_ptr<CaptureWriting> create(const std::string& path, bool overwrite,
                                                const std::vector<std::string>& inputs, std::string& error,
                                                bool record_secrets = false);

  parser::Analyzer& analyzer() { return *analyzer_; }
  // Behind the last event. Empty, or what went wrong; the file is removed then.
  std::string finish(parser::Time time = {});
  void remove();
  uint64_t elements() const { return sink_.elements; }
  uint64_t unparsed() const { return sink_.unparsed; }  // bytes

 private:
  struct Sink : parser::EventSink {
    explicit Sink(captures::Writer& to) : writer(to) {}
    void on_event(const parser::StreamEvent& event) override;
    captures::Writer& writer;
    uint64_t elements = 0;
    uint64_t unparsed = 0;
  };
  CaptureWriting(std::string path, std::unique_ptr<captures::FileOutput> file, bool record_secrets);

  std::string path_;
  std::unique_ptr<captures::FileOutput> file_;
  captures::Writer writer_;
  Sink sink_;
  std::unique_ptr<parser::Analyzer> analyzer_;
};

}  // namespace app
