#include "replay/server_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "parser/sasl/base64.h"
#include "parser/stream/plain_text.h"
#include "proxy/namespaces.h"
#include "proxy/stream_text.h"

namespace replay {

using parser::Direction;
using parser::Duration;
using parser::EventKind;
using parser::StreamItem;
using parser::Time;
using parser::xml::Element;
using Kind = ServerNote::Kind;

namespace {

constexpr std::string_view kSession = "urn:ietf:params:xml:ns:xmpp-session";
constexpr std::string_view kStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
constexpr std::string_view kSm3 = "urn:xmpp:sm:3";
constexpr unsigned kMostRefusals = 5;  // RFC 6120 §6.4.5 wants 2 to 5 retries
constexpr size_t kMostDue = 10'000;
constexpr size_t kMostLogin = 16'384;             // bytes of one login message
constexpr size_t kMostUnacknowledged = 1u << 20;  // bytes that are kept for a resumption

bool is_stanza(const Element& element) {
  return element.local == "iq" || element.local == "message" || element.local == "presence";
}

// Of the recorded features, those that this server can keep.
bool can_offer(const RecordedFeature& feature) {
  return feature.ns != proxy::ns::kTls && feature.ns != proxy::ns::kSasl && feature.ns != proxy::ns::kSasl2 &&
         feature.ns != proxy::ns::kChannelBinding && feature.local != "compression" &&
         feature.ns != "http://jabber.org/features/iq-register" && feature.ns != "urn:xmpp:bind:0";
}

}  // namespace

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::kLogin:
      return "login";
    case Kind::kRefused:
      return "refused";
    case Kind::kBound:
      return "bound";
    case Kind::kAnswered:
      return "answered";
    case Kind::kTaken:
      return "taken";
    case Kind::kSent:
      return "sent";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kFault:
      return "fault";
    case Kind::kResumed:
      return "resumed";
    case Kind::kEnded:
      return "ended";
  }
  return "";
}

ServerSession::ServerSession(ServerBook& book, const ServerOptions& options, uint64_t number, Log log,
                             SuspendedSessions* suspended)
    : book_(book), options_(options), number_(number), log_(std::move(log)), suspended_(suspended) {}

ServerSession::~ServerSession() = default;

void ServerSession::note(Kind kind, const Element* stanza, std::string text) {
  if (!logs()) return;
  ServerNote note;
  note.kind = kind;
  note.client = number_;
  if (stanza != nullptr) note.what = in_words(*stanza);
  note.text = std::move(text);
  log_(note);
}

void ServerSession::received(std::string_view bytes, Time now, Output& output) {
  now_ = heard_ = now;
  output_ = &output;
  consumed_ = stage_ == Stage::kClosed ? bytes.size() : reader_.feed(bytes, *this);
  send_due();
  output_ = nullptr;
}

void ServerSession::tls_established(bool direct, Time now) {
  now_ = heard_ = now;
  tls_ = true;
  if (!direct) reader_.restart();
}

void ServerSession::ended(Time now) {
  now_ = now;
  if (stage_ == Stage::kBound && !resumption_.empty() && suspended_ != nullptr) {
    suspend();
    stage_ = Stage::kClosed;
    return note(Kind::kEnded, nullptr, "the connection broke; the session can be resumed");
  }
  if (stage_ == Stage::kClosed && !logs()) return;
  std::string sums = std::to_string(counts_.answered) + " requests answered, " +
                     std::to_string(counts_.unknown) + " not in the recording, " +
                     std::to_string(counts_.sent) + " sent unasked";
  if (unsent_ != 0) sums += ", " + std::to_string(unsent_) + " never due";
  note(Kind::kEnded, nullptr, std::move(sums));
  stage_ = Stage::kClosed;
}

void ServerSession::close() {
  if (stage_ == Stage::kClosed) return;
  if (header_sent_) output_->bytes += "</stream:stream>";
  output_->close = true;
  stage_ = Stage::kClosed;
  due_.clear();
  reader_.pause();
}

void ServerSession::stream_error(std::string_view condition, std::string_view text) {
  note(Kind::kFault, nullptr, std::string(text));
  if (!header_sent_) {
    output_->bytes += proxy::stream_header({proxy::ns::kClient, {}, domain_, "error"});
  }
  output_->bytes += proxy::stream_error(condition, text);
  output_->close = true;
  stage_ = Stage::kClosed;
  due_.clear();
  reader_.pause();
}

void ServerSession::on_item(const StreamItem& item) {
  if (stage_ == Stage::kClosed) return;
  switch (item.kind) {
    case StreamItem::Kind::kHeader:
      return on_header(*item.element);
    case StreamItem::Kind::kFooter:
      return close();
    case StreamItem::Kind::kKeepalive:
    case StreamItem::Kind::kUnparsed:
      return;
    case StreamItem::Kind::kViolation:
      // What is quoted of the client's bytes is neither for terminals nor, in a stream error, XML.
      if (!item.error.fatal)
        return note(Kind::kFault, nullptr, parser::plain(parser::xml::describe(item.error), 500));
      return stream_error("not-well-formed", parser::plain(parser::xml::describe(item.error), 500));
    case StreamItem::Kind::kElement:
      break;
  }
  const Element& element = *item.element;
  if (!header_sent_) return stream_error("invalid-xml", "there was no stream header before this");
  if (element.ns == proxy::ns::kTls && element.local == "starttls") return on_starttls();
  if (stage_ == Stage::kLogin) return on_login(element);
  if (element.ns == kSm3 || element.ns == "urn:xmpp:sm:2") return on_stream_management(element);
  if (managed_ && is_stanza(element)) ++handled_;
  if (element.local == "iq" && element.attribute("type") == "set") {
    if (const Element* bind = element.child("bind", proxy::ns::kBind); bind != nullptr)
      return on_bind(element, *bind);
  }
  if (stage_ != Stage::kBound) return stream_error("not-authorized", "no resource is bound yet");
  on_stanza(element);
}

void ServerSession::on_header(const Element& header) {
  const std::string_view to = header.attribute("to");
  if (!to.empty()) {
    domain_ = to;
  } else if (domain_.empty()) {
    domain_ = book_.session(0).identity.domain;
  }
  const std::string id = "replay-" + std::to_string(number_) + "-" + std::to_string(++streams_);
  output_->bytes += proxy::stream_header({proxy::ns::kClient, {}, domain_, id});
  header_sent_ = true;
  send_features();
}

void ServerSession::send_features() {
  if (!tls_ && !options_.plain) {
    output_->bytes += proxy::features_with_starttls();
    return;
  }
  std::string& out = output_->bytes;
  out += "<stream:features>";
  const RecordedSession& what = book_.session(stage_ == Stage::kLogin ? 0 : session_);
  if (stage_ == Stage::kLogin) {
    out += "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";
    for (const std::string_view mechanism : mechanisms(options_.login))
      out += "<mechanism>" + std::string(mechanism) + "</mechanism>";
    out += "</mechanisms>";
    for (const RecordedFeature& feature : what.login_features) {
      if (can_offer(feature)) out += feature.bytes;
    }
  } else {
    bool bind = false;
    for (const RecordedFeature& feature : what.bound_features) {
      if (!can_offer(feature)) continue;
      if (feature.ns == proxy::ns::kBind) bind = true;
      out += feature.bytes;
    }
    if (!bind) out += "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
    if (what.bound_features.empty() && what.sm_asked) out += "<sm xmlns='urn:xmpp:sm:3'/>";
  }
  out += "</stream:features>";
}

void ServerSession::on_starttls() {
  if (tls_ || stage_ != Stage::kLogin) {
    output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    return close();
  }
  output_->bytes += proxy::proceed();
  output_->start_tls = true;
  header_sent_ = false;
  reader_.pause();
}

void ServerSession::on_login(const Element& element) {
  if (element.ns != proxy::ns::kSasl)
    return stream_error("not-authorized", "the login comes first, and <" + parser::plain(element.local, 100) +
                                              "> is none of it");
  if (!tls_ && !options_.plain) {
    output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><encryption-required/></failure>";
    return note(Kind::kRefused, nullptr, "a login without TLS");
  }
  if (element.local == "abort") {
    login_.reset();
    output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>";
    return;
  }
  if (element.local == "auth") {
    mechanism_ = element.attribute("mechanism");
    login_ = SaslServer::start(options_.login, mechanism_);
    if (login_ == nullptr) {
      output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>";
      return note(Kind::kRefused, nullptr, "mechanism " + parser::plain(mechanism_, 60) + " is not offered");
    }
    const std::string text = element.text();
    // No initial response: the mechanisms here let the client speak first, so it is asked to (RFC 6120
    // §6.4.2).
    if (text.empty()) {
      output_->bytes += "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
      return;
    }
    return login_step(text);
  }
  if (element.local == "response" && login_ != nullptr) return login_step(element.text());
  output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><malformed-request/></failure>";
}

void ServerSession::login_step(std::string_view text) {
  const auto data =
      text == "=" ? std::optional<std::string>("") : parser::sasl::decode_base64(text, kMostLogin);
  if (!data) {
    login_.reset();
    output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><incorrect-encoding/></failure>";
    return note(Kind::kRefused, nullptr, "what came is not base64");
  }
  const SaslStep step = login_->step(*data);
  if (step.state == SaslStep::State::kMore) {
    output_->bytes += "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
                      parser::sasl::encode_base64(step.data) + "</challenge>";
    return;
  }
  if (step.state == SaslStep::State::kFailed) {
    const std::string user = login_->user();
    login_.reset();
    output_->bytes += "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>";
    note(Kind::kRefused, nullptr,
         (user.empty() ? std::string("somebody") : parser::plain(user, 100)) + " by " + mechanism_ + ": " +
             step.error);
    if (++refusals_ >= kMostRefusals) stream_error("policy-violation", "too many logins failed");
    return;
  }
  user_ = login_->user();
  if (const size_t at = user_.find('@'); at != std::string::npos)
    user_.resize(at);  // clients that give it all
  login_.reset();
  output_->bytes += "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
                    parser::sasl::encode_base64(step.data) + "</success>";
  note(Kind::kLogin, nullptr, parser::plain(user_, 100) + " by " + mechanism_);
  stage_ = Stage::kLoggedIn;
  header_sent_ = false;
  session_ = book_.choose(user_);
  reader_.restart();
}

void ServerSession::on_bind(const Element& iq, const Element& bind) {
  const std::string_view id = iq.attribute("id");
  if (stage_ == Stage::kBound) {
    const size_t begin = output_->bytes.size();
    output_->bytes +=
        "<iq type='error' id='" + proxy::escape_xml(id) +
        "'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
    said(begin);
    return;
  }
  Identity live;
  live.bare = user_ + "@" + domain_;
  live.domain = domain_;
  if (const Element* resource = bind.child("resource"); resource != nullptr) live.resource = resource->text();
  if (live.resource.empty() || live.resource.size() > 1023)
    live.resource = "replay-" + std::to_string(number_);
  output_->bytes += "<iq type='result' id='" + proxy::escape_xml(id) +
                    "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
                    proxy::escape_xml(live.full()) + "</jid></bind></iq>";
  stage_ = Stage::kBound;
  rewriting_ = Rewriting(session().identity, live);
  if (options_.shift_times && !session().elements.empty())
    rewriting_.shift_times(now_ - session().elements.front().time);
  met_.assign(session().elements.size(), false);
  unsent_ = book_.pushes(session_).size();
  sent_.assign(unsent_, false);
  if (logs()) {
    ServerNote note;
    note.kind = Kind::kBound;
    note.client = number_;
    note.connection = session().connection;
    note.what = session().identity.full();
    note.text = parser::plain(live.full(), 200);
    log_(note);
  }
  for (const size_t push : book_.due_at(session_, Push::kAtOnce)) {
    if (!may_go(book_.pushes(session_)[push])) continue;
    mark_sent(push);
    schedule(book_.pushes(session_)[push].element, Push::kAtOnce, false);
  }
}

void ServerSession::on_stream_management(const Element& element) {
  const std::string xmlns = " xmlns='" + std::string(element.ns) + "'";
  if (element.local == "enable") {
    if (stage_ != Stage::kBound || session().sm_refused) {
      output_->bytes +=
          "<failed" + xmlns + "><unexpected-request xmlns='" + std::string(kStanzaErrors) + "'/></failed>";
      return;
    }
    if (managed_) return stream_error("policy-violation", "stream management is on already");
    managed_ = true;
    handled_ = said_ = 0;
    output_->bytes += "<enabled" + xmlns;
    const std::string_view resume = element.attribute("resume");
    if (suspended_ != nullptr && (resume == "true" || resume == "1")) {
      resumption_ = suspended_->new_id();
      const auto kept = std::chrono::duration_cast<std::chrono::seconds>(SuspendedSessions::kKept).count();
      output_->bytes += " id='" + resumption_ + "' resume='true' max='" + std::to_string(kept) + "'";
    }
    output_->bytes += "/>";
  } else if (element.local == "a") {
    if (managed_ && !acknowledged(element.attribute("h")))
      stream_error("undefined-condition", "an h that acknowledges what was not sent");
  } else if (element.local == "r") {
    output_->bytes += "<a" + xmlns + " h='" + std::to_string(handled_) + "'/>";
  } else if (element.local == "resume") {
    on_resume(element);
  }
}

void ServerSession::on_resume(const Element& resume) {
  const std::string xmlns = " xmlns='" + std::string(resume.ns) + "'";
  const auto refuse = [&](std::string_view condition, std::string text) {
    output_->bytes += "<failed" + xmlns + "><" + std::string(condition) + " xmlns='" +
                      std::string(kStanzaErrors) + "'/></failed>";
    note(Kind::kUnknown, nullptr, std::move(text));
  };
  if (stage_ != Stage::kLoggedIn)
    return refuse("unexpected-request", "a resumption in the middle of a session");
  std::optional<SuspendedSession> kept;
  if (suspended_ != nullptr) kept = suspended_->take(resume.attribute("previd"), user_, now_);
  if (!kept)
    return refuse("item-not-found",
                  "a session to resume that is not known; the client was told to bind anew");
  resumption_ = resume.attribute("previd");
  session_ = kept->session;
  domain_ = std::move(kept->domain);
  rewriting_ = std::move(kept->rewriting);
  met_ = std::move(kept->met);
  sent_ = std::move(kept->sent);
  unsent_ = kept->unsent;
  handled_ = kept->handled;
  said_ = kept->said;
  unacknowledged_ = std::move(kept->unacknowledged);
  unacknowledged_bytes_ = 0;
  for (const std::string& stanza : unacknowledged_) unacknowledged_bytes_ += stanza.size();
  managed_ = true;
  if (!acknowledged(resume.attribute("h")))
    return stream_error("undefined-condition", "a resumption with an h that acknowledges what was not sent");
  stage_ = Stage::kBound;
  output_->bytes += "<resumed" + xmlns + " previd='" + proxy::escape_xml(resumption_) + "' h='" +
                    std::to_string(handled_) + "'/>";
  for (const std::string& stanza : unacknowledged_) output_->bytes += stanza;
  note(Kind::kResumed, nullptr,
       parser::plain(rewriting_.live().full(), 200) + ", " + std::to_string(unacknowledged_.size()) +
           " sent again");
}

// The client has got h of what was said to it. False: it cannot have.
bool ServerSession::acknowledged(std::string_view h) {
  uint32_t count = 0;
  const auto [end, error] = std::from_chars(h.data(), h.data() + h.size(), count);
  if (error != std::errc() || end != h.data() + h.size()) return false;
  const uint32_t open = said_ - count;  // both wrap
  if (open > unacknowledged_.size() && !resumption_.empty()) return false;
  while (unacknowledged_.size() > open) {
    unacknowledged_bytes_ -= unacknowledged_.front().size();
    unacknowledged_.pop_front();
  }
  return true;
}

// A stanza has been said: the bytes of the output from `begin` on.
void ServerSession::said(size_t begin) {
  if (!managed_) return;
  ++said_;
  if (resumption_.empty()) return;
  unacknowledged_.push_back(output_->bytes.substr(begin));
  unacknowledged_bytes_ += unacknowledged_.back().size();
  if (unacknowledged_bytes_ <= kMostUnacknowledged) return;
  // A client that never acknowledges anything cannot resume.
  resumption_.clear();
  unacknowledged_.clear();
  unacknowledged_bytes_ = 0;
}

void ServerSession::suspend() {
  suspended_->put(std::exchange(resumption_, {}),
                  {user_, domain_, session_, std::move(rewriting_), std::move(met_), std::move(sent_),
                   unsent_, handled_, said_, std::move(unacknowledged_)},
                  now_);
}

void ServerSession::on_stanza(const Element& stanza) {
  const std::string_view type = stanza.attribute("type");
  if (stanza.local == "iq" && (type == "result" || type == "error")) {
    key_ = ServerBook::answer_key(stanza.attribute("id"));
    const auto* places = book_.find(Likeness::kSame, key_);
    if (places != nullptr) {
      for (const auto& place : *places) {
        if (place.session != session_) continue;
        ++counts_.taken;
        played(place.element, stanza, met_[place.element]);
        return;
      }
    }
    return note(Kind::kUnknown, &stanza, "an answer that the recorded client did not give");
  }
  for (const Likeness likeness : kLikenesses) {
    if (answer_as_recorded(stanza, likeness)) return;
  }
  answer_unknown(stanza);
}

bool ServerSession::answer_as_recorded(const Element& stanza, Likeness likeness) {
  meaning(stanza, rewriting_.live(), likeness, key_);
  const auto* places = book_.find(likeness, key_);
  if (places == nullptr) return false;
  // Of this session the first that was not met yet, else the last; else one of another session.
  const auto begin = std::lower_bound(places->begin(), places->end(), session_,
                                      [](const ServerBook::Place& p, size_t s) { return p.session < s; });
  auto own = begin;
  while (own != places->end() && own->session == session_ && met_[own->element]) ++own;
  const bool again = own == places->end() || own->session != session_;
  if (again && own != begin) --own;
  const bool from_own = own != places->end() && own->session == session_;
  const ServerBook::Place place = from_own ? *own : places->front();
  const RecordedElement& recorded = book_.session(place.session).elements[place.element];
  const bool wants_answer = stanza.local == "iq";
  if (wants_answer && !recorded.answer) return false;
  if (!wants_answer && !from_own) return false;
  (wants_answer ? counts_.answered : counts_.taken)++;
  if (logs()) {
    ServerNote note;
    note.kind = wants_answer ? Kind::kAnswered : Kind::kTaken;
    note.client = number_;
    note.what = in_words(stanza);
    note.frame = recorded.frame;
    note.connection = recorded.connection;
    note.likeness = likeness;
    note.again = from_own && again;
    log_(note);
  }
  if (!from_own) {
    Rewriting other(book_.session(place.session).identity, rewriting_.live());
    other.learn(*recorded.element, stanza);
    const size_t from = output_->bytes.size();
    book_.session(place.session).elements[*recorded.answer].text.render(other, output_->bytes);
    said(from);
    return true;
  }
  played(place.element, stanza, again);
  return true;
}

// The client said what it said at that place of the recording: what followed is due.
void ServerSession::played(size_t element, const Element& stanza, bool again) {
  const RecordedElement& recorded = session().elements[element];
  rewriting_.learn(*recorded.element, stanza);
  met_[element] = true;
  const auto& pushes = book_.pushes(session_);
  std::optional<size_t> answer = recorded.answer;
  const auto answer_first = [&](size_t than) {
    if (!answer || *answer > than) return;
    schedule(*answer, element, true);
    answer.reset();
  };
  for (const size_t at : book_.due_at(session_, element)) {
    const Push& push = pushes[at];
    const bool repeat = again && push.reaction && push.cause == element;
    if (!repeat && (sent_[at] || !may_go(push))) continue;
    mark_sent(at);
    answer_first(push.element);
    schedule(push.element, element, false);
  }
  answer_first(SIZE_MAX);
}

bool ServerSession::may_go(const Push& push) const {
  return (push.place == Push::kAtOnce || met_[push.place]) && (!push.cause || met_[*push.cause]);
}

void ServerSession::mark_sent(size_t push) {
  if (!sent_[push]) --unsent_;
  sent_[push] = true;
}

void ServerSession::schedule(size_t element, size_t since, bool answer) {
  // A client that asks faster than the recorded answers came is not let fill the memory.
  if (options_.speed <= 0 || due_.size() >= kMostDue) {
    if (stage_ == Stage::kBound) send_element(element, answer);
    return;
  }
  Duration pause{0};
  for (size_t at = since == Push::kAtOnce ? 0 : since + 1; at <= element; ++at)
    pause += session().elements[at].pause;
  const Time at =
      now_ + Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) / options_.speed));
  const auto behind =
      std::upper_bound(due_.begin(), due_.end(), at, [](Time time, const Due& due) { return time < due.at; });
  due_.insert(behind, {at, element, answer});
}

void ServerSession::send_due() {
  while (!due_.empty() && due_.front().at <= now_ && stage_ == Stage::kBound) {
    const Due due = due_.front();
    due_.pop_front();
    send_element(due.element, due.answer);
  }
}

void ServerSession::send_element(size_t element, bool answer) {
  const RecordedElement& recorded = session().elements[element];
  if (!answer) {
    ++counts_.sent;
    if (logs()) {
      ServerNote note;
      note.kind = Kind::kSent;
      note.client = number_;
      note.what = recorded.element ? in_words(*recorded.element) : std::string("the end of the stream");
      note.frame = recorded.frame;
      note.connection = recorded.connection;
      log_(note);
    }
  }
  if (recorded.kind == EventKind::kFooter) return close();
  if (recorded.kind == EventKind::kSm && !managed_) return;  // <r/>
  const size_t begin = output_->bytes.size();
  recorded.text.render(rewriting_, output_->bytes);
  if (recorded.kind == EventKind::kStreamError) return close();
  if (recorded.element != nullptr && is_stanza(*recorded.element)) said(begin);
}

void ServerSession::answer_unknown(const Element& stanza) {
  ++counts_.unknown;
  const std::string_view type = stanza.attribute("type");
  if (stanza.local != "iq") return note(Kind::kUnknown, &stanza, "nothing is sent");
  // What RFC 3921 §3 asked for; every server answers it so.
  const bool session_request = type == "set" && stanza.child("session", kSession) != nullptr;
  if (options_.unknown == ServerOptions::Unknown::kIgnore && !session_request)
    return note(Kind::kUnknown, &stanza, "ignored");
  std::string& out = output_->bytes;
  const size_t begin = out.size();
  const bool empty = session_request || options_.unknown == ServerOptions::Unknown::kEmpty;
  out += std::string("<iq type='") + (empty ? "result" : "error") + "' id='" +
         proxy::escape_xml(stanza.attribute("id")) + "'";
  if (const std::string_view to = stanza.attribute("to"); !to.empty())
    out += " from='" + proxy::escape_xml(to) + "'";
  out += " to='" + proxy::escape_xml(rewriting_.live().full()) + "'";
  if (empty) {
    out += "/>";
  } else {
    out += "><error type='cancel'><service-unavailable xmlns='" + std::string(kStanzaErrors) +
           "'/></error></iq>";
  }
  said(begin);
  if (session_request) {
    --counts_.unknown;
    ++counts_.answered;
    return;
  }
  note(Kind::kUnknown, &stanza,
       empty ? "answered with an empty result" : "answered with service-unavailable");
}

std::optional<Time> ServerSession::wake_at() const {
  std::optional<Time> at;
  if (stage_ != Stage::kBound) return at;
  if (!due_.empty()) at = due_.front().at;
  if (options_.patience.count() > 0 && due_.empty() && unsent_ != 0) at = heard_ + options_.patience;
  return at;
}

void ServerSession::timer(Time now, Output& output) {
  now_ = now;
  output_ = &output;
  send_due();
  if (stage_ == Stage::kBound && due_.empty() && options_.patience.count() > 0 &&
      now >= heard_ + options_.patience) {
    heard_ = now;
    // The next of what makes sense without its place: what others said, up to where the recorded client
    // spoke.
    const auto& pushes = book_.pushes(session_);
    std::optional<size_t> place;
    for (size_t at = 0; at < pushes.size() && stage_ == Stage::kBound; ++at) {
      const Push& push = pushes[at];
      if (sent_[at] || (push.cause && !met_[*push.cause])) continue;
      if (session().elements[push.element].kind == EventKind::kFooter ||
          session().elements[push.element].kind == EventKind::kStreamError)
        break;
      if (place && *place != push.place) break;
      place = push.place;
      mark_sent(at);
      send_element(push.element, false);
    }
  }
  output_ = nullptr;
}

}  // namespace replay
