// Runs the case documents in tests/cases/xml/.
//
// A document holds, under a heading per case, the input in a fence marked ```xml and, behind it, what the
// stream reader says of it in a fence marked ```trace (see StreamTrace). Words behind "xml" set options:
//   mid-session      no header is expected
//   newline          the input keeps its last newline (it is dropped otherwise)
//   depth=N attributes=N element-bytes=N header-bytes=N
// In the input \xNN is that byte and \\ a backslash. Every case runs in every chunking.
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/chunking.h"
#include "tests/support/stream_trace.h"

namespace {

constexpr size_t kFewestCases = 60;  // fewer means that documents were not found or not understood

struct Case {
  std::string place;  // "wellformed.md:12"
  std::string title;
  std::string input;
  std::string expected;
  test::TraceOptions options;
};

std::string unescape(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
    } else if (text[i + 1] == '\\') {
      bytes += text[++i];
    } else if (text[i + 1] == 'x' && i + 3 < text.size()) {
      bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

void apply(const std::string& words, Case& c, bool& newline) {
  std::istringstream in(words);
  for (std::string word; in >> word;) {
    const size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    size_t value = 0;
    if (equals != std::string::npos) {
      std::from_chars(word.data() + equals + 1, word.data() + word.size(), value);
    }
    if (key == "mid-session") {
      c.options.reader.expect_header = false;
    } else if (key == "newline") {
      newline = true;
    } else if (key == "depth") {
      c.options.reader.limits.depth = value;
    } else if (key == "attributes") {
      c.options.reader.limits.attributes = value;
    } else if (key == "element-bytes") {
      c.options.reader.limits.element_bytes = value;
    } else if (key == "header-bytes") {
      c.options.reader.limits.header_bytes = value;
    } else {
      ADD_FAILURE() << c.place << ": unknown option " << word;
    }
  }
}

std::vector<Case> read(const std::filesystem::path& path) {
  std::vector<Case> cases;
  std::ifstream in(path);
  std::string title;
  bool newline = false;
  Case current;
  enum { kProse, kInput, kTrace } where = kProse;
  size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (where == kProse) {
      if (line.starts_with('#')) {
        title = line.substr(line.find_first_not_of("# "));
      } else if (line.starts_with("```xml")) {
        EXPECT_TRUE(current.place.empty()) << current.place << ": no trace follows";
        current = {};
        newline = false;
        current.place = path.filename().string() + ':' + std::to_string(number);
        current.title = title;
        apply(line.substr(6), current, newline);
        where = kInput;
      } else if (line.starts_with("```trace")) {
        EXPECT_FALSE(current.place.empty()) << path.filename() << ':' << number << ": no input before it";
        where = kTrace;
      }
    } else if (line == "```") {
      if (where == kInput) {
        if (!newline && !current.input.empty()) current.input.pop_back();
        current.input = unescape(current.input);
      } else {
        cases.push_back(std::move(current));
        current = {};
      }
      where = kProse;
    } else {
      (where == kInput ? current.input : current.expected) += line + '\n';
    }
  }
  EXPECT_EQ(where, kProse) << path.filename() << " ends inside a fence";
  return cases;
}

TEST(XmlCases, EveryCaseGivesItsTraceInEveryChunking) {
  const std::filesystem::path folder = STANZASCOPE_SOURCE_DIR "/tests/cases/xml";
  std::vector<std::filesystem::path> documents;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".md") documents.push_back(entry.path());
  }
  std::sort(documents.begin(), documents.end());
  size_t count = 0;
  for (const auto& document : documents) {
    for (const Case& c : read(document)) {
      SCOPED_TRACE(c.place + ": " + c.title);
      ++count;
      EXPECT_EQ(test::every_chunking(
                    c.input, [&c](const test::Chunks& chunks) { return test::trace(chunks, c.options); }),
                c.expected);
    }
  }
  EXPECT_GE(count, kFewestCases);
}

}  // namespace
