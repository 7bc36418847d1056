// Attributes are cut off one by one from the front: `x=value,`. Their order is fixed, so each reader says
// what it expects next.
#include "parser/sasl/scram.h"

#include <charconv>

#include "parser/sasl/base64.h"

namespace parser::sasl {
namespace {

constexpr size_t kMostData = 4096;  // of what is decoded inside a message

// Walks over `x=value` between commas.
class Attributes {
 public:
  explicit Attributes(std::string_view text) : rest_(text) {}

  bool done() const { return done_; }
  // The next one, without taking it; "" at the end.
  std::string_view peek() const { return done_ ? std::string_view() : rest_.substr(0, rest_.find(',')); }
  // The next one's value where its name is that; it is taken then.
  std::optional<std::string_view> take(char name) {
    const std::string_view next = peek();
    if (next.size() < 2 || next[0] != name || next[1] != '=') return std::nullopt;
    advance(next.size());
    return next.substr(2);
  }
  // The rest must be extensions: a letter, '=', something (RFC 5802 §7 `extensions`).
  bool extensions() {
    while (!done_) {
      const std::string_view next = peek();
      const bool letter =
          !next.empty() && ((next[0] >= 'a' && next[0] <= 'z') || (next[0] >= 'A' && next[0] <= 'Z'));
      if (!letter || next.size() < 3 || next[1] != '=') return false;
      advance(next.size());
    }
    return true;
  }

 private:
  void advance(size_t size) {
    done_ = size >= rest_.size();
    rest_.remove_prefix(done_ ? rest_.size() : size + 1);
  }
  std::string_view rest_;
  bool done_ = false;
};

// RFC 5802 §7: printable, not a comma.
bool is_nonce(std::string_view nonce) {
  if (nonce.empty()) return false;
  for (const char c : nonce) {
    if (c < 0x21 || c > 0x7E || c == ',') return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> unescape_name(std::string_view name) {
  std::string plain;
  for (size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '=') {
      plain += name[at];
      continue;
    }
    const std::string_view code = name.substr(at, 3);
    if (code != "=2C" && code != "=3D") return std::nullopt;
    plain += code == "=2C" ? ',' : '=';
    at += 2;
  }
  return plain;
}

std::optional<Gs2Header> read_gs2(std::string_view text) {
  Gs2Header header;
  const size_t first = text.find(',');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find(',', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view flag = text.substr(0, first);
  if (flag == "n" || flag == "y") {
    header.flag = flag[0];
  } else if (flag.starts_with("p=") && flag.size() > 2) {
    header.flag = 'p';
    header.binding_type = flag.substr(2);
  } else {
    return std::nullopt;
  }
  const std::string_view authzid = text.substr(first + 1, second - first - 1);
  if (!authzid.empty()) {
    if (!authzid.starts_with("a=")) return std::nullopt;
    std::optional<std::string> name = unescape_name(authzid.substr(2));
    header.bad_escape = !name;
    header.authzid = name ? std::move(*name) : std::string(authzid.substr(2));
  }
  header.bytes = text.substr(0, second + 1);
  return header;
}

ClientFirst read_client_first(std::string_view text) {
  ClientFirst message;
  std::optional<Gs2Header> gs2 = read_gs2(text);
  if (!gs2) {
    message.fault = "it does not begin with the binding flag and two commas, as in \"n,,\"";
    return message;
  }
  message.gs2 = std::move(*gs2);
  Attributes attributes(text.substr(message.gs2.bytes.size()));
  if (attributes.take('m')) {
    message.reserved = true;
    message.fault = "it has the reserved extension m=, which must make the login fail";
    return message;
  }
  const auto user = attributes.take('n');
  if (!user) {
    message.fault = "the user name, n=, is not where it belongs";
    return message;
  }
  message.user = *user;
  std::optional<std::string> name = unescape_name(*user);
  message.bad_escape = !name || message.gs2.bad_escape;
  message.username = name ? std::move(*name) : std::string(*user);
  if (user->empty()) {
    message.fault = "the user name is empty";
    return message;
  }
  const auto nonce = attributes.take('r');
  if (!nonce || !is_nonce(*nonce)) {
    message.fault = "the nonce, r=, is not where it belongs, or is none";
    return message;
  }
  message.nonce = *nonce;
  if (!attributes.extensions()) message.fault = "what follows the nonce is no attribute";
  return message;
}

ServerFirst read_server_first(std::string_view text) {
  ServerFirst message;
  Attributes attributes(text);
  if (attributes.take('m')) {
    message.reserved = true;
    message.fault = "it has the reserved extension m=, which must make the login fail";
    return message;
  }
  const auto nonce = attributes.take('r');
  if (!nonce || !is_nonce(*nonce)) {
    message.fault = "it does not begin with the nonce, r=";
    return message;
  }
  message.nonce = *nonce;
  const auto salt = attributes.take('s');
  const auto bytes = salt ? decode_base64(*salt, kMostData) : std::nullopt;
  if (!bytes || bytes->empty()) {
    message.fault = "the nonce is not followed by the salt, s=, in base64";
    return message;
  }
  message.salt_size = bytes->size();
  const auto count = attributes.take('i');
  if (count) {
    const auto [end, error] =
        std::from_chars(count->data(), count->data() + count->size(), message.iterations);
    if (error != std::errc() || end != count->data() + count->size()) message.iterations = 0;
  }
  if (message.iterations == 0) {
    message.fault = "the salt is not followed by the iteration count, i=, above zero";
    return message;
  }
  while (!attributes.done()) {
    const std::string_view next = attributes.peek();
    if (next.starts_with("h=")) message.downgrade_hash = next.substr(2);
    if (next.size() < 3 || next[1] != '=' || !attributes.take(next[0])) {
      message.fault = "what follows the iteration count is no attribute";
      return message;
    }
  }
  return message;
}

ClientFinal read_client_final(std::string_view text) {
  ClientFinal message;
  Attributes attributes(text);
  const auto binding = attributes.take('c');
  std::optional<std::string> bytes = binding ? decode_base64(*binding, kMostData) : std::nullopt;
  if (!bytes || bytes->empty()) {
    message.fault = "it does not begin with the channel binding, c=, in base64";
    return message;
  }
  message.binding = std::move(*bytes);
  const auto nonce = attributes.take('r');
  if (!nonce || !is_nonce(*nonce)) {
    message.fault = "the channel binding is not followed by the nonce, r=";
    return message;
  }
  message.nonce = *nonce;
  // Extensions, and the proof at the very end.
  while (!attributes.done()) {
    const std::string_view next = attributes.peek();
    if (message.proof || next.size() < 3 || next[1] != '=') {
      message.fault = message.proof ? "something follows the proof, which comes last"
                                    : "what follows the nonce is no attribute";
      return message;
    }
    const auto value = attributes.take(next[0]);
    if (next[0] != 'p') continue;
    message.proof = value && judge_base64(*value) == Base64::kGood;
    if (!message.proof) break;
  }
  if (!message.proof) message.fault = "it does not end with the proof, p=, in base64";
  return message;
}

ServerFinal read_server_final(std::string_view text) {
  ServerFinal message;
  Attributes attributes(text);
  if (const auto error = attributes.take('e')) {
    message.error = *error;
    if (error->empty()) message.fault = "its error, e=, is empty";
    return message;
  }
  const auto signature = attributes.take('v');
  message.signature = signature && !signature->empty() && judge_base64(*signature) == Base64::kGood;
  if (!message.signature) message.fault = "it has neither the server's signature, v=, nor an error, e=";
  return message;
}

}  // namespace parser::sasl
