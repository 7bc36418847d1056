// One connection's login, followed message by message: SASL (RFC 6120 §6) and SASL2 (XEP-0388) alike.
//
// Fed with what the elements hold; knows whose turn it is, what the messages said and what is wrong with the
// one that came last. Never holds a password, a proof or a token. Bounded: every text that is kept is at most
// kMostText bytes; what is longer is dropped, and nothing is concluded from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/sasl/mechanism.h"
#include "parser/sasl/scram.h"

namespace parser::sasl {

inline constexpr size_t kMostText = 1024;    // bytes of a name or nonce
inline constexpr size_t kMostData = 16'384;  // bytes of a decoded message that is looked at

enum class Generation : uint8_t { kSasl1, kSasl2 };

// An element of SASL.
struct LoginElement {
  bool from_client = false;
  Generation generation = Generation::kSasl1;
  std::string_view step;       // local name: "auth", "authenticate", "challenge", "success", …
  std::string_view mechanism;  // of <auth/> and <authenticate/>
  // What it carries, in base64; nothing where it carries nothing. "=" and "" are data of no length.
  std::optional<std::string> data;
  std::string_view condition;  // of <failure/>
};

// What the element that was fed last turned out to be.
enum class Message : uint8_t {
  kNone,        // no data, or of a mechanism that is not decoded
  kUnreadable,  // not base64, or too long
  kPlain,
  kExternal,  // the authorization identity
  kOauthBearer,
  kHashedToken,
  kClientFirst,
  kServerFirst,
  kClientFinal,
  kServerFinal,
};

enum class Fault : uint8_t {
  kOutOfTurn,          // a <response/> that no <challenge/> asked for
  kSecondStart,        // <auth/> while an attempt is under way
  kStartAfterSuccess,  // <authenticate/> after SASL2's <success/> or <continue/>
  kMixedGenerations,   // SASL answered with SASL2, or the other way round
  kAbortIgnored,       // the answer to <abort/> in the client's turn is not <aborted/>
  kPlainMalformed,
  kOauthMalformed,
  kTokenMalformed,
  kClientFirstMalformed,
  kNameEscape,  // '=' in a SCRAM name
  kPlusFlag,    // a -PLUS mechanism without flag p, or the reverse
  kServerFirstMalformed,
  kNonceNotExtended,
  kClientFinalMalformed,
  kFinalNonce,       // is not the server's
  kBindingMismatch,  // c= does not begin with the first message's header
  kServerFinalMalformed,
  kSignatureMissing,  // a SCRAM login succeeds and the server proved nothing
};

enum class Turn : uint8_t { kNobody, kServer, kClient };

class Login {
 public:
  void feed(const LoginElement& element);

  // --- of the element fed last ------------------------------------------------------------------------
  Message message() const { return message_; }
  bool has(Fault fault) const { return (faults_ & bit(fault)) != 0; }
  // What is wrong with a malformed message, as the end of a sentence; static text.
  std::string_view fault_words() const { return fault_words_; }
  std::string_view scram_error() const { return scram_error_; }  // e= of the server's final message

  // --- of the attempt that is under way, or was last --------------------------------------------------
  bool started() const { return attempts_ > 0; }
  Turn turn() const { return turn_; }
  bool in_progress() const { return turn_ != Turn::kNobody; }
  bool in_tasks() const { return in_tasks_; }  // SASL2: between <continue/> and the end
  bool succeeded() const { return succeeded_; }
  Generation generation() const { return generation_; }
  std::string_view mechanism_name() const { return mechanism_name_; }  // as sent; "" where too long
  const Mechanism& mechanism() const { return mechanism_; }
  std::string_view condition() const { return condition_; }  // of its failure; "" while there is none
  // Who logs in, as the client wrote it: user name and, where it wants to be somebody else, authzid.
  std::string_view username() const { return username_; }
  std::string_view authzid() const { return authzid_; }
  // GS2 of SCRAM: 'n', 'y', 'p'; 0 while it is not known, or the mechanism has none.
  char flag() const { return flag_; }
  std::string_view binding_type() const { return binding_type_; }
  size_t binding_size() const { return binding_size_; }  // bytes of the channel's data in c=
  uint64_t iterations() const { return iterations_; }
  size_t salt_size() const { return salt_size_; }
  std::string_view downgrade_hash() const { return downgrade_hash_; }  // XEP-0474, base64
  bool final_sent() const { return final_sent_; }                      // SCRAM's client-final
  bool signature_seen() const { return signature_seen_; }              // SCRAM's server-final
  unsigned steps() const { return steps_; }                            // elements of this attempt, both sides

  // --- of the connection ------------------------------------------------------------------------------
  unsigned attempts() const { return attempts_; }
  // Attempts that failed for what the user said; trying methods until one is taken does not count.
  unsigned refusals() const { return refusals_; }

 private:
  static constexpr uint32_t bit(Fault fault) { return uint32_t{1} << static_cast<unsigned>(fault); }
  void add(Fault fault) { faults_ |= bit(fault); }
  void malformed(Fault fault, std::string_view words);

  void start(const LoginElement& element);
  void on_client(const LoginElement& element);
  void on_server(const LoginElement& element);
  void read_client(const LoginElement& element);
  void read_server(const LoginElement& element);
  void client_first(std::string_view text);
  void server_first(std::string_view text);
  void client_final(std::string_view text);
  void server_final(std::string_view text);
  void end(bool success);

  Message message_ = Message::kNone;
  Turn turn_ = Turn::kNobody;
  Generation generation_ = Generation::kSasl1;
  Mechanism mechanism_;
  char flag_ = 0;
  bool in_tasks_ = false;
  bool continued_ = false;  // a <continue/> was seen on this connection
  bool succeeded_ = false;
  bool aborted_ = false;  // in the client's turn, not answered yet
  bool spoke_ = false;    // the client's first message was seen
  bool server_spoke_ = false;
  bool readable_ = true;  // so far every message of this attempt
  bool final_sent_ = false;
  bool signature_seen_ = false;
  uint32_t faults_ = 0;
  unsigned attempts_ = 0;
  unsigned refusals_ = 0;
  unsigned steps_ = 0;
  uint64_t iterations_ = 0;
  size_t salt_size_ = 0;
  size_t binding_size_ = 0;
  std::string_view fault_words_;
  std::string mechanism_name_;
  std::string username_;
  std::string authzid_;
  std::string binding_type_;
  std::string gs2_;           // as sent
  std::string client_nonce_;  // dropped when the attempt ends
  std::string nonce_;
  std::string downgrade_hash_;
  std::string condition_;
  std::string scram_error_;
};

}  // namespace parser::sasl
