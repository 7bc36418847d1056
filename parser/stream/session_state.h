// What is known about a session at one moment: both directions feed it, rules and captions read it.
// The table of states is that of docs/STATES.md, section 1 (client to server).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/jid/determination.h"
#include "parser/sasl/login.h"
#include "parser/stream/account_state.h"
#include "parser/stream/binding.h"
#include "parser/stream/connection.h"
#include "parser/stream/inline_login.h"
#include "parser/stream/iq_pairing.h"
#include "parser/stream/keepalive_rhythm.h"
#include "parser/stream/phase.h"
#include "parser/stream/progress.h"
#include "parser/stream/recent_stanzas.h"
#include "parser/stream/server_pairs.h"
#include "parser/stream/session_registry.h"
#include "parser/stream/standing.h"
#include "parser/stream/stream_event.h"
#include "parser/stream/stream_ids.h"
#include "parser/stream/stream_management.h"
#include "parser/xml/element.h"

namespace parser {

struct CrossStream;

// One direction's stream.
struct StreamSide {
  bool header_seen = false;  // in the current document
  xml::ElementPtr header;    // of the current document
  unsigned headers = 0;      // over all restarts
  bool closed = false;       // </stream:stream> was seen
  bool error_sent = false;   // <stream:error/> was seen
  Time header_time{};
  uint64_t header_frame = 0;
  ByteRange header_range;
  uint64_t elements = 0;  // behind the current header; white space is none
  ByteRange footer;       // the latest </stream:stream>
  uint64_t footer_frame = 0;
  Time footer_time{};
  bool reopened = false;  // the current header came behind a footer where a restart was due (§4.3.3)
  ByteRange last;         // the latest element, header or footer
  uint64_t last_frame = 0;
  ByteRange blank;  // the latest white space
  KeepaliveRhythm keepalives;
};

class SessionState {
 public:
  // `cross` is what is known across connections; not owned, null: this connection stands alone. `profile`:
  // how addresses are compared.
  explicit SessionState(const SessionLimits& limits = {}, CrossStream* cross = nullptr,
                        JidProfile profile = JidProfile::kRfc3920)
      : jid_profile_(profile), cross_(cross), iqs_(limits) {}

  // --- fed by the Analyzer, in order of time -------------------------------------------------------
  void on_opened(const ConnectionInfo& info);
  void on_upstream(const UpstreamConnected& fact);
  void on_tls(const TlsEstablished& fact);
  // Bytes are missing from here on: absence proves nothing any more, from_start() is false.
  void on_dropped(const Dropped& fact);
  // Moves the machine and fills event.answers, event.phase, event.standing and event.progress.
  void on_element(StreamEvent& event);
  // The proxy changed something that belongs to no element.
  void on_edit(const Edit& edit);
  void on_closed(const Closed& fact, Time time = {});
  // Fills event.phase, event.standing and event.progress of an event that is not fed here: of a fact.
  void describe(StreamEvent& event) const;
  // Whether the event that was fed last ended the XML document of that direction, so that its next byte
  // begins a new one: after <proceed/>, SASL's <success/> and <compressed/>. False for a client that had
  // sent its new header ahead of the server's word.
  bool restarts(Direction d) const { return restarts_[index(d)]; }

  // --- read by rules and views ------------------------------------------------------------------------
  Phase phase() const { return phase_; }
  // False: began in mid-session, absence proves nothing. True also where ConnectionInfo::assumed says what
  // the session had come to.
  bool from_start() const { return from_start_; }
  // Whether the leg on which this direction's *sender* speaks is encrypted.
  bool encrypted(Direction sender) const;
  bool tls(Leg leg) const { return tls_[static_cast<size_t>(leg)]; }
  bool authenticated() const { return authenticated_; }
  // The session has an address. After a resumption (XEP-0198 §5) and in mid-session it is not known which.
  bool bound() const { return bound_; }
  std::string_view bound_jid() const {
    return bound_jid_;
  }                                                    // full JID as the server assigned it; empty: none
  std::string_view domain() const { return domain_; }  // the stream's `to`, else the server's `from`
  std::string_view content_namespace() const { return content_ns_; }  // "jabber:client", …
  std::string_view sasl_mechanism() const { return sasl_mechanism_; }
  // The login, behind the event; null before the first element of SASL.
  const sasl::Login* login() const { return login_.get(); }
  // What SASL2 does besides the login; null before the first <authenticate/> and <success/> of SASL2.
  const InlineLogin* inline_login() const { return inline_.get(); }
  // Null before the first bind or session request, and before features that ask for a session.
  const Binding* binding() const { return binding_.get(); }
  // How TLS was established on that leg; null where that was not seen.
  const TlsEstablished* tls_fact(Leg leg) const { return tls_facts_[static_cast<size_t>(leg)].get(); }
  // What the handshake of WebSocket said; null on a stream of bytes.
  const WebSocketInfo* websocket() const { return websocket_.get(); }
  bool direct_tls() const { return direct_tls_; }              // on the client's leg, before XML (XEP-0368)
  bool starttls_refused() const { return starttls_refused_; }  // by <failure/>
  uint16_t server_port() const { return server_port_; }        // 0: not known
  // How long nothing but white space had passed when the last event came; 0 for the first one.
  Duration silence() const { return silence_; }
  bool version_1() const;  // both headers have version 1.0 or later (RFC 6120 §4.7.5)
  const StreamSide& side(Direction d) const { return sides_[index(d)]; }
  // The latest <stream:features/> of the current document, null before it.
  const xml::Element* features() const { return features_.get(); }
  const xml::ElementPtr& features_element() const { return features_; }
  // How many <stream:features/> came since the server's header, or since SASL2's <success/>, which is
  // followed by a list without a restart (XEP-0388).
  unsigned feature_lists() const { return feature_lists_; }
  const StreamIds& stream_ids() const { return stream_ids_; }  // of the response headers
  // Whether any features of this connection offered a child {ns}local (the current ones, or ones before a
  // restart).
  bool offered(std::string_view local, std::string_view ns) const;
  // Open requests sent in that direction, oldest first.
  const std::map<uint64_t, OpenIq>& open_iqs(Direction d) const { return iqs_.open(d); }
  // Of the event that was fed last, where it is an iq result or error; and the request it belongs to (also
  // where the peer is wrong).
  IqMatch last_match() const { return last_match_; }
  const std::optional<OpenIq>& last_request() const { return last_request_; }
  // Messages, presence and iq errors of late, this event among them; null before the first one.
  const RecentStanzas* recent_stanzas() const { return recent_.get(); }
  // Whose address the initiating entity speaks under by what was said so far, and what said so (RFC 3920
  // §3.5, RFC 6120 §4.3.6): a client's bare JID once it has logged in, its full JID once that is bound, a
  // server's domain. Empty before; never a guess.
  DeterminedJid determined() const;
  JidProfile jid_profile() const { return jid_profile_; }  // how addresses are compared here
  // Between servers: dialback found a domain valid on this connection.
  bool validated_by_dialback() const { return !validated_domain_.empty(); }
  // Of the event that was fed last, where it is an iq get or set.
  const IqPairing::Twin& last_twin() const { return last_twin_; }
  uint64_t forgotten_iqs() const { return iqs_.forgotten(); }  // dropped by max_open_iqs

  // Stream management (XEP-0198): asked for with <enable/>, granted with <enabled/> or <resumed/>.
  bool sm_requested() const { return sm_requested_; }
  bool sm_enabled() const { return sm_enabled_; }
  bool resumed() const { return resumed_; }  // this connection goes on with a session of an earlier one
  // Counters and requests of stream management; null before its first element. After a resumption it is the
  // one of the earlier connection, where that is known.
  const StreamManagement* sm() const { return sm_.get(); }
  // What the registry knew about the id of the <enabled/>, <resume/> or <resumed/> that was fed last, before
  // it; empty: nothing.
  const std::optional<SessionRegistry::Session>& last_known_session() const { return last_known_; }
  // The first connection of the logical session that this one goes on with; 0: it is its own.
  ConnectionId first_connection() const { return resumed_ && sm_ != nullptr ? sm_->first_connection() : 0; }
  StreamKind kind() const;
  // What is known across connections; null: this one stands alone.
  const CrossStream* cross() const { return cross_; }
  // Between servers: who may speak for whom here. Null elsewhere.
  const ServerPairs* pairs() const { return pairs_.get(); }
  // Where the session stood when the first stream error came, and its condition; kConnected and "" before.
  Phase phase_at_error() const { return phase_at_error_; }
  std::string_view error_condition() const { return error_condition_; }
  // Where the session stood before one side closed, a stream error came or the connection went; kConnected
  // before that.
  Phase phase_before_end() const { return phase_before_end_; }
  // The latest attempt to encrypt, log in, bind or resume that was refused and not repeated: where it
  // happened (kConnected: none) and with what condition.
  Phase refused_phase() const { return refused_phase_; }
  std::string_view refusal() const { return refusal_; }
  bool login_restarted() const { return login_restarted_; }  // a login by SASL, not SASL2
  bool session_started() const { return session_started_; }  // the session request of RFC 3921 was granted

  // What a client does with its account; null before its first stanza, and on streams that are no client's.
  const AccountState* account() const { return account_.get(); }
  // When the client was given its address; none where that was not seen on this connection, or it resumed.
  const std::optional<Time>& bound_since() const { return bound_since_; }
  Standing standing() const;
  // The latest features came behind the login, so what is not among them is not offered.
  bool features_after_login() const { return features_after_login_; }

 private:
  // What an initiator's element asks the machine to do. One that comes before the responder's turn is over
  // waits, since only the responder's elements may end that turn.
  enum class Trigger : uint8_t {
    kHeader,
    kStartTls,
    kAuth,
    kAuthenticate,
    kResponse,
    kAbort,
    kBind,
    kResume,
    kHandshake
  };
  enum class Outcome : uint8_t { kTaken, kEarly, kIgnored };

  void remember(const StreamEvent& event);
  void on_header(const StreamEvent& event);
  void on_footer(const StreamEvent& event);
  void on_features(const StreamEvent& event);
  void on_stream_error(const StreamEvent& event);
  void on_starttls(const StreamEvent& event);
  void on_sasl(const StreamEvent& event);
  void follow_login(const StreamEvent& event);
  void on_sasl2_success(const xml::Element& success);
  void on_sm(const StreamEvent& event);
  void count(const StreamEvent& event);
  StreamManagement& begun_sm(const StreamEvent& event);
  void on_sm_resume(const StreamEvent& event, const xml::Element& resume);
  void on_sm_enabled(const StreamEvent& event, const xml::Element& enabled);
  void on_sm_resumed(const StreamEvent& event, const xml::Element& resumed);
  void on_sm_failed(const StreamEvent& event);
  void on_inline_sm(const StreamEvent& event);
  void end_sm(const StreamEvent& event);
  void on_nonza(const StreamEvent& event);
  void remember_stanza(const StreamEvent& event);
  void on_iq(StreamEvent& event);
  void on_iq_request(const StreamEvent& event);
  void on_iq_response(StreamEvent& event);
  void on_traffic(Direction direction);
  void learn_address(const StreamEvent& event);

  void trigger(Trigger what);
  Outcome apply(Trigger what, bool early);
  void advance(Phase phase);  // by the responder; early elements are looked at again
  void restart_streams();
  void establish(std::string_view jid, Phase phase);
  Phase login_phase() const;
  bool between_servers() const;
  Self self() const;
  void follow_account(const StreamEvent& event);
  void end_in(Phase phase);
  void refuse(Phase where, std::string_view condition);

  JidProfile jid_profile_;
  Phase phase_ = Phase::kConnected;
  Phase phase_at_error_ = Phase::kConnected;
  Phase phase_before_end_ = Phase::kConnected;
  Phase refused_phase_ = Phase::kConnected;
  bool from_start_ = true;
  bool assumed_ = false;
  bool authenticated_ = false;
  bool bound_ = false;
  bool resumed_ = false;
  bool sm_requested_ = false;
  bool sm_enabled_ = false;
  bool bidi_ = false;
  bool direct_tls_ = false;
  bool starttls_refused_ = false;
  uint16_t server_port_ = 0;
  Time last_time_{};  // of the last event that was not white space
  Duration silence_{};
  uint8_t feature_lists_ = 0;
  bool login_restarted_ = false;
  bool session_started_ = false;
  bool features_after_login_ = false;
  std::array<bool, 2> tls_{};
  std::array<bool, 2> restarts_{};
  std::array<Trigger, 8> early_{};
  uint8_t early_count_ = 0;
  IqMatch last_match_ = IqMatch::kNone;
  IqPairing::Twin last_twin_;
  std::string bound_jid_;
  std::string seen_jid_;    // mid-session: the full JID that the server addresses this client by
  std::string legacy_jid_;  // what a jabber:iq:auth request will have bound, if it is granted
  std::string domain_;
  std::string content_ns_;
  std::string sasl_mechanism_;
  std::string validated_domain_;  // between servers: what dialback found valid first
  std::string error_condition_;
  std::unique_ptr<WebSocketInfo> websocket_;
  std::string refusal_;
  std::optional<Time> bound_since_;
  std::shared_ptr<AccountState> account_;  // of the logical session: a resumed one goes on with it
  Progress progress_;                      // as of the last element
  std::array<StreamSide, 2> sides_;
  StreamIds stream_ids_;
  xml::ElementPtr features_;
  std::unique_ptr<sasl::Login> login_;
  std::unique_ptr<InlineLogin> inline_;
  std::unique_ptr<Binding> binding_;
  std::array<std::unique_ptr<TlsEstablished>, 2> tls_facts_;
  std::vector<uint64_t> offers_;  // hashes of {namespace}local of all that features ever offered
  CrossStream* cross_ = nullptr;
  std::shared_ptr<StreamManagement> sm_;
  std::unique_ptr<ServerPairs> pairs_;
  std::optional<SessionRegistry::Session> last_known_;
  std::unique_ptr<RecentStanzas> recent_;
  IqPairing iqs_;
  std::optional<OpenIq> last_request_;
};

}  // namespace parser
