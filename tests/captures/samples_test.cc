// The samples are sessions of real clients with real servers. Each has a list of the findings that are true
// of it, with a justification of each (captures/samples/<name>.findings.md). Whatever else the rulebook says
// about them at warning or above is a false alarm, and whatever it no longer says is a lost rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "captures/reader.h"

namespace captures {
namespace {

using parser::rules::Profile;

const std::filesystem::path kSamples = std::filesystem::path(STANZASCOPE_SOURCE_DIR) / "captures" / "samples";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kSamples)) {
    if (entry.path().extension() == ".pcapng") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A finding, as the lists name it: `rule`, severity, frame of the event that it came with, who broke it.
using Row = std::tuple<std::string, std::string, std::string, std::string>;
using Rows = std::vector<Row>;

std::string show(const Rows& rows) {
  std::string text;
  for (const auto& [rule, severity, frame, who] : rows) {
    text += "\n  | `" + rule + "` | " + severity + " | " + frame + " | " + who + " |";
  }
  return text.empty() ? " none" : text;
}

class Judge : public parser::EventSink {
 public:
  explicit Judge(Profile profile) : reader_(options(profile), *this) {}

  void on_event(const parser::StreamEvent& event) override {
    if (event.kind == parser::EventKind::kMessage || event.kind == parser::EventKind::kPresence ||
        event.kind == parser::EventKind::kIq)
      ++stanzas_of[event.connection];
    for (const parser::Finding& finding : event.findings) {
      ++findings_of[{event.connection, finding.rule}];
      if (finding.severity == parser::Severity::kNote) {
        ++notes_of[{event.connection, finding.rule}];
        continue;
      }
      graver.emplace_back(finding.rule, name(finding.severity), std::to_string(event.frame),
                          finding.offender == parser::Direction::kC2S ? "client" : "server");
      messages += "\n  frame " + std::to_string(event.frame) + ": " + std::string(finding.rule) + ": " +
                  finding.message;
    }
  }

  void read(const std::string& bytes) {
    reader_.feed(bytes);
    reader_.finish();
    ASSERT_FALSE(reader_.failed()) << reader_.error();
    EXPECT_TRUE(reader_.damage().empty());
    std::sort(graver.begin(), graver.end());
  }

  Rows graver;
  std::string messages;
  // By connection and rule.
  std::map<std::pair<parser::ConnectionId, std::string_view>, size_t> notes_of;
  std::map<std::pair<parser::ConnectionId, std::string_view>, size_t> findings_of;
  std::map<parser::ConnectionId, size_t> stanzas_of;

 private:
  static parser::AnalyzerOptions options(Profile profile) {
    parser::AnalyzerOptions chosen;
    chosen.profile = profile;
    return chosen;
  }
  Reader reader_;
};

struct Listed {
  std::map<std::string, Rows> by_profile;  // "rfc3920", "rfc6120"
  std::vector<std::string> faults;         // of the list itself
};

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> found;
  std::istringstream text(line);
  std::string cell;
  std::getline(text, cell, '|');  // what is in front of the first one
  while (std::getline(text, cell, '|')) {
    const size_t begin = cell.find_first_not_of(" `");
    const size_t end = cell.find_last_not_of(" `");
    found.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return found;
}

// Reads a list: sections named after profiles, in each a table of rule, severity, frames, who, why.
Listed read_list(const std::string& text) {
  Listed listed;
  std::istringstream lines(text);
  std::string line;
  std::vector<std::string> profiles;
  while (std::getline(lines, line)) {
    if (line.starts_with("## ")) {
      const std::string section = line.substr(3);
      profiles = section == "Both profiles" ? std::vector<std::string>{"rfc3920", "rfc6120"}
                                            : std::vector<std::string>{section};
      if (section != "Both profiles" && section != "rfc3920" && section != "rfc6120") {
        listed.faults.push_back("unknown section: " + line);
      }
      continue;
    }
    if (!line.starts_with("| `")) continue;
    const std::vector<std::string> row = cells(line);
    if (row.size() != 5 || profiles.empty()) {
      listed.faults.push_back("not a row of five cells in a section: " + line);
      continue;
    }
    const std::string& why = row[4];
    if (why.size() < 80 || (why.find("RFC ") == std::string::npos && why.find("XEP-") == std::string::npos)) {
      listed.faults.push_back("no justification with its clause: " + line);
    }
    std::istringstream frames(row[2]);
    std::string frame;
    while (std::getline(frames, frame, ',')) {
      frame.erase(0, frame.find_first_not_of(' '));
      for (const std::string& profile : profiles) {
        listed.by_profile[profile].emplace_back(row[0], row[1], frame, row[3].substr(0, row[3].find(' ')));
      }
    }
  }
  for (auto& [profile, rows] : listed.by_profile) std::sort(rows.begin(), rows.end());
  return listed;
}

class Sample : public testing::TestWithParam<std::string> {};

TEST_P(Sample, HasExactlyTheFindingsThatAreListedAndJustified) {
  const std::filesystem::path list = kSamples / (GetParam() + ".findings.md");
  ASSERT_TRUE(std::filesystem::exists(list)) << list << " is missing: what is true of this sample?";
  Listed listed = read_list(text_of(list));
  EXPECT_EQ(listed.faults, std::vector<std::string>{});
  for (const auto& [label, profile] :
       {std::pair("rfc3920", Profile::kRfc3920), std::pair("rfc6120", Profile::kRfc6120)}) {
    Judge judge(profile);
    judge.read(text_of(kSamples / (GetParam() + ".pcapng")));
    const Rows& rows = listed.by_profile[label];
    Rows more;
    Rows fewer;
    std::set_difference(judge.graver.begin(), judge.graver.end(), rows.begin(), rows.end(),
                        std::back_inserter(more));
    std::set_difference(rows.begin(), rows.end(), judge.graver.begin(), judge.graver.end(),
                        std::back_inserter(fewer));
    EXPECT_TRUE(more.empty()) << label << ": a false alarm, or a true finding that is not in " << list << ':'
                              << show(more) << "\nall that was found:" << judge.messages;
    EXPECT_TRUE(fewer.empty()) << label << ": listed, yet not found:" << show(fewer);
  }
}

// A note is for what is worth knowing; what is said about every other stanza of ordinary clients is not.
TEST_P(Sample, IsNotBuriedInNotes) {
  for (const Profile profile : {Profile::kRfc3920, Profile::kRfc6120}) {
    Judge judge(profile);
    judge.read(text_of(kSamples / (GetParam() + ".pcapng")));
    for (const auto& [what, notes] : judge.notes_of) {
      const auto& [connection, rule] = what;
      const size_t stanzas = judge.stanzas_of[connection];
      EXPECT_LE(notes, std::max<size_t>(4, stanzas / 10))
          << rule << " in " << stanzas << " stanzas of connection " << connection;
    }
    for (const auto& [what, findings] : judge.findings_of) {
      EXPECT_LT(findings, parser::AnalyzerOptions().max_findings_per_rule) << what.second;
    }
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& sample) {
  std::string name = sample.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Samples, Sample, testing::ValuesIn(sample_names()), test_name);

TEST(Samples, AreOfEachClientWithEachServer) {
  const std::vector<std::string> names = sample_names();
  for (const char* server : {"prosody", "ejabberd"}) {
    for (const char* client : {"slixmpp-contacts", "slixmpp-account", "slixmpp-rooms", "slixmpp-resume",
                               "xmppjs", "gosendxmpp", "libstrophe", "profanity", "refused"}) {
      const std::string wanted = std::string(server) + "-" + client;
      EXPECT_TRUE(std::any_of(names.begin(), names.end(), [&wanted](const std::string& name) {
        return name.starts_with(wanted);
      })) << wanted;
    }
  }
}

TEST(SampleLists, AreReadByTheirSectionsAndWantAClause) {
  const std::string why(80, 'x');
  const Listed good = read_list(
      "## Both profiles\n| Rule |\n|---|\n| `a-rule` | error | 3, 12 | client (it) | RFC 1 §2: " + why +
      " |\n## rfc3920\n| `b-rule` | warning | 4 | server | XEP-0001 §1 " + why + " |\n");
  EXPECT_EQ(good.faults, std::vector<std::string>{});
  EXPECT_EQ(good.by_profile.at("rfc6120"),
            (Rows{{"a-rule", "error", "12", "client"}, {"a-rule", "error", "3", "client"}}));
  EXPECT_EQ(good.by_profile.at("rfc3920").size(), 3U);
  EXPECT_EQ(read_list("## Both profiles\n| `a-rule` | error | 3 | client | " + why + " |\n").faults.size(),
            1U);
  EXPECT_EQ(read_list("## Both profiles\n| `a-rule` | error | 3 | client | RFC 1 §2 |\n").faults.size(), 1U);
  EXPECT_EQ(read_list("| `a-rule` | error | 3 | client | RFC 1 §2 " + why + " |\n").faults.size(), 1U);
  EXPECT_EQ(read_list("## rfc9999\n").faults.size(), 1U);
}

}  // namespace
}  // namespace captures
