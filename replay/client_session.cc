#include "replay/client_session.h"

#include <algorithm>

#include "parser/sasl/base64.h"
#include "parser/stream/plain_text.h"
#include "proxy/namespaces.h"
#include "proxy/stream_text.h"
#include "replay/meaning.h"

namespace replay {

using parser::Direction;
using parser::Duration;
using parser::EventKind;
using parser::StreamItem;
using parser::Time;
using parser::xml::Element;
using Verdict = ClientStep::Verdict;

namespace {

constexpr std::string_view kSession = "urn:ietf:params:xml:ns:xmpp-session";
constexpr std::string_view kSm = "urn:xmpp:sm:3";
constexpr size_t kMostLogin = 16'384;  // bytes of one login message
constexpr auto kGoodbye = std::chrono::seconds(2);

// Presence that a person answers (RFC 6121 §3), or not.
bool asks_somebody(const Element& stanza) {
  return stanza.local == "presence" && stanza.attribute("type").find("subscribe") != std::string_view::npos;
}

// Whether a recording hid a value of it (captures/masking.h): nothing but asterisks.
bool holds_masked(const Element& element) {
  for (const auto* node = element.first_node; node != nullptr; node = node->next) {
    if (node->element != nullptr) {
      if (holds_masked(*node->element)) return true;
    } else if (!node->text.empty() && node->text.find_first_not_of('*') == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string condition_of(const Element& error) {
  for (const Element& child : error.children()) {
    if (child.local != "text") return std::string(child.local);
  }
  return {};
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSame:
      return "same";
    case Verdict::kDiffers:
      return "differs";
    case Verdict::kNoAnswer:
      return "no-answer";
    case Verdict::kNotSent:
      return "not-sent";
  }
  return "";
}

AnswerKind kind_of_answer(const Element& stanza) {
  AnswerKind kind;
  const std::string_view type = stanza.attribute("type");
  const Element* error = stanza.child("error");
  if (type == "error") {
    kind.type = "error";
    if (error != nullptr) kind.condition = condition_of(*error);
    return kind;
  }
  kind.type = stanza.local == "iq" ? type : stanza.local;
  if (stanza.local != "iq") return kind;
  if (const Element* payload = stanza.first_child(); payload != nullptr)
    kind.payload = "{" + std::string(payload->ns) + "}" + std::string(payload->local);
  return kind;
}

std::string in_words(const AnswerKind& kind) {
  std::string words = kind.type;
  if (!kind.condition.empty()) words += " " + kind.condition;
  if (!kind.payload.empty()) words += " " + kind.payload;
  return parser::plain(words, 200);
}

ClientSession::ClientSession(const RecordedSession& session, const ClientOptions& options)
    : session_(session), options_(options) {
  expect();
}

ClientSession::~ClientSession() = default;

// --- with others ------------------------------------------------------------------------------------------

// Of the step that is next; behind the last one that of the last thing that was recorded.
uint64_t ClientSession::frame_of_next() const {
  if (session_.elements.empty()) return 0;
  return session_.elements[std::min(next_, session_.elements.size() - 1)].frame;
}

bool ClientSession::is_turn() const {
  return options_.ensemble == nullptr || options_.ensemble->turn(options_.member, frame_of_next());
}

void ClientSession::tell_others() const {
  if (options_.ensemble == nullptr) return;
  const bool over = stage_ == Stage::kOver || (stage_ == Stage::kPlaying && session_.elements.empty());
  uint64_t frame = over ? Ensemble::kOver : frame_of_next();
  for (size_t at = open_; at < expected_.size() && !over; ++at) {
    const Expected& expected = expected_[at];
    if (expected.due && !expected.over && !expected.foreign)
      frame = std::min(frame, session_.elements[expected.wanted].frame);
  }
  options_.ensemble->stands_at(options_.member, frame);
}

bool ClientSession::came_from_others(const Expected& expected, const Element& stanza) const {
  const Element& wanted = *session_.elements[expected.wanted].element;
  if (wanted.local != stanza.local || wanted.attribute("type") != stanza.attribute("type")) return false;
  const std::string from = rewriting_.address(wanted.attribute("from"));
  const std::string_view came = stanza.attribute("from");
  const auto bare = [](std::string_view jid) { return jid.substr(0, jid.find('/')); };
  if (bare(from) != bare(came)) return false;
  const Element* body = wanted.child("body");
  const Element* other = stanza.child("body");
  if ((body == nullptr) != (other == nullptr)) return false;
  return body == nullptr || body->text() == other->text();
}

bool ClientSession::is_step(const RecordedElement& element) const {
  if (element.direction != Direction::kC2S || !element.selected) return false;
  if (element.element == nullptr) return true;  // no XML, as it was sent
  return !is_iq_answer(element);                // those are sent when they are asked for
}

void ClientSession::expect() {
  const auto& elements = session_.elements;
  const auto add = [&](size_t said, size_t wanted, bool answer, bool reaction) {
    Expected expected;
    expected.said = said;
    expected.wanted = wanted;
    expected.answer = answer;
    expected.reaction = reaction;
    expected.step.frame = elements[said].frame;
    expected.step.connection = elements[said].connection;
    expected.step.what = in_words(*elements[said].element);
    expected.step.masked = holds_masked(*elements[said].element);
    expected.step.recorded = kind_of_answer(*elements[wanted].element);
    expected_.push_back(std::move(expected));
  };
  for (size_t at = 0; at < elements.size(); ++at) {
    if (elements[at].direction == Direction::kS2C && elements[at].request &&
        is_step(elements[*elements[at].request]) && elements[at].element != nullptr)
      add(*elements[at].request, at, true, false);
  }
  for (const Push& push : pushes_of(session_)) {
    if (push.cause && (push.reaction || push.own) && is_step(elements[*push.cause]) &&
        !asks_somebody(*elements[*push.cause].element))
      add(*push.cause, push.element, false, push.reaction);
  }
  if (options_.ensemble != nullptr) {
    std::vector<bool> known(elements.size());
    for (const Expected& expected : expected_) known[expected.wanted] = true;
    for (size_t at = 0; at < elements.size(); ++at) {
      if (known[at] || !options_.ensemble->caused_by_others(options_.member, elements[at])) continue;
      add(at, at, false, false);
      expected_.back().foreign = true;
    }
  }
  std::sort(expected_.begin(), expected_.end(),
            [](const Expected& a, const Expected& b) { return a.wanted < b.wanted; });
}

void ClientSession::fail(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  if (stage_ == Stage::kOver) return;
  if (output_ != nullptr && stage_ != Stage::kNew && stage_ != Stage::kTls) {
    output_->bytes += "</stream:stream>";
    output_->close = true;
  }
  stage_ = Stage::kOver;
  tell_others();
  reader_.pause();
}

void ClientSession::start(bool tls, Time now, Output& output) {
  now_ = since_ = now;
  output_ = &output;
  tls_ = tls;
  send_header();
  output_ = nullptr;
}

void ClientSession::await_tls(Time now) {
  now_ = since_ = now;
  stage_ = Stage::kTls;
}

void ClientSession::send_header() {
  output_->bytes += proxy::stream_header({proxy::ns::kClient, options_.domain, {}, {}});
  stage_ = Stage::kFeatures;
  since_ = now_;
}

void ClientSession::received(std::string_view bytes, Time now, Output& output) {
  now_ = now;
  output_ = &output;
  consumed_ = stage_ == Stage::kOver ? bytes.size() : reader_.feed(bytes, *this);
  advance();
  output_ = nullptr;
}

void ClientSession::tls_established(Time now, Output& output) {
  now_ = now;
  output_ = &output;
  tls_ = true;
  send_header();
  output_ = nullptr;
}

void ClientSession::ended(Time now) {
  now_ = now;
  if (stage_ == Stage::kOver) return;
  const bool all =
      stage_ == Stage::kClosing || (stage_ == Stage::kPlaying && next_ >= session_.elements.size());
  if (!all) {
    failure_ = established_ ? "the server closed the connection before the recording was over"
                            : "the server closed the connection during the login";
  }
  stage_ = Stage::kOver;
  tell_others();
}

void ClientSession::on_item(const StreamItem& item) {
  if (stage_ == Stage::kOver) return;
  switch (item.kind) {
    case StreamItem::Kind::kHeader:
    case StreamItem::Kind::kKeepalive:
    case StreamItem::Kind::kUnparsed:
      return;
    case StreamItem::Kind::kFooter:
      if (stage_ == Stage::kClosing) {
        stage_ = Stage::kOver;
        output_->close = true;
        return;
      }
      return fail("the server ended the stream");
    case StreamItem::Kind::kViolation:
      if (item.error.fatal)
        fail("what the server sent is no stream: " + parser::plain(parser::xml::describe(item.error), 500));
      return;
    case StreamItem::Kind::kElement:
      break;
  }
  const Element& element = *item.element;
  if (element.is("error", proxy::ns::kStreams)) {
    if (ends_as_recorded(condition_of(element))) {
      output_->bytes += "</stream:stream>";
      output_->close = true;
      stage_ = Stage::kOver;
      return;
    }
    return fail("the server ended the stream: " + parser::plain(condition_of(element), 100));
  }
  if (element.is("features", proxy::ns::kStreams)) return on_features(element);
  if (element.ns == proxy::ns::kTls && stage_ == Stage::kTls) {
    if (element.local != "proceed") return fail("the server refused STARTTLS");
    output_->start_tls = true;
    reader_.pause();
    reader_.restart();
    return;
  }
  if (element.ns == proxy::ns::kSasl) return on_login(element);
  if (element.ns == kSm) return on_stream_management(element);
  if (managed_) ++handled_;
  if (stage_ == Stage::kBinding && element.local == "iq") return on_bound(element);
  if (stage_ == Stage::kPlaying || stage_ == Stage::kClosing) on_stanza(element);
}

// The recorded server ended the stream so, too, and all that had been said before it then has been said now.
bool ClientSession::ends_as_recorded(std::string_view condition) const {
  if (stage_ != Stage::kPlaying && stage_ != Stage::kClosing) return false;
  for (size_t at = 0; at < session_.elements.size(); ++at) {
    const RecordedElement& element = session_.elements[at];
    if (element.kind == EventKind::kStreamError && element.element != nullptr &&
        condition_of(*element.element) == condition)
      return next_ >= at || std::none_of(session_.elements.begin() + static_cast<std::ptrdiff_t>(next_),
                                         session_.elements.begin() + static_cast<std::ptrdiff_t>(at),
                                         [this](const RecordedElement& e) { return is_step(e); });
  }
  return false;
}

void ClientSession::on_features(const Element& features) {
  if (stage_ != Stage::kFeatures) return;
  since_ = now_;
  if (!tls_ && !options_.plain) {
    if (features.child("starttls", proxy::ns::kTls) == nullptr)
      return fail("the server offers no STARTTLS (--plain does without TLS, --direct-tls begins with it)");
    output_->bytes += proxy::starttls();
    stage_ = Stage::kTls;
    return;
  }
  if (!authenticated_) {
    const Element* list = features.child("mechanisms", proxy::ns::kSasl);
    if (list == nullptr) return fail("the server offers no login on this stream");
    std::vector<std::string> offered;
    std::string names;
    for (const Element& mechanism : list->children()) {
      offered.push_back(mechanism.text());
      names += (names.empty() ? "" : ", ") + offered.back();
    }
    const std::string_view chosen = SaslClient::choose(options_.login, offered);
    if (chosen.empty())
      return fail("none of the server's mechanisms can be used with these credentials: " +
                  parser::plain(names, 200));
    login_ = SaslClient::start(options_.login, chosen);
    if (login_ == nullptr) return fail("gsasl cannot do " + std::string(chosen));
    const SaslStep step = login_->step({});
    if (step.state == SaslStep::State::kFailed) return fail(std::string(chosen) + ": " + step.error);
    output_->bytes += "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='" + std::string(chosen) +
                      "'>" + (step.data.empty() ? "=" : parser::sasl::encode_base64(step.data)) + "</auth>";
    stage_ = Stage::kLogin;
    return;
  }
  if (features.child("bind", proxy::ns::kBind) == nullptr)
    return fail("the server offers no resource binding");
  session_offered_ = features.child("session", kSession) != nullptr;
  sm_offered_ = features.child("sm", kSm) != nullptr;
  const std::string& resource = options_.resource.empty() ? session_.identity.resource : options_.resource;
  output_->bytes += "<iq type='set' id='replay-bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>";
  if (!resource.empty()) output_->bytes += "<resource>" + proxy::escape_xml(resource) + "</resource>";
  output_->bytes += "</bind></iq>";
  stage_ = Stage::kBinding;
}

void ClientSession::on_login(const Element& element) {
  if (stage_ != Stage::kLogin || login_ == nullptr) return;
  since_ = now_;
  if (element.local == "failure") {
    return fail("the login was refused: " + parser::plain(condition_of(element), 100));
  }
  const std::string text = element.text();
  const auto data =
      text == "=" ? std::optional<std::string>("") : parser::sasl::decode_base64(text, kMostLogin);
  if (!data) return fail("the server's login message is not base64");
  if (element.local == "challenge") {
    const SaslStep step = login_->step(*data);
    if (step.state == SaslStep::State::kFailed) return fail("the login failed: " + step.error);
    output_->bytes += "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
                      parser::sasl::encode_base64(step.data) + "</response>";
    return;
  }
  if (element.local != "success") return;
  // In SCRAM the last word is the server's proof that it knows the password.
  if (!data->empty()) {
    const SaslStep step = login_->step(*data);
    if (step.state != SaslStep::State::kDone)
      return fail("the server could not prove that it knows the password");
  }
  login_.reset();
  authenticated_ = true;
  reader_.restart();
  send_header();
}

void ClientSession::on_bound(const Element& iq) {
  if (iq.attribute("id") != "replay-bind") return;
  const Element* bind = iq.child("bind", proxy::ns::kBind);
  const Element* jid = bind == nullptr ? nullptr : bind->child("jid");
  if (iq.attribute("type") != "result" || jid == nullptr)
    return fail("no resource was bound: " + in_words(kind_of_answer(iq)));
  bound_jid_ = jid->text();
  if (options_.ensemble != nullptr) options_.ensemble->bound(options_.member, Identity::of(bound_jid_));
  rewriting_ = Rewriting(session_.identity, Identity::of(bound_jid_));
  if (options_.shift_times && !session_.elements.empty())
    rewriting_.shift_times(now_ - session_.elements.front().time);
  established_ = true;
  since_ = now_;
  if (session_.sm_asked && sm_offered_) {
    output_->bytes += "<enable xmlns='urn:xmpp:sm:3'/>";
    stage_ = Stage::kEnabling;
    return;
  }
  stage_ = Stage::kPlaying;
}

void ClientSession::on_stream_management(const Element& element) {
  if (element.local == "enabled" || (element.local == "failed" && stage_ == Stage::kEnabling)) {
    managed_ = element.local == "enabled";
    handled_ = 0;
    if (stage_ == Stage::kEnabling) stage_ = Stage::kPlaying;
    since_ = now_;
  } else if (element.local == "r") {
    output_->bytes += "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(handled_) + "'/>";
  }
}

bool ClientSession::came(Expected& expected, const Element& stanza) {
  if (expected.foreign) return !expected.over && came_from_others(expected, stanza);
  if (!expected.due || expected.over) return false;
  const RecordedElement& wanted = session_.elements[expected.wanted];
  if (wanted.element->local != stanza.local) return false;
  if (expected.reaction) {
    const std::string_view id = session_.elements[expected.said].element->attribute("id");
    if (stanza.attribute("id") != rewriting_.learned(id)) return false;
  } else if (stanza.attribute("from") != rewriting_.address(wanted.element->attribute("from"))) {
    return false;
  }
  return true;
}

void ClientSession::on_stanza(const Element& stanza) {
  const std::string_view type = stanza.attribute("type");
  const bool answer = stanza.local == "iq" && (type == "result" || type == "error");
  if (stanza.local == "iq" && !answer) return on_request(stanza);
  Expected* found = nullptr;
  if (answer) {
    const auto pending = pending_.lower_bound(stanza.attribute("id"));
    if (pending == pending_.end() || pending->first != stanza.attribute("id")) return;
    found = &expected_[pending->second];
    pending_.erase(pending);
  } else {
    for (size_t at = open_; at < expected_.size() && found == nullptr; ++at) {
      if (!expected_[at].answer && came(expected_[at], stanza)) found = &expected_[at];
    }
    if (found == nullptr) return;
  }
  const Element& recorded = *session_.elements[found->wanted].element;
  found->over = true;
  found->step.came = kind_of_answer(stanza);
  found->step.rtt = std::chrono::duration_cast<Duration>(now_ - found->since);
  found->step.verdict = *found->step.came == found->step.recorded ? Verdict::kSame : Verdict::kDiffers;
  rewriting_.learn(recorded, stanza);
  while (open_ < expected_.size() && expected_[open_].over) ++open_;
}

// What the server asks of the client: answered as the recorded client did, where it was asked the same.
void ClientSession::on_request(const Element& iq) {
  const std::string id = proxy::escape_xml(iq.attribute("id"));
  const std::string key = meaning(iq, rewriting_.live(), Likeness::kKind);
  const std::string_view from = iq.attribute("from");
  // The same asker's question counts most: the answer goes to whoever asked.
  const RecordedElement* asked = nullptr;
  for (size_t at = 0; at < session_.elements.size(); ++at) {
    const RecordedElement& recorded = session_.elements[at];
    if (recorded.direction != Direction::kS2C || recorded.kind != EventKind::kIq || is_iq_answer(recorded))
      continue;
    if (meaning(*recorded.element, session_.identity, Likeness::kKind) != key) continue;
    const bool same = rewriting_.address(recorded.element->attribute("from")) == from;
    const bool better = asked == nullptr || (!asked->answer && recorded.answer);
    if (same || better) asked = &recorded;
    if (same && recorded.answer) break;
  }
  if (asked != nullptr && asked->answer) {
    rewriting_.learn(*asked->element, iq);
    const Template& answer = session_.elements[*asked->answer].text;
    if (rewriting_.address(asked->element->attribute("from")) == from) {
      answer.render(rewriting_, output_->bytes);
    } else {
      Rewriting rewriting = rewriting_;
      rewriting.learn(asked->element->attribute("from"), from);
      answer.render(rewriting, output_->bytes);
    }
    return;
  }
  if (asked != nullptr) return;  // and said nothing
  const std::string to = from.empty() ? "" : " to='" + proxy::escape_xml(from) + "'";
  const bool known =
      iq.child("ping", "urn:xmpp:ping") != nullptr || iq.child("query", "jabber:iq:roster") != nullptr;
  if (known) {
    output_->bytes += "<iq type='result' id='" + id + "'" + to + "/>";
  } else {
    output_->bytes +=
        "<iq type='error' id='" + id + "'" + to +
        "><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
        "</error></iq>";
  }
}

void ClientSession::say(size_t index) {
  const RecordedElement& element = session_.elements[index];
  ++sent_;
  if (element.element == nullptr) {
    output_->bytes += element.bytes;
    return;
  }
  const std::string_view id = element.element->attribute("id");
  if (!id.empty()) rewriting_.learn(id, std::string(id) + options_.id_suffix);
  element.text.render(rewriting_, output_->bytes);
  for (size_t at = open_; at < expected_.size(); ++at) {
    Expected& expected = expected_[at];
    if (expected.said != index) continue;
    expected.due = true;
    expected.since = now_;
    if (expected.answer) pending_.emplace(rewriting_.learned(id), at);
  }
}

void ClientSession::advance() {
  if (stage_ != Stage::kPlaying) return tell_others();
  if (options_.ensemble != nullptr) options_.ensemble->teach(options_.member, rewriting_);
  for (;;) {
    // What takes too long is given up, so that the rest can be played.
    for (size_t at = open_; at < expected_.size(); ++at) {
      Expected& expected = expected_[at];
      const Duration within = expected.answer ? options_.answer_within : options_.echo_within;
      if (!expected.due || expected.over || now_ < expected.since + within) continue;
      expected.over = true;
      expected.step.verdict = Verdict::kNoAnswer;
    }
    while (open_ < expected_.size() && expected_[open_].over) ++open_;
    while (next_ < session_.elements.size() && !is_step(session_.elements[next_])) ++next_;
    tell_others();
    bool comes = false;  // something for what others said
    for (size_t at = open_; at < expected_.size() && expected_[at].wanted < next_; ++at) {
      Expected& expected = expected_[at];
      if (!expected.foreign || expected.over) continue;
      comes = true;
      if (expected.due) continue;
      expected.due = options_.ensemble->turn(options_.member, session_.elements[expected.wanted].frame);
      expected.since = now_;
    }
    if (comes || !is_turn()) return;
    const bool waits = std::any_of(expected_.begin() + static_cast<std::ptrdiff_t>(open_), expected_.end(),
                                   [&](const Expected& e) { return e.due && !e.over && e.wanted < next_; });
    if (waits) return;
    if (next_ == session_.elements.size()) return close();
    const RecordedElement& element = session_.elements[next_];
    if (options_.speed > 0) {
      if (!due_) {
        due_ =
            now_ +
            Duration(static_cast<Duration::rep>(static_cast<double>(element.pause.count()) / options_.speed));
      }
      if (now_ < *due_) return;
      due_.reset();
    }
    const bool skipped = (element.kind == EventKind::kSm && !managed_) ||
                         (element.element != nullptr && !session_offered_ &&
                          element.element->child("session", kSession) != nullptr);
    if (skipped) {
      for (Expected& expected : expected_) {
        if (expected.said != next_) continue;
        expected.over = true;
        expected.step.verdict = Verdict::kSame;
        expected.step.came = expected.step.recorded;
      }
    } else {
      say(next_);
    }
    ++next_;
  }
}

void ClientSession::close() {
  stage_ = Stage::kClosing;
  output_->bytes += "</stream:stream>";
  since_ = now_;
}

std::optional<Time> ClientSession::wake_at() const {
  if (stage_ == Stage::kOver || stage_ == Stage::kNew) return std::nullopt;
  if (stage_ == Stage::kClosing) return since_ + kGoodbye;
  if (stage_ != Stage::kPlaying) return since_ + options_.answer_within;
  std::optional<Time> at = due_;
  const auto turn_of = [this](const Expected& e) {
    return e.foreign && !e.due && !e.over && e.wanted < next_ &&
           options_.ensemble->turn(options_.member, session_.elements[e.wanted].frame);
  };
  if (options_.ensemble != nullptr) {
    // What was waited for may be over without a word to this one.
    const auto open = expected_.begin() + static_cast<std::ptrdiff_t>(open_);
    const bool waits = std::any_of(open, expected_.end(), [&](const Expected& e) {
      return !e.over && e.wanted < next_ && (e.due || e.foreign);
    });
    if ((!waits && !due_ && is_turn()) || std::any_of(open, expected_.end(), turn_of)) return now_;
  }
  for (size_t e = open_; e < expected_.size(); ++e) {
    const Expected& expected = expected_[e];
    if (!expected.due || expected.over) continue;
    const Time until = expected.since + (expected.answer ? options_.answer_within : options_.echo_within);
    if (!at || until < *at) at = until;
  }
  return at;
}

void ClientSession::timer(Time now, Output& output) {
  now_ = now;
  output_ = &output;
  if (stage_ == Stage::kPlaying) {
    advance();
  } else if (stage_ == Stage::kClosing && now >= since_ + kGoodbye) {
    stage_ = Stage::kOver;
    output.close = true;
    tell_others();
  } else if (stage_ != Stage::kOver && stage_ != Stage::kClosing && now >= since_ + options_.answer_within) {
    fail("the server said nothing for " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(options_.answer_within).count()) +
         " s during the login");
  }
  output_ = nullptr;
}

std::vector<ClientStep> ClientSession::steps() const {
  std::vector<const Expected*> order;
  order.reserve(expected_.size());
  for (const Expected& expected : expected_) order.push_back(&expected);
  std::stable_sort(order.begin(), order.end(),
                   [](const Expected* a, const Expected* b) { return a->said < b->said; });
  std::vector<ClientStep> steps;
  steps.reserve(order.size());
  for (const Expected* expected : order) {
    steps.push_back(expected->step);
    if (expected->due && !expected->over) steps.back().verdict = Verdict::kNoAnswer;
  }
  return steps;
}

}  // namespace replay
