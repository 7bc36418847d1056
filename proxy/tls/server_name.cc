// OpenSSL checks dNSName, wildcards and iPAddress; the two names that only XMPP has are compared here.
#include "proxy/tls/server_name.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <memory>

#include "proxy/tls/openssl_types.h"

namespace proxy {
namespace {

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslDelete<&GENERAL_NAMES_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpenSslDelete<&ASN1_OBJECT_free>>;

constexpr size_t kMaxListed = 200;

GeneralNamesPtr alternative_names(X509* certificate) {
  return GeneralNamesPtr(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool has_other_name(X509* certificate, const char* oid, int type, std::string_view wanted) {
  const GeneralNamesPtr names = alternative_names(certificate);
  const ObjectPtr object(OBJ_txt2obj(oid, 1));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_OTHERNAME || OBJ_cmp(name->d.otherName->type_id, object.get()) != 0) continue;
    const ASN1_TYPE* value = name->d.otherName->value;
    if (value->type == type && equal_ignoring_case(text_of(value->value.asn1_string), wanted)) return true;
  }
  return false;
}

}  // namespace

bool certificate_is_for(X509* certificate, std::string_view domain, std::string_view service) {
  const std::string name(domain);
  if (name.empty() || name.front() == '.') return false;  // to X509_check_host() that is "anything below"
  if (X509_check_ip_asc(certificate, name.c_str(), 0) == 1) return true;
  const bool matches = X509_check_host(certificate, name.data(), name.size(),
                                       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1 ||
                       // RFC 4985 §2: "_Service.Name".
                       has_other_name(certificate, "1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING,
                                      "_" + std::string(service) + "." + name) ||
                       has_other_name(certificate, "1.3.6.1.5.5.7.8.5", V_ASN1_UTF8STRING, name);
  ERR_clear_error();
  return matches;
}

std::string certificate_names(X509* certificate) {
  std::string list;
  const auto add = [&list](std::string_view name) {
    if (list.size() + name.size() > kMaxListed) return;
    if (!list.empty()) list += ", ";
    for (const char c : name) list += c >= ' ' && c <= '~' ? c : '?';
  };
  const GeneralNamesPtr names = alternative_names(certificate);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) add(text_of(name->d.dNSName));
  }
  if (list.empty()) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) add(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  }
  return list.empty() ? "no name" : list;
}

}  // namespace proxy
