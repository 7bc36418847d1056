#include "tests/support/every_reader.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "parser/analyzer.h"
#include "parser/payload/blocking.h"
#include "parser/payload/caps.h"
#include "parser/payload/carbons.h"
#include "parser/payload/chat_state.h"
#include "parser/payload/csi.h"
#include "parser/payload/data_form.h"
#include "parser/payload/delay.h"
#include "parser/payload/disco.h"
#include "parser/payload/encryption_hint.h"
#include "parser/payload/entity_queries.h"
#include "parser/payload/errors.h"
#include "parser/payload/forwarded.h"
#include "parser/payload/http_upload.h"
#include "parser/payload/jingle.h"
#include "parser/payload/mam.h"
#include "parser/payload/markers.h"
#include "parser/payload/muc.h"
#include "parser/payload/omemo.h"
#include "parser/payload/ox.h"
#include "parser/payload/part.h"
#include "parser/payload/private_storage.h"
#include "parser/payload/pubsub.h"
#include "parser/payload/receipts.h"
#include "parser/payload/roster.h"
#include "parser/payload/rsm.h"
#include "parser/payload/stanza_ids.h"
#include "parser/payload/summary.h"
#include "parser/payload/vcard.h"
#include "parser/stream/plain_text.h"
#include "parser/stream/stanza.h"

namespace test_support {
namespace {

using namespace parser;
using namespace parser::payload;

constexpr size_t kMessageBytes = 1000;  // the engine cuts at fewer

[[noreturn]] void fail(const char* what, std::string_view about) {
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(about.size()), about.data());
  std::abort();
}

void check_words(const std::string& words) {
  if (words.find('\n') != std::string::npos || words.find('\x1b') != std::string::npos)
    fail("unsafe words", words);
}

size_t read_one(const xml::Element& e) {
  size_t taken = 0;
  const auto count = [&](bool found) { taken += found ? 1 : 0; };
  count(as_blocking(e).has_value());
  count(as_caps(e).has_value());
  count(carbon_in(e).has_value());
  count(as_chat_state(e) != ChatState::kNone);
  count(chat_states_in(e).count > 0);
  count(as_client_state(e).has_value());
  count(as_data_form(e).has_value());
  count(data_form_in(e).has_value());
  count(as_delay(e).has_value());
  count(delay_in(e).has_value());
  if (const auto info = as_disco_info(e)) {
    count(true);
    caps_string(*info);
    verify(*info, "sha-1", "x");
    verify_node(*info);
  }
  count(as_disco_items(e).has_value());
  count(encryption_hint_in(e).has_value());
  count(as_entity_time(e).has_value());
  count(as_software_version(e).has_value());
  count(as_last_activity(e).has_value());
  count(forwarded_in(e).has_value());
  count(forwarded_by(e).has_value());
  count(as_upload_request(e).has_value());
  count(as_upload_slot(e).has_value());
  count(as_jingle(e).has_value());
  count(as_mam_query(e).has_value());
  count(mam_result_in(e).has_value());
  count(as_mam_fin(e).has_value());
  count(!marker_in(e).kind.empty());
  count(muc_join_in(e).has_value());
  count(muc_user_in(e).has_value());
  count(omemo_in(e).has_value());
  count(ox_in(e).has_value());
  count(as_private_storage(e).has_value());
  count(as_pubsub(e).has_value());
  const Receipts receipts = receipts_in(e);
  count(receipts.request != nullptr || receipts.received != nullptr);
  count(as_roster(e).has_value());
  if (const auto set = result_set_in(e)) {
    count(true);
    check_words(page_words(*set));
  }
  if (stable_ids_in(e).size() > 64) fail("more ids than the cap", "");
  count(as_vcard(e).has_value());
  const PartSet parts = parts_of(e);
  for (unsigned i = 0; i < 32; ++i) {
    const Part part = static_cast<Part>(i);
    if (has(parts, part) != (find_part(e, part) != nullptr)) fail("a part that is not there", e.local);
  }
  count(parts != 0);
  const auto error = stanza_error(e);
  if (error)
    count(!stanza_error_meaning(error->condition).empty() || !error_type_meaning(error->type).empty());
  return taken;
}

size_t speak(const xml::Element& e) {
  using Words = std::string (*)(const Scene&);
  static constexpr Words kAll[] = {
      blocking_words,     carbons_words,          chat_state_words,    csi_words,
      data_form_words,    disco_info_words,       disco_items_words,   ping_words,
      entity_time_words,  software_version_words, last_activity_words, upload_words,
      jingle_words,       jingle_message_words,   mam_words,           marker_words,
      muc_message_words,  muc_admin_words,        muc_owner_words,     omemo_words,
      ox_words,           private_storage_words,  pubsub_words,        pubsub_owner_words,
      pubsub_event_words, receipt_words,          roster_words,        vcard_words};
  size_t spoken = 0;
  for (const Words words : kAll) {
    for (const std::string_view type : {"get", "set", "result", "error", ""}) {
      const std::string text = words(Scene{e, type, "peer@example.net/x", false});
      check_words(text);
      spoken += text.empty() ? 0 : 1;
    }
  }
  check_words(muc_presence_words(e, "available"));
  return spoken;
}

size_t descend(const xml::Element& element, unsigned depth, size_t& left) {
  if (left == 0) return 0;
  --left;
  size_t taken = read_one(element) + speak(element);
  if (depth == 0) return taken;
  for (const xml::Element& child : element.children()) taken += descend(child, depth - 1, left);
  return taken;
}

class Judge final : public EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    const std::string words = summary(event);
    check_words(words);
    if (columns(words) > kMaxSummaryColumns) fail("a summary that is too long", words);
    if (event.element != nullptr) {
      size_t left = 8;
      descend(*event.element, 2, left);
    }
    for (const Finding& finding : event.findings) {
      if (finding.message.empty() || finding.message.size() > kMessageBytes)
        fail("a message of no good length", finding.message);
      if (finding.message.starts_with("This rule could not be judged")) fail("a rule threw", finding.message);
      if (finding.frame > event.frame) fail("a finding about the future", finding.message);
    }
  }
};

void play(std::string_view bytes, Direction direction, bool assumed) {
  Judge judge;
  AnalyzerOptions options;
  options.limits.element_bytes = 65'536;
  options.max_findings_per_rule = 10;
  Analyzer analyzer(options, judge);
  ConnectionInfo info;
  info.from_start = false;
  if (assumed)
    info.assumed = AssumedSession{.bound_jid = "juliet@example.com/balcony", .domain = "example.com"};
  Time now{};
  analyzer.opened(now, 1, info);
  analyzer.bytes(now, 1, direction, bytes);
  // And once more, as the answer to itself.
  now += std::chrono::seconds(61);
  analyzer.bytes(now, 1, opposite(direction), bytes);
  analyzer.finish(now);
}

}  // namespace

size_t read_everything(const xml::Element& element) {
  size_t left = 2000;
  return descend(element, 8, left);
}

void judge_everything(std::string_view bytes) {
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    play(bytes, direction, true);
    play(bytes, direction, false);
  }
}

}  // namespace test_support
