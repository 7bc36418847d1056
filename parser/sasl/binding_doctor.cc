// First the verdict from flag and offer, then the words for it. With two TLS connections the data of every
// type differs: tls-unique and tls-exporter come from the handshake, tls-server-end-point from the
// certificate, and the proxy shows one of its own.
#include "parser/sasl/binding_doctor.h"

namespace parser::sasl {
namespace {

constexpr size_t kMostType = 40;

BindingVerdict verdict_of(const BindingCase& what) {
  switch (what.flag) {
    case 'p':
      if (what.offer == BindingOffer::kHidden) return BindingVerdict::kFromMemory;
      if (what.offer == BindingOffer::kNone) return BindingVerdict::kNeverOffered;
      return BindingVerdict::kOtherChannel;
    case 't':
      return BindingVerdict::kTokenBound;
    case 'y':
      if (what.offer == BindingOffer::kHidden) return BindingVerdict::kDowngradeByProxy;
      if (what.offer == BindingOffer::kShown) return BindingVerdict::kDowngradeByClient;
      return BindingVerdict::kPasses;
    default:
      return BindingVerdict::kPasses;
  }
}

std::string name_of(std::string_view type) {
  if (type.empty()) return "a channel";
  return type.size() <= kMostType ? std::string(type) : "an unknown type";
}

// What makes the two legs differ for this type.
std::string_view difference(std::string_view type) {
  if (type == "tls-server-end-point") {
    return "the proxy shows a certificate of its own, the server knows only its own";
  }
  if (type == "tls-unique" || type == "tls-exporter") return "the proxy's two TLS handshakes differ";
  return "the TLS connection ends at the proxy";
}

std::string bound_words(const BindingCase& what) {
  std::string words = "bound to the client's TLS channel (" + name_of(what.type) +
                      "), and the server will refuse it: " + std::string(difference(what.type));
  if (what.types == BindingTypes::kNotListed) words += ", and it does not announce this type either";
  if (what.type == "tls-unique" && what.tls13) words += ", and TLS 1.3 has no tls-unique";
  return words + ".";
}

}  // namespace

BindingDiagnosis diagnose(const BindingCase& what) {
  BindingDiagnosis found;
  found.verdict = verdict_of(what);
  found.fails = found.verdict != BindingVerdict::kPasses;
  found.proxys_doing = found.fails && found.verdict != BindingVerdict::kNeverOffered &&
                       found.verdict != BindingVerdict::kDowngradeByClient;
  const bool end_point = what.type == "tls-server-end-point";
  const std::string_view same_certificate =
      end_point ? " Only a proxy with the server's own certificate and key would pass." : "";
  switch (found.verdict) {
    case BindingVerdict::kPasses:
      break;
    case BindingVerdict::kOtherChannel:
      found.cause = "This login is " + bound_words(what);
      found.remedy = std::string(what.offer == BindingOffer::kShown
                                     ? "Leave out --keep-channel-binding, so that the proxy hides -PLUS."
                                     : "Turn channel binding off in the client.") +
                     std::string(same_certificate);
      break;
    case BindingVerdict::kFromMemory:
      found.cause = "The proxy hid -PLUS, but the client remembers it; this login is " + bound_words(what);
      found.remedy = "Let the client forget what it knows of the server, or turn channel binding off in it." +
                     std::string(same_certificate);
      break;
    case BindingVerdict::kNeverOffered:
      found.cause = "The server offers no -PLUS at all, but this login is " + bound_words(what);
      found.remedy = "Turn channel binding off in the client; it would fail without the proxy, too.";
      break;
    case BindingVerdict::kDowngradeByProxy:
      found.cause =
          "Flag y: the client could bind and was shown no -PLUS, since the proxy hid it; the server offered "
          "it and "
          "must take this for an attack. It is the proxy's doing, not a fault of either side.";
      found.remedy =
          "Turn channel binding off in the client, so that it says n; --keep-channel-binding would not "
          "help, as the binding itself fails then.";
      break;
    case BindingVerdict::kDowngradeByClient:
      found.cause =
          "Flag y: the client says that it saw no -PLUS, though it was shown; the server must refuse that.";
      found.remedy = "Turn channel binding off in the client, so that it says n.";
      break;
    case BindingVerdict::kTokenBound:
      found.cause = "This token login is " + bound_words(what);
      found.remedy = "Let the client log in with its password, or ask for a token of HT-…-NONE." +
                     std::string(same_certificate);
      break;
  }
  return found;
}

}  // namespace parser::sasl
