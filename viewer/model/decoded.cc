// Read with the readers of the parser; what they keep secret (passwords, proofs, tokens) stays so here.
#include "viewer/model/decoded.h"

#include <algorithm>

#include "parser/explanation.h"
#include "parser/payload/date_time.h"
#include "parser/sasl/base64.h"
#include "parser/sasl/scram.h"
#include "parser/sasl/simple_messages.h"
#include "parser/stream/stanza.h"
#include "viewer/model/time_format.h"

namespace viewer {

namespace {

using parser::xml::Element;

constexpr size_t kMostBase64 = 64 * 1024;
constexpr size_t kMostShown = 400;

class Decoder {
 public:
  Decoder(const parser::StreamEvent& event, uint64_t base, const Drawable& drawable)
      : event_(event), base_(base), drawable_(drawable) {}

  std::vector<DecodedItem> run() {
    if (event_.element == nullptr) return {};
    if (event_.kind == parser::EventKind::kSasl) login();
    const parser::Explanation told = parser::explain(event_);
    if (told.error) {
      add("error", std::string(told.error->condition), std::string(told.error->meaning),
          told.error->advice.empty() ? "" : "What to do: " + std::string(told.error->advice) + ".", nullptr);
    }
    walk(*event_.element, 0);
    for (const parser::ExplainedNamespace& one : told.namespaces) {
      add("namespace", std::string(one.name), {}, namespace_words(one.name), nullptr);
    }
    return std::move(items_);
  }

 private:
  std::string shown(std::string_view text) const {
    return shorten(display_text(text, Lines::kEscape, drawable_), kMostShown);
  }

  void add(std::string group, std::string name, std::string value, std::string meaning, const Element* from) {
    if (items_.size() >= kMostDecoded) return;
    DecodedItem item{std::move(group), shown(name), shown(value), std::move(meaning), std::nullopt};
    if (from != nullptr) item.range = parser::ByteRange{from->range.begin - base_, from->range.end - base_};
    items_.push_back(std::move(item));
  }

  void login() {
    const Element& element = *event_.element;
    const auto sasl = parser::as_sasl(element);
    if (!sasl) return;
    if (!sasl->mechanism.empty()) add("login", "mechanism", std::string(sasl->mechanism), {}, &element);
    const auto data = parser::sasl_data(element);
    if (!data) return;
    const auto bytes = parser::sasl::decode_base64(*data, kMostBase64);
    const Element* from = parser::sasl_data_element(element);
    if (!bytes) {
      add("login", "data", *data, "This is not base64.", from);
      return;
    }
    if (sasl->mechanism == "PLAIN") return plain(*bytes, from);
    if (scram(*bytes, from)) return;
    add("login", "data, decoded", *bytes, counted(bytes->size(), "byte") + ".", from);
  }

  void plain(const std::string& bytes, const Element* from) {
    const parser::sasl::Plain message = parser::sasl::read_plain(bytes);
    if (!message.authzid.empty()) add("login", "wants to act as", std::string(message.authzid), {}, from);
    add("login", "user", std::string(message.authcid), {}, from);
    add("login", "password", counted(message.password_size, "byte") + ", not shown",
        "PLAIN sends the password itself; only TLS keeps it from being read.", from);
  }

  bool scram(const std::string& bytes, const Element* from) {
    const bool client = event_.direction == parser::Direction::kC2S;
    if (client) {
      const parser::sasl::ClientFirst first = parser::sasl::read_client_first(bytes);
      if (first.fault.empty()) {
        add("login", "user", first.username, "The client's first message of SCRAM (RFC 5802 §5).", from);
        add("login", "channel binding", binding_words(first.gs2), {}, from);
        add("login", "client's nonce", std::string(first.nonce), {}, from);
        return true;
      }
      const parser::sasl::ClientFinal last = parser::sasl::read_client_final(bytes);
      if (!last.fault.empty() || !bytes.starts_with("c=")) return false;
      add("login", "proof", "sent, not shown",
          "The client's last message of SCRAM: it proves that it knows the password without sending it.",
          from);
      add("login", "nonce of both", std::string(last.nonce), {}, from);
      return true;
    }
    if (bytes.starts_with("v=") || bytes.starts_with("e=")) {
      const parser::sasl::ServerFinal final = parser::sasl::read_server_final(bytes);
      if (!final.error.empty()) add("login", "the server's error", std::string(final.error), {}, from);
      if (final.signature) {
        add("login", "signature", "sent, not shown",
            "The server proves that it, too, knows the password's verifier: the client is talking to the "
            "right "
            "server.",
            from);
      }
      return true;
    }
    const parser::sasl::ServerFirst first = parser::sasl::read_server_first(bytes);
    if (!first.fault.empty()) return false;
    add("login", "nonce of both", std::string(first.nonce), "The server's first message of SCRAM.", from);
    add("login", "iterations", count(first.iterations),
        "How often the password is hashed: what a thief of the server's data has to repeat for each guess.",
        from);
    add("login", "salt", counted(first.salt_size, "byte") + ", not shown", {}, from);
    return true;
  }

  static std::string binding_words(const parser::sasl::Gs2Header& gs2) {
    if (gs2.flag == 'p') return "p: bound to the TLS channel by " + std::string(gs2.binding_type);
    if (gs2.flag == 'y') return "y: the client could bind, and believes that the server cannot";
    return "n: the client does not bind to the TLS channel";
  }

  void walk(const Element& element, int depth) {
    constexpr int kDeepest = 64;
    if (depth > kDeepest || items_.size() >= kMostDecoded) return;
    for (const parser::xml::Attribute& attribute : element.attributes) {
      time(element, std::string(attribute.local) + " of " + std::string(element.local), attribute.value);
      if (attribute.local == "seconds" && element.ns == "jabber:iq:last") {
        add("time", "idle", std::string(attribute.value) + " seconds", {}, &element);
      }
    }
    if (element.child_count() == 0 && element.has_text()) {
      const std::string text = element.text();
      time(element, std::string(element.local), text);
      base64(element, text);
    }
    for (const Element& child : element.children()) walk(child, depth + 1);
  }

  void time(const Element& element, std::string name, std::string_view text) {
    const auto found = parser::payload::parse_date_time(text);
    if (!found) return;
    const int64_t us = found->time.time_since_epoch().count();
    const int64_t before = event_.time.time_since_epoch().count() - us;
    add("time", std::move(name), absolute_time(us) + " UTC",
        before >= 0 ? span(before) + " before this element." : span(-before) + " after this element.",
        &element);
  }

  // Text that is base64 beyond doubt: long enough, of the right alphabet, and where the field keeps base64.
  void base64(const Element& element, std::string_view text) {
    constexpr size_t kShortest = 16;
    constexpr std::string_view kHolders[] = {"data",
                                             "hash",
                                             "BINVAL",
                                             "key",
                                             "iv",
                                             "payload",
                                             "ciphertext",
                                             "openpgp",
                                             "identityKey",
                                             "preKeyPublic",
                                             "signedPreKeyPublic",
                                             "signedPreKeySignature",
                                             "pubkey"};
    if (text.size() < kShortest || event_.kind == parser::EventKind::kSasl) return;
    if (std::find(std::begin(kHolders), std::end(kHolders), element.local) == std::end(kHolders)) return;
    const auto bytes = parser::sasl::decode_base64(text.substr(0, kMostBase64 / 3 * 4), kMostBase64);
    if (!bytes) return;
    const bool readable = std::all_of(bytes->begin(), bytes->end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t' || c == '\r';
    });
    add("base64", "text of " + std::string(element.local), readable ? *bytes : hex(*bytes),
        bytes_amount(bytes->size()) + what_it_is(*bytes), &element);
  }

  static std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes.substr(0, 64)) {
      const auto byte = static_cast<unsigned char>(c);
      if (!out.empty()) out += ' ';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    return bytes.size() > 64 ? out + " \u2026" : out;
  }

  static std::string what_it_is(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG")) return ", a PNG picture.";
    if (bytes.starts_with("\xff\xd8\xff")) return ", a JPEG picture.";
    if (bytes.starts_with("GIF8")) return ", a GIF picture.";
    return ".";
  }

  const parser::StreamEvent& event_;
  uint64_t base_;
  const Drawable& drawable_;
  std::vector<DecodedItem> items_;
};

}  // namespace

std::string namespace_words(std::string_view name) {
  const parser::knowledge::Namespace* known = parser::knowledge::find_namespace(name);
  if (known == nullptr) return "No specification of this namespace is known here.";
  std::string words = parser::knowledge::cite(*known);
  if (!known->status.empty()) words += " (" + std::string(known->status) + ")";
  if (!known->explanation.empty()) words += ". " + std::string(known->explanation);
  return words;
}

std::vector<DecodedItem> decode(const parser::StreamEvent& event, uint64_t base, const Drawable& drawable) {
  return Decoder(event, base, drawable).run();
}

}  // namespace viewer
