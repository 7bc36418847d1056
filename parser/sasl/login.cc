// The client starts, then server and client take turns until the server ends it. Data is decoded by mechanism
// and position: the client's first message, the server's first, and so on.
#include "parser/sasl/login.h"

#include "parser/sasl/base64.h"
#include "parser/sasl/simple_messages.h"

namespace parser::sasl {
namespace {

// Keeps a text without letting it grow; false: it is too long, and nothing is kept.
bool keep(std::string& target, std::string_view text) {
  const bool fits = text.size() <= kMostText;
  target = fits ? text : std::string_view();
  return fits;
}

// Failures that say nothing about the user's name and password (RFC 6120 §6.5).
bool is_about_the_method(std::string_view condition) {
  for (const std::string_view one :
       {"aborted", "encryption-required", "incorrect-encoding", "invalid-mechanism", "malformed-request",
        "mechanism-too-weak", "temporary-auth-failure"}) {
    if (condition == one) return true;
  }
  return false;
}

std::optional<std::string> decode(const std::string& data) {
  if (data == "=") return std::string();
  return decode_base64(data, kMostData);
}

}  // namespace

void Login::malformed(Fault fault, std::string_view words) {
  add(fault);
  fault_words_ = words;
}

void Login::feed(const LoginElement& element) {
  faults_ = 0;
  fault_words_ = {};
  scram_error_.clear();
  message_ = Message::kNone;
  const bool starts = element.step == "auth" || element.step == "authenticate";
  if (element.from_client && starts) {
    start(element);
    return;
  }
  if (attempts_ == 0) {
    // The attempt's beginning was not seen, or there was none.
    if (element.from_client && element.step == "response") add(Fault::kOutOfTurn);
    if (!element.from_client && element.step == "success") succeeded_ = true;
    return;
  }
  if (in_progress() && element.generation != generation_) add(Fault::kMixedGenerations);
  ++steps_;
  if (element.from_client) {
    on_client(element);
  } else {
    on_server(element);
  }
}

void Login::start(const LoginElement& element) {
  const bool sasl2 = element.generation == Generation::kSasl2;
  if (sasl2 && generation_ == Generation::kSasl2 && (succeeded_ || continued_)) {
    add(Fault::kStartAfterSuccess);
  } else if (in_progress()) {
    add(Fault::kSecondStart);
  }
  ++attempts_;
  steps_ = 1;
  generation_ = element.generation;
  keep(mechanism_name_, element.mechanism);
  mechanism_ = mechanism_of(mechanism_name_);
  turn_ = Turn::kServer;
  flag_ = 0;
  in_tasks_ = succeeded_ = aborted_ = spoke_ = server_spoke_ = final_sent_ = signature_seen_ = false;
  readable_ = true;
  iterations_ = 0;
  salt_size_ = binding_size_ = 0;
  for (std::string* text : {&username_, &authzid_, &binding_type_, &gs2_, &client_nonce_, &nonce_,
                            &downgrade_hash_, &condition_}) {
    text->clear();
  }
  read_client(element);
}

void Login::on_client(const LoginElement& element) {
  if (element.step == "abort") {
    aborted_ = turn_ == Turn::kClient;
    if (in_progress()) turn_ = Turn::kServer;
    return;
  }
  if (in_tasks_) {  // <next/>, <task-data/>
    turn_ = Turn::kServer;
    return;
  }
  if (element.step != "response") return;
  if (turn_ != Turn::kClient) {
    add(Fault::kOutOfTurn);
    return;
  }
  turn_ = Turn::kServer;
  read_client(element);
}

void Login::on_server(const LoginElement& element) {
  if (!in_progress()) return;
  const bool failed = element.step == "failure";
  if (aborted_) {
    if (!failed || element.condition != "aborted") add(Fault::kAbortIgnored);
    aborted_ = false;
  }
  if (failed) {
    keep(condition_, element.condition);
    if (!is_about_the_method(condition_)) ++refusals_;
    end(false);
    return;
  }
  read_server(element);
  if (element.step == "continue") {
    in_tasks_ = continued_ = true;
    turn_ = Turn::kClient;
  } else if (element.step == "success") {
    const bool proven = signature_seen_ || mechanism_.family != Family::kScram || !readable_ || in_tasks_;
    if (final_sent_ && !proven) add(Fault::kSignatureMissing);
    end(true);
  } else {
    turn_ = Turn::kClient;
  }
}

void Login::end(bool success) {
  succeeded_ = success;
  turn_ = Turn::kNobody;
  in_tasks_ = false;
  for (std::string* text : {&client_nonce_, &nonce_, &gs2_}) {
    text->clear();
    text->shrink_to_fit();
  }
}

void Login::read_client(const LoginElement& element) {
  if (!element.data) return;
  const std::optional<std::string> text = decode(*element.data);
  if (!text) {
    message_ = Message::kUnreadable;
    readable_ = false;
    spoke_ = true;
    return;
  }
  const bool first = !spoke_;
  spoke_ = true;
  switch (mechanism_.family) {
    case Family::kPlain: {
      if (!first) return;
      message_ = Message::kPlain;
      const Plain plain = read_plain(*text);
      keep(authzid_, plain.authzid);
      keep(username_, plain.authcid);
      if (!plain.fault.empty()) malformed(Fault::kPlainMalformed, plain.fault);
      return;
    }
    case Family::kExternal:
      if (!first) return;
      message_ = Message::kExternal;
      keep(authzid_, *text);
      return;
    case Family::kOauthBearer: {
      if (!first) return;
      message_ = Message::kOauthBearer;
      const OauthBearer bearer = read_oauth_bearer(*text);
      keep(authzid_, bearer.authzid);
      if (!bearer.fault.empty()) malformed(Fault::kOauthMalformed, bearer.fault);
      return;
    }
    case Family::kHashedToken: {
      if (!first) return;
      message_ = Message::kHashedToken;
      const HashedToken token = read_hashed_token(*text);
      keep(username_, token.authcid);
      if (!token.fault.empty()) malformed(Fault::kTokenMalformed, token.fault);
      return;
    }
    case Family::kScram:
      if (first) {
        client_first(*text);
      } else if (!final_sent_) {
        client_final(*text);
      }
      return;
    default:
      return;
  }
}

void Login::read_server(const LoginElement& element) {
  if (!element.data || mechanism_.family != Family::kScram || in_tasks_) return;
  const std::optional<std::string> text = decode(*element.data);
  if (!text) {
    message_ = Message::kUnreadable;
    readable_ = false;
    return;
  }
  if (final_sent_) {
    server_final(*text);
  } else if (spoke_ && !server_spoke_) {
    server_first(*text);
  }
}

void Login::client_first(std::string_view text) {
  message_ = Message::kClientFirst;
  const ClientFirst first = read_client_first(text);
  if (!first.gs2.bytes.empty()) {
    flag_ = first.gs2.flag;
    keep(binding_type_, first.gs2.binding_type);
    keep(authzid_, first.gs2.authzid);
    keep(username_, first.username);
    if ((flag_ == 'p') != mechanism_.bound) add(Fault::kPlusFlag);
  }
  readable_ = keep(gs2_, first.gs2.bytes) && keep(client_nonce_, first.nonce) && first.fault.empty();
  if (!first.fault.empty()) {
    malformed(Fault::kClientFirstMalformed, first.fault);
  } else if (first.bad_escape) {
    add(Fault::kNameEscape);
  }
}

void Login::server_first(std::string_view text) {
  message_ = Message::kServerFirst;
  server_spoke_ = true;
  const ServerFirst first = read_server_first(text);
  iterations_ = first.iterations;
  salt_size_ = first.salt_size;
  keep(downgrade_hash_, first.downgrade_hash);
  if (!first.fault.empty()) malformed(Fault::kServerFirstMalformed, first.fault);
  const bool longer = first.nonce.size() > client_nonce_.size() && first.nonce.starts_with(client_nonce_);
  if (readable_ && !first.nonce.empty() && !longer) add(Fault::kNonceNotExtended);
  readable_ = readable_ && keep(nonce_, first.nonce) && first.fault.empty();
}

void Login::client_final(std::string_view text) {
  message_ = Message::kClientFinal;
  final_sent_ = true;
  const ClientFinal final = read_client_final(text);
  if (!final.fault.empty()) malformed(Fault::kClientFinalMalformed, final.fault);
  if (!readable_) return;
  if (!final.nonce.empty() && final.nonce != nonce_) add(Fault::kFinalNonce);
  if (final.binding.empty()) return;
  // With flag p the channel's data follows the header, with n and y nothing does (RFC 5802 §5.1).
  const bool same = final.binding.starts_with(gs2_);
  if (!same || (flag_ != 'p' && final.binding.size() != gs2_.size())) add(Fault::kBindingMismatch);
  if (same) binding_size_ = final.binding.size() - gs2_.size();
}

void Login::server_final(std::string_view text) {
  message_ = Message::kServerFinal;
  const ServerFinal final = read_server_final(text);
  keep(scram_error_, final.error);
  signature_seen_ = signature_seen_ || final.signature;
  if (!final.fault.empty() && !signature_seen_) malformed(Fault::kServerFinalMalformed, final.fault);
}

}  // namespace parser::sasl
