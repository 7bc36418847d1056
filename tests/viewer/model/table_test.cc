// What the table does with rows: sorting, picking, copying, filtering by what is shown, notes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "captures/file.h"
#include "captures/reader.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "parser/filter/filter.h"
#include "parser/given_text.h"
#include "parser/payload/summary.h"
#include "parser/transcript.h"
#include "tests/support/sample_session.h"
#include "viewer/model/attribute_ranges.h"
#include "viewer/model/field_filter.h"
#include "viewer/model/filter_completion.h"
#include "viewer/model/settings.h"
#include "viewer/model/workspace.h"

namespace viewer {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

void load(Workspace& workspace) {
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
  test_support::play_sample_sessions(analyzer);
  workspace.store().publish();
  workspace.update(0, [] { return true; });
}

void settle(Workspace& workspace) {
  workspace.finish_filtering();
  do {
    workspace.update(0, [] { return true; });
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (workspace.order().sorting());
}

std::string write_sample(const std::string& name) {
  const std::string path = testing::TempDir() + "/" + name;
  std::string error;
  const auto file = captures::FileOutput::create(path, true, error);
  EXPECT_NE(file, nullptr) << error;
  captures::Writer writer({}, file.get());
  parser::AnalyzerOptions options;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, writer);
  test_support::play_sample_sessions(analyzer);
  writer.flush();
  return path;
}

TEST(RowOrder, SortsWhatIsShownAndKeepsEqualRowsInOrder) {
  Workspace w;
  load(w);
  for (const bool down : {false, true}) {
    w.set_sort(Sort{Column::kSize, down});
    settle(w);
    for (size_t i = 1; i < w.view().size(); ++i) {
      const Row& a = w.store().row(w.shown(i - 1));
      const Row& b = w.store().row(w.shown(i));
      EXPECT_TRUE(down ? a.bytes_size >= b.bytes_size : a.bytes_size <= b.bytes_size);
      EXPECT_TRUE(a.bytes_size != b.bytes_size || w.shown(i - 1) < w.shown(i));
    }
  }
  w.set_sort(std::nullopt);
  settle(w);
  EXPECT_EQ(w.shown(5), w.view()[5]);
}

TEST(RowOrder, EveryColumnSortsEveryRowOnce) {
  Workspace w;
  load(w);
  for (size_t column = 0; column < kColumns; ++column) {
    w.set_sort(Sort{static_cast<Column>(column), true});
    settle(w);
    std::set<RowIndex> seen;
    for (size_t i = 0; i < w.view().size(); ++i) seen.insert(w.shown(i));
    EXPECT_EQ(seen.size(), w.view().size()) << "column " << column;
  }
}

TEST(RowOrder, MovingFollowsWhatIsSeen) {
  Workspace w;
  load(w);
  w.set_sort(Sort{Column::kSize, true});
  settle(w);
  w.move_to_first();
  EXPECT_EQ(w.selection().row, w.shown(0));
  w.move(1);
  EXPECT_EQ(w.selection().row, w.shown(1));
  EXPECT_EQ(w.position_of(w.shown(7)), 7U);
  ASSERT_TRUE(w.set_filter("xmpp.message"));
  settle(w);
  for (size_t i = 1; i < w.view().size(); ++i) {
    EXPECT_GE(w.store().row(w.shown(i - 1)).bytes_size, w.store().row(w.shown(i)).bytes_size);
  }
}

TEST(Picking, TakesRowsOneByOneOrAStretch) {
  Workspace w;
  load(w);
  w.select_row(3);
  w.pick(7);
  EXPECT_THAT(w.picked_rows(), testing::ElementsAre(3, 7));
  w.pick(7);
  EXPECT_THAT(w.picked_rows(), testing::ElementsAre(3));
  w.select_row(10);
  w.pick_to(13);
  EXPECT_THAT(w.picked_rows(), testing::ElementsAre(10, 11, 12, 13));
  w.select_row(2);
  EXPECT_THAT(w.picked_rows(), testing::ElementsAre(2)) << "a plain selection begins anew";
  w.pick_all();
  EXPECT_EQ(w.picked_rows().size(), w.store().rows());
}

TEST(Copying, GivesEachForm) {
  Workspace w;
  load(w);
  w.find("wherefore", true);
  settle(w);
  ASSERT_TRUE(w.find_state().found);
  const Row& row = w.store().row(*w.selection().row);
  EXPECT_EQ(w.copy(CopyForm::kXml), row.as_sent());
  const auto json = nlohmann::json::parse(w.copy(CopyForm::kJson));
  EXPECT_EQ(json["kind"], "message");
  EXPECT_EQ(json["xml"], row.as_sent());
  EXPECT_EQ(w.copy(CopyForm::kWireshark), "frame.number in {" + std::to_string(row.frame) + "}");
  EXPECT_THAT(w.copy(CopyForm::kSummary), HasSubstr("Wherefore"));
}

TEST(Copying, ATranscriptIsReadAgainAndHasNoSecrets) {
  Workspace w;
  load(w);
  w.show_connection(0);
  settle(w);
  w.pick_all();
  const std::string transcript = w.copy(CopyForm::kTranscript);
  EXPECT_THAT(transcript, HasSubstr("C: <"));
  EXPECT_THAT(transcript, HasSubstr("S: <"));
  const parser::GivenText given = parser::read_given_text(transcript, std::nullopt, {});
  EXPECT_EQ(given.error, "");
  EXPECT_EQ(given.form, parser::TextForm::kTranscript);
  w.select_row(static_cast<RowIndex>(w.view()[w.view().size() / 2]));
  EXPECT_THAT(w.copy(CopyForm::kTranscript), HasSubstr("[bound juliet@example.com/balcony]"))
      << "a part of a session says where it stands";
}

TEST(FieldFilter, WhatACellOffersTakesItsRow) {
  Workspace w;
  load(w);
  Reparser reparser(w.store());
  size_t offered = 0;
  for (RowIndex i = 0; i < w.store().rows(); ++i) {
    for (size_t column = 0; column < kColumns; ++column) {
      const std::string expression = filter_for(w.store(), w.store().row(i), static_cast<Column>(column));
      if (expression.empty()) continue;
      ++offered;
      auto parsed = parser::filter::Filter::parse(expression);
      ASSERT_TRUE(std::holds_alternative<parser::filter::Filter>(parsed)) << expression;
      EXPECT_TRUE(std::get<parser::filter::Filter>(parsed).matches(reparser.event(i)))
          << expression << " row " << i;
    }
  }
  EXPECT_GT(offered, 200U);
}

TEST(FieldFilter, NarrowsAndExcludes) {
  EXPECT_EQ(narrowed("", "xmpp.iq", false), "xmpp.iq");
  EXPECT_EQ(narrowed("", "xmpp.iq", true), "!(xmpp.iq)");
  EXPECT_EQ(narrowed("xmpp.iq", "xmpp.id == \"a\"", false), "xmpp.iq && xmpp.id == \"a\"");
  EXPECT_EQ(narrowed("xmpp.iq || xmpp.message", "xmpp.in", true), "(xmpp.iq || xmpp.message) && !(xmpp.in)");
  EXPECT_EQ(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
}

TEST(Completion, KnowsFieldsAndTheValuesOfTheCapture) {
  Workspace w;
  load(w);
  const auto complete = [&](std::string_view text) { return complete_filter(w.store(), text, text.size()); };
  const Completion fields = complete("xmpp.iq && xmpp.fr");
  ASSERT_FALSE(fields.suggestions.empty());
  EXPECT_EQ(fields.suggestions[0].text, "xmpp.from");
  EXPECT_FALSE(fields.suggestions[0].description.empty());
  EXPECT_EQ(fields.begin, 11U);
  EXPECT_EQ(complete("mechanism").suggestions[0].text, "xmpp.sasl.mechanism") << "a part of a name will do";
  EXPECT_THAT(complete("xmpp.from == ").suggestions,
              Contains(Field(&Suggestion::text, "\"romeo@example.net/orchard\"")));
  const Completion open = complete("xmpp.from contains \"jul");
  ASSERT_FALSE(open.suggestions.empty());
  EXPECT_EQ(open.begin, 19U) << "the open quote is taken along";
  EXPECT_THAT(complete("xmpp.finding == \"iq-mis").suggestions,
              Contains(Field(&Suggestion::text, "\"iq-missing-id\"")));
  EXPECT_THAT(complete("xmpp.kind in {\"i").suggestions, Contains(Field(&Suggestion::text, "\"iq\"")));
  EXPECT_TRUE(complete("").suggestions.empty());
  EXPECT_TRUE(complete("xmpp.from contains \"a\" ").suggestions.empty());
}

TEST(Find, StaysWhileTheTextIsTyped) {
  Workspace w;
  load(w);
  for (const char* text : {"w", "wh", "whe", "where", "wherefore"}) {
    w.find(text, true, true);
    settle(w);
  }
  ASSERT_TRUE(w.find_state().found);
  EXPECT_THAT(std::string(w.store().row(*w.selection().row).as_sent()), HasSubstr("Wherefore"));
}

TEST(Notes, GoIntoTheCaptureAndComeBack) {
  const std::string path = write_sample("viewer-notes.pcapng");
  RowIndex marked = 0;
  {
    Workspace w;
    w.open(path, false);
    w.loader()->wait_until_read();
    w.update(0, [] { return true; });
    w.move_to_finding(true);
    marked = *w.selection().row;
    w.comment("look here");
    EXPECT_TRUE(w.notes().unsaved());
    w.select_row(marked + 1);
    w.toggle_mark();
    w.save_notes();
    while (w.notes().saving()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    w.update(0, [] { return true; });
    EXPECT_THAT(w.message(), HasSubstr("2 notes saved"));
    EXPECT_FALSE(w.notes().unsaved());
    EXPECT_FALSE(w.store().row(3).as_sent().empty()) << "the rows still stand on the old file";
  }
  Workspace again;
  again.open(path, false);
  again.loader()->wait_until_read();
  again.update(0, [] { return true; });
  ASSERT_NE(again.note_of(marked), nullptr);
  EXPECT_EQ(*again.note_of(marked), "look here");
  EXPECT_TRUE(again.status().damage.empty());
  EXPECT_TRUE(again.move_to_note(true));
  EXPECT_EQ(again.selection().row, marked);
}

TEST(Notes, WithoutACaptureOfOursItIsSaidWhy) {
  Workspace w;
  w.save_notes();
  EXPECT_TRUE(w.message_is_error());
  const std::string path = testing::TempDir() + "/viewer-notes.txt";
  std::ofstream(path) << "C: <presence/>\n";
  Workspace text;
  text.open(path, false);
  text.loader()->wait_until_read();
  text.save_notes();
  EXPECT_THAT(text.message(), HasSubstr("stanzascope import"));
}

TEST(Loader, MapsACaptureAndPointsIntoIt) {
  Workspace w;
  w.open(write_sample("viewer-mapped.pcapng"), false);
  w.loader()->wait_until_read();
  const uint64_t bytes = [&] {
    uint64_t sum = 0;
    for (size_t i = 0; i < w.store().rows(); ++i) sum += w.store().row(i).bytes_size;
    return sum;
  }();
  ASSERT_GT(bytes, 5'000U);
  size_t inside = 0;
  const char* low = nullptr;
  for (size_t i = 0; i < w.store().rows(); ++i) {
    const Row& row = w.store().row(i);
    if (row.bytes == nullptr) continue;
    if (low != nullptr && row.bytes > low) ++inside;  // as they lie in the file
    low = row.bytes;
  }
  EXPECT_GT(inside, 40U);
}

TEST(Loader, ReadsTranscriptsAndXml) {
  const std::string path = testing::TempDir() + "/viewer.transcript";
  std::ofstream(path) << "C: <message to='romeo@example.net'><body>hi</body></message>\n"
                         "S: <message from='romeo@example.net'><body>ho</body></message>\n";
  Workspace w;
  w.open(path, false);
  w.loader()->wait_until_read();
  EXPECT_EQ(w.status().state, Loader::State::kDone) << w.status().error;
  EXPECT_FALSE(w.status().guesses.empty());
  EXPECT_EQ(w.store().totals().elements, 2U);
  const std::string xml = testing::TempDir() + "/viewer.xml";
  std::ofstream(xml) << "<iq type='get' id='a'><ping xmlns='urn:xmpp:ping'/></iq>";
  Workspace other;
  other.open(xml, false);
  other.loader()->wait_until_read();
  EXPECT_EQ(other.store().totals().elements, 1U) << other.status().error;
}

// One Ethernet frame of a conversation, without checksums: what a capture of another program holds.
std::string tcp_frame(bool from_client, uint32_t seq, uint32_t ack, uint8_t flags,
                      const std::string& payload) {
  std::string ip;
  const auto put16 = [&](size_t v) { ip += static_cast<char>(v >> 8), ip += static_cast<char>(v & 255); };
  const auto put32 = [&](uint32_t v) { put16(v >> 16), put16(v & 0xffff); };
  ip += std::string("\x45\x00", 2);
  put16(40 + payload.size());
  ip += std::string("\x00\x01\x00\x00\x40\x06\x00\x00", 8);
  const std::string client("\x0a\x00\x00\x01", 4);
  const std::string server("\x0a\x00\x00\x02", 4);
  ip += from_client ? client + server : server + client;
  put16(from_client ? 40000 : 5222);
  put16(from_client ? 5222 : 40000);
  put32(seq);
  put32(ack);
  ip += static_cast<char>(0x50);
  ip += static_cast<char>(flags);
  ip += std::string("\xff\xff\x00\x00\x00\x00", 6);
  return std::string("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00", 14) + ip + payload;
}

TEST(Loader, ReadsCapturesOfOtherPrograms) {
  const std::string header =
      "<stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>";
  const std::string path = testing::TempDir() + "/viewer-foreign.pcap";
  std::string file(
      "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00", 24);
  uint32_t second = 1;
  for (const std::string& frame :
       {tcp_frame(true, 100, 0, 2, ""), tcp_frame(false, 500, 101, 0x12, ""),
        tcp_frame(true, 101, 501, 0x18, header),
        tcp_frame(false, 501, static_cast<uint32_t>(101 + header.size()), 0x18, header)}) {
    for (const uint32_t field :
         {second++, uint32_t{0}, static_cast<uint32_t>(frame.size()), static_cast<uint32_t>(frame.size())}) {
      file.append(reinterpret_cast<const char*>(&field), 4);
    }
    file += frame;
  }
  std::ofstream(path, std::ios::binary) << file;
  Workspace w;
  w.open(path, false);
  w.loader()->wait_until_read();
  EXPECT_EQ(w.status().state, Loader::State::kDone) << w.status().error;
  EXPECT_EQ(w.store().totals().elements, 2U);
  ASSERT_FALSE(w.status().guesses.empty());
  EXPECT_THAT(w.status().guesses[0], HasSubstr("another program"));
  EXPECT_THAT(w.notes_obstacle(), HasSubstr("stanzascope import"));
}

TEST(Sessions, SayHowTheyAreSecuredAndHowFarTheyCame) {
  Workspace w;
  load(w);
  ASSERT_EQ(w.sessions().all().size(), 2U);
  const ConnectionSummary juliet = w.store().connection(0);
  EXPECT_EQ(short_way(juliet), "TLS 1.3 \u203a authenticated \u203a bound \u203a SM on");
  const auto facts = connection_facts(juliet);
  EXPECT_THAT(facts, Contains(Field(&SessionFact::name, "server leg")));
  EXPECT_THAT(facts, Contains(Field(&SessionFact::value, HasSubstr("TLS 1.3, TLS_AES_256_GCM_SHA384"))));
  w.show_session(w.sessions().all()[1].id);
  settle(w);
  ASSERT_GT(w.view().size(), 10U);
  for (size_t i = 0; i < w.view().size(); ++i) EXPECT_EQ(w.store().row(w.view()[i]).connection, 1U);
}

TEST(Sessions, ResumedConnectionsAreOne) {
  Workspace w;
  w.open(std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/prosody-slixmpp-resume.pcapng", false);
  w.loader()->wait_until_read();
  w.update(0, [] { return true; });
  EXPECT_LT(w.sessions().all().size(), w.store().connections());
  const SessionList::Session* resumed = nullptr;
  for (const auto& session : w.sessions().all()) {
    if (session.connections.size() > 1) resumed = &session;
  }
  ASSERT_NE(resumed, nullptr);
  EXPECT_EQ(session_title(w.store(), *resumed), "juliet@verona.example/balcony")
      << "the address that it was bound to at first; the connection that resumes it is bound to none";
  FindingsList& findings = w.findings_list();
  findings.group_by(FindingsList::By::kSession);
  while (findings.update()) {
  }
  for (const auto& group : findings.groups()) EXPECT_THAT(group.title, HasSubstr("@verona.example/"));
  w.show_session(resumed->id);
  settle(w);
  std::set<uint32_t> connections;
  for (size_t i = 0; i < w.view().size(); ++i) connections.insert(w.store().row(w.view()[i]).connection);
  EXPECT_GE(connections.size(), 2U);
  uint64_t rows = 0;
  for (const uint32_t connection : resumed->connections) rows += w.store().connection(connection).rows;
  EXPECT_EQ(w.view().size(), rows) << "also those of the login before the session was resumed";
}

// The rows before <resumed/> were judged when nobody could know whose they are.
TEST(Sessions, ThatAreResumedWhileTheyAreShownAloneGetAllTheirRows) {
  Workspace w;
  class Halves : public parser::EventSink {
   public:
    explicit Halves(Workspace& workspace) : workspace_(workspace) {}
    void on_event(const parser::StreamEvent& event) override {
      const bool resumed = event.kind == parser::EventKind::kSm && event.local == "resumed";
      if (resumed) {
        workspace_.store().publish();
        workspace_.update(0, [] { return true; });
        workspace_.show_session(event.session);
        settle(workspace_);
        before = workspace_.view().size();
      }
      workspace_.store().on_event(event);
    }
    size_t before = 0;

   private:
    Workspace& workspace_;
  };
  Halves halves(w);
  captures::Reader reader(parser::AnalyzerOptions{}, halves);
  ASSERT_EQ(
      captures::read_file(STANZASCOPE_SOURCE_DIR "/captures/samples/prosody-slixmpp-resume.pcapng", reader),
      "");
  w.store().publish();
  w.update(0, [] { return true; });  // notices whose the connection is
  settle(w);
  ASSERT_GT(halves.before, 0U);
  ASSERT_TRUE(w.view().session());
  const SessionList::Session* session = w.sessions().find(*w.view().session());
  ASSERT_NE(session, nullptr);
  uint64_t rows = 0;
  for (const uint32_t connection : session->connections) rows += w.store().connection(connection).rows;
  EXPECT_EQ(w.view().size(), rows);
}

TEST(Sessions, AreCalledByTheAddressThatTheLoginGave) {
  const auto title = [](const std::string& identifier) {
    const auto read = parser::parse_transcript(
        "[tls]\n"
        "C: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
        "<initial-response>AGp1bGlldABzZWNyZXQ=</initial-response></authenticate>\n"
        "S: <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" +
        identifier + "</authorization-identifier></success>\n");
    CaptureStore store;
    parser::Analyzer analyzer(parser::AnalyzerOptions{}, store);
    parser::play(std::get<parser::Transcript>(read), analyzer, 1, {});
    return store.connection(0).title();
  };
  EXPECT_EQ(title("juliet@example.com/balcony"), "juliet@example.com/balcony");
  EXPECT_EQ(title("juliet@example.com").find('/'), std::string::npos) << "nothing is bound yet";
}

// What is shown of an element is made from its bytes; it must be what was said when it passed.
TEST(Summaries, AreWhatTheyWereWhenTheElementPassed) {
  class Tee : public parser::EventSink {
   public:
    explicit Tee(CaptureStore& store) : store_(store) {}
    void on_event(const parser::StreamEvent& event) override {
      said.push_back(parser::summary(event));
      store_.on_event(event);
    }
    std::vector<std::string> said;

   private:
    CaptureStore& store_;
  };
  size_t made = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STANZASCOPE_SOURCE_DIR "/captures/samples")) {
    if (entry.path().extension() != ".pcapng") continue;
    SCOPED_TRACE(entry.path().filename().string());
    CaptureStore store;
    Tee tee(store);
    captures::Reader reader(parser::AnalyzerOptions{}, tee);
    ASSERT_EQ(captures::read_file(entry.path(), reader), "");
    store.publish();
    ASSERT_EQ(store.rows(), tee.said.size());
    Summaries summaries(store);
    for (RowIndex row = 0; row < store.rows(); ++row) {
      EXPECT_EQ(summaries.of(row), shorten(tee.said[row], store.limits().max_summary)) << "row " << row;
      if (store.row(row).has(Row::kSummaryFromBytes)) ++made;
    }
    // In another order the same: what was kept of one row is not another's.
    for (RowIndex row = static_cast<RowIndex>(store.rows()); row-- > 0;) {
      ASSERT_EQ(summaries.of(row), shorten(tee.said[row], store.limits().max_summary)) << "row " << row;
    }
  }
  EXPECT_GT(made, 1000U);
}

TEST(Find, TakesWordsThatStandInNoBytes) {
  Workspace w;
  load(w);
  w.find("roster request", true);
  settle(w);
  ASSERT_TRUE(w.find_state().found);
  const RowIndex row = *w.selection().row;
  EXPECT_THAT(std::string(w.summary(row)), HasSubstr("roster request"));
  EXPECT_EQ(w.store().row(row).as_sent().find("roster request"), std::string_view::npos);
}

TEST(Findings, AreGroupedGravestFirst) {
  Workspace w;
  load(w);
  FindingsList& list = w.findings_list();
  using By = FindingsList::By;
  for (const By by : {By::kSeverity, By::kWho, By::kSession, By::kRule}) {
    list.group_by(by);
    while (list.update()) {
    }
    size_t sum = 0;
    for (const auto& group : list.groups()) sum += group.findings.size();
    EXPECT_EQ(sum, w.store().findings());
    for (size_t i = 1; i < list.groups().size(); ++i) {
      EXPECT_GE(list.groups()[i - 1].worst, list.groups()[i].worst);
    }
  }
  EXPECT_EQ(list.groups()[0].worst, parser::Severity::kError);
}

TEST(Detail, EveryAttributeKnowsItsBytes) {
  Workspace w;
  load(w);
  size_t attributes = 0;
  for (RowIndex i = 0; i < w.store().rows(); ++i) {
    w.select_row(i);
    const Detail& detail = w.detail();
    for (const TreeNode& node : detail.tree) {
      ASSERT_LE(node.range.end, detail.bytes.size());
      if (!node.attribute) continue;
      const std::string_view bytes = detail.bytes.substr(node.range.begin, node.range.size());
      EXPECT_TRUE(bytes.starts_with(node.label)) << node.label << " is not at " << bytes;
      EXPECT_EQ(node_at(detail, node.range.begin), &node);
      ++attributes;
    }
  }
  EXPECT_GT(attributes, 100U);
}

TEST(AttributeRanges, StopWhereTheTagIsBroken) {
  EXPECT_EQ(attribute_ranges("<a b='1' c = \"2\">", {0, 17}).size(), 2U);
  EXPECT_EQ(attribute_ranges("<a b=1 c='2'>", {0, 13}).size(), 0U);
  EXPECT_EQ(attribute_ranges("<a b='", {0, 6}).size(), 0U);
  EXPECT_EQ(attribute_ranges("", {0, 0}).size(), 0U);
  EXPECT_EQ(attribute_ranges("<a b='1'>", {0, 900}).size(), 1U);
}

TEST(Decoded, TellsLoginsErrorsAndNamespaces) {
  Workspace w;
  load(w);
  std::set<std::string> groups;
  std::string all;
  for (RowIndex i = 0; i < w.store().rows(); ++i) {
    w.select_row(i);
    for (const DecodedItem& item : w.detail().decoded) {
      groups.insert(item.group);
      all += item.name + ": " + item.value + " " + item.meaning + "\n";
      EXPECT_LE(item.range.value_or(parser::ByteRange{}).end, w.detail().bytes.size());
    }
  }
  EXPECT_THAT(groups, testing::IsSupersetOf({"login", "error", "namespace"}));
  EXPECT_THAT(all, HasSubstr("client's nonce"));
  EXPECT_THAT(all, HasSubstr("The stanza is not built as its protocol asks."));
  EXPECT_THAT(all, HasSubstr("RFC 6121"));
}

TEST(Lens, ShowsWhereTheGenerationsPart) {
  Workspace w;
  w.look_at("Juliet@EXAMPLE.com/Balcony");
  ASSERT_NE(w.lens(), nullptr);
  EXPECT_EQ(w.side_view(), SideView::kLens);
  ASSERT_EQ(w.lens()->verdicts.size(), 2U);
  EXPECT_EQ(w.lens()->verdicts[1].outcome, "juliet@example.com/Balcony");
  EXPECT_THAT(w.lens()->verdicts[1].steps, Contains(Field(&LensStep::changed, true)));
  w.look_at("a b@example.com");
  EXPECT_FALSE(w.lens()->verdicts[1].valid);
  w.look_at("\xff\x00@");
  EXPECT_FALSE(w.lens()->verdicts[0].valid);
}

TEST(SettingsFile, ComeBackAndSurviveNonsense) {
  Settings settings;
  settings.theme = "light";
  settings.zoom = 1.5;
  remember(settings.recent, "/a");
  remember(settings.recent, "/b");
  remember(settings.recent, "/a");
  EXPECT_THAT(settings.recent, testing::ElementsAre("/a", "/b"));
  settings.saved_filters = {"xmpp.iq"};
  const std::string path = testing::TempDir() + "/settings/deep/viewer.json";
  ASSERT_EQ(save_settings(path, settings), "");
  const Settings again = load_settings(path);
  EXPECT_EQ(again.theme, "light");
  EXPECT_EQ(again.zoom, 1.5);
  EXPECT_EQ(again.recent, settings.recent);
  EXPECT_EQ(again.saved_filters, settings.saved_filters);
  for (const char* nonsense : {"", "[]", "{", "{\"zoom\":900,\"recent\":[1,null,\"\"],\"theme\":\"pink\"}"}) {
    const Settings usual = parse_settings(nonsense);
    EXPECT_EQ(usual.zoom, 1) << nonsense;
    EXPECT_EQ(usual.theme, "") << nonsense;
    EXPECT_TRUE(usual.recent.empty()) << nonsense;
  }
  EXPECT_NE(save_settings("/proc/no/such/place", settings), "");
}

}  // namespace
}  // namespace viewer
