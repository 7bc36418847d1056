// A login from any bytes. The first line is the mechanism, with a '2' in front for SASL2; each further line
// is an element: a letter (a auth, r response, x abort, n next, c challenge, s success, f failure, k
// continue), then its data. In capitals the data is put into base64 first, so that the fuzzer need not learn
// that. What must hold: every reader ends, its views lie inside the message, what is kept is bounded, no text
// of a fault is empty.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "parser/sasl/base64.h"
#include "parser/sasl/login.h"
#include "parser/sasl/simple_messages.h"

namespace {

using namespace parser::sasl;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_inside(std::string_view part, std::string_view whole) {
  if (part.empty()) return;
  require(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void read_everything(std::string_view text) {
  if (const auto gs2 = read_gs2(text)) require_inside(gs2->bytes, text);
  require_inside(read_client_first(text).nonce, text);
  require_inside(read_server_first(text).nonce, text);
  require_inside(read_client_final(text).nonce, text);
  require_inside(read_server_final(text).error, text);
  require_inside(read_plain(text).authcid, text);
  require_inside(read_hashed_token(text).authcid, text);
  require(read_oauth_bearer(text).authzid.size() <= text.size());
  const std::optional<std::string> back = decode_base64(encode_base64(text), text.size());
  require(back && *back == text);
  require((judge_base64(text) != Base64::kBad) == decode_base64(text, text.size()).has_value());
}

std::string_view step_of(char letter) {
  switch (letter | 0x20) {
    case 'a':
      return "auth";
    case 'r':
      return "response";
    case 'x':
      return "abort";
    case 'n':
      return "next";
    case 'c':
      return "challenge";
    case 's':
      return "success";
    case 'k':
      return "continue";
    default:
      return "failure";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_everything(text);
  std::string_view rest = text;
  const auto line = [&rest] {
    const std::string_view one = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    return one;
  };
  std::string_view mechanism = line();
  const bool sasl2 = mechanism.starts_with('2');
  if (sasl2) mechanism.remove_prefix(1);
  Login login;
  while (!rest.empty()) {
    const std::string_view one = line();
    if (one.empty()) continue;
    LoginElement element;
    element.generation = sasl2 ? Generation::kSasl2 : Generation::kSasl1;
    element.step = step_of(one[0]);
    if (sasl2 && element.step == "auth") element.step = "authenticate";
    element.mechanism = mechanism;
    element.from_client =
        std::string_view("arxn").find(static_cast<char>(one[0] | 0x20)) != std::string_view::npos;
    const std::string_view inside = one.substr(1);
    if (element.step == "failure") {
      element.condition = inside;
    } else if (!inside.empty()) {
      element.data = (one[0] & 0x20) == 0 ? encode_base64(inside) : std::string(inside);
    }
    login.feed(element);
    for (const std::string_view kept :
         {login.mechanism_name(), login.username(), login.authzid(), login.binding_type(), login.condition(),
          login.downgrade_hash(), login.scram_error()}) {
      require(kept.size() <= kMostText);
    }
    for (const Fault fault : {Fault::kPlainMalformed, Fault::kOauthMalformed, Fault::kTokenMalformed,
                              Fault::kClientFirstMalformed, Fault::kServerFirstMalformed,
                              Fault::kClientFinalMalformed, Fault::kServerFinalMalformed}) {
      if (login.has(fault)) require(!login.fault_words().empty());
    }
    require(!login.succeeded() || !login.in_progress());
  }
  return 0;
}
