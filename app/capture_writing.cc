#include "app/capture_writing.h"

#include <filesystem>
#include <system_error>

namespace app {

void CaptureWriting::Sink::on_event(const parser::StreamEvent& event) {
  if (event.kind == parser::EventKind::kUnparsed) unparsed += event.bytes.size();
  if (parser::is_element(event.kind)) ++elements;
  writer.on_event(event);
}

CaptureWriting::CaptureWriting(std::string path, std::unique_ptr<captures::FileOutput> file,
                               bool record_secrets)
    : path_(std::move(path)),
      file_(std::move(file)),
      writer_({.record_secrets = record_secrets, .application = "stanzascope " STANZASCOPE_VERSION},
              file_.get()),
      sink_(writer_) {
  parser::AnalyzerOptions options;
  options.numbering = &writer_;
  analyzer_ = std::make_unique<parser::Analyzer>(options, sink_);
}

std::unique_ptr<CaptureWriting> CaptureWriting::create(const std::string& path, bool overwrite,
                                                       const std::vector<std::string>& inputs,
                                                       std::string& error, bool record_secrets) {
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (std::filesystem::equivalent(path, input, ignored)) {
      error = path + " is read and written at once. Choose another name for what is written.";
      return nullptr;
    }
  }
  auto file = captures::FileOutput::create(path, overwrite, error);
  if (!file) return nullptr;
  return std::unique_ptr<CaptureWriting>(new CaptureWriting(path, std::move(file), record_secrets));
}

std::string CaptureWriting::finish(parser::Time time) {
  analyzer_->finish(time);
  writer_.flush();
  if (!writer_.failed()) return {};
  remove();
  return path_ + ": " + writer_.error();
}

void CaptureWriting::remove() {
  captures::remove_written(path_);
}

}  // namespace app
