// Makes the CA and the leaves with OpenSSL's X.509 functions. A leaf carries every kind of name that an XMPP
// client may look for (RFC 6120 §13.7.1.2: dNSName, SRVName, xmppAddr), so that trusting the CA is enough.
// Lifetimes are those that current systems accept (199 days); all starts lie two days back for slow clocks.
#include "proxy/tls/certificate_authority.h"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "proxy/tls/dns_name.h"
#include "proxy/tls/openssl_error.h"

namespace proxy {
namespace {

using parser::Time;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslDelete<&GENERAL_NAMES_free>>;
using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, OpenSslDelete<&GENERAL_NAME_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpenSslDelete<&ASN1_OBJECT_free>>;
using StringPtr = std::unique_ptr<ASN1_STRING, OpenSslDelete<&ASN1_STRING_free>>;
using TypePtr = std::unique_ptr<ASN1_TYPE, OpenSslDelete<&ASN1_TYPE_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslDelete<&X509_EXTENSION_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpenSslDelete<&BN_free>>;

constexpr char kSrvNameOid[] = "1.3.6.1.5.5.7.8.7";   // id-on-dnsSRV, RFC 4985 §2
constexpr char kXmppAddrOid[] = "1.3.6.1.5.5.7.8.5";  // id-on-xmppAddr, RFC 6120 §13.7.1.4
constexpr size_t kMaxCommonName = 64;                 // X.520 ub-common-name

time_t seconds(Time time) {
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
}

Time from_asn1(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return Time{};
  return Time{std::chrono::seconds(timegm(&parts))};
}

EvpPkeyPtr new_key() {
  return EvpPkeyPtr(EVP_EC_gen("P-256"));
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  // RFC 5280 §4.1.2.2: positive and at most 20 octets; a fixed top byte keeps it positive and non-zero.
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7fU) | 0x40U);
  const BignumPtr number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, Time begin, Time end) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(begin)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(end)) != nullptr;
}

bool add_name_entry(X509_NAME* name, const char* field, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool push(GENERAL_NAMES* names, GeneralNamePtr name) {
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
  static_cast<void>(name.release());
  return true;
}

StringPtr make_string(int type, std::string_view text) {
  StringPtr string(ASN1_STRING_type_new(type));
  if (string == nullptr || ASN1_STRING_set(string.get(), text.data(), static_cast<int>(text.size())) != 1) {
    return nullptr;
  }
  return string;
}

bool add_plain_name(GENERAL_NAMES* names, int kind, int string_type, std::string_view text) {
  GeneralNamePtr name(GENERAL_NAME_new());
  StringPtr value = make_string(string_type, text);
  if (name == nullptr || value == nullptr) return false;
  GENERAL_NAME_set0_value(name.get(), kind, value.release());
  return push(names, std::move(name));
}

bool add_other_name(GENERAL_NAMES* names, const char* oid, int string_type, std::string_view text) {
  GeneralNamePtr name(GENERAL_NAME_new());
  ObjectPtr object(OBJ_txt2obj(oid, 1));
  TypePtr value(ASN1_TYPE_new());
  StringPtr string = make_string(string_type, text);
  if (name == nullptr || object == nullptr || value == nullptr || string == nullptr) return false;
  ASN1_TYPE_set(value.get(), string_type, string.release());
  if (GENERAL_NAME_set0_othername(name.get(), object.get(), value.get()) != 1) return false;
  static_cast<void>(object.release());
  static_cast<void>(value.release());
  return push(names, std::move(name));
}

bool add_alternative_names(X509* certificate, std::string_view domain) {
  const GeneralNamesPtr names(sk_GENERAL_NAME_new_null());
  if (names == nullptr) return false;
  const std::string text(domain);
  const std::unique_ptr<ASN1_OCTET_STRING, OpenSslDelete<&ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(text.c_str()));
  if (address != nullptr) {
    const std::string_view octets(reinterpret_cast<const char*>(ASN1_STRING_get0_data(address.get())),
                                  static_cast<size_t>(ASN1_STRING_length(address.get())));
    if (!add_plain_name(names.get(), GEN_IPADD, V_ASN1_OCTET_STRING, octets)) return false;
  } else {
    if (!add_plain_name(names.get(), GEN_DNS, V_ASN1_IA5STRING, domain)) return false;
    for (const char* service : {"_xmpp-client.", "_xmpp-server."}) {
      if (!add_other_name(names.get(), kSrvNameOid, V_ASN1_IA5STRING, service + text)) return false;
    }
  }
  return add_other_name(names.get(), kXmppAddrOid, V_ASN1_UTF8STRING, domain) &&
         X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool is_ip_literal(std::string_view domain) {
  const std::string text(domain);
  const std::unique_ptr<ASN1_OCTET_STRING, OpenSslDelete<&ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(text.c_str()));
  ERR_clear_error();
  return address != nullptr;
}

std::string hex(const unsigned char* bytes, size_t size, std::string_view separator) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    if (i != 0) text += separator;
    text += fmt::format("{:02X}", bytes[i]);
  }
  return text;
}

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

BioPtr read_only(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key file that asks for a passphrase must fail rather than prompt on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

CertificateAuthority::CertificateAuthority(X509Ptr certificate, EvpPkeyPtr key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

std::optional<CertificateAuthority> CertificateAuthority::generate(Time now, std::string& error) {
  EvpPkeyPtr key = new_key();
  X509Ptr certificate(X509_new());
  std::array<unsigned char, 4> tag{};
  const Time begin = now - kBackdate;
  X509* const c = certificate.get();
  bool ok = key != nullptr && c != nullptr && RAND_bytes(tag.data(), static_cast<int>(tag.size())) == 1 &&
            X509_set_version(c, X509_VERSION_3) == 1 && set_random_serial(c) &&
            set_validity(c, begin, begin + kLifetime) && X509_set_pubkey(c, key.get()) == 1;
  // Two CAs of this program must not look alike in a trust store: hence the tag in the name.
  ok = ok && add_name_entry(X509_get_subject_name(c), "O", "stanzascope") &&
       add_name_entry(X509_get_subject_name(c), "CN", "stanzascope CA " + hex(tag.data(), tag.size(), "")) &&
       X509_set_issuer_name(c, X509_get_subject_name(c)) == 1;
  ok = ok && add_extension(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
       add_extension(c, c, NID_key_usage, "critical,keyCertSign,cRLSign") &&
       add_extension(c, c, NID_subject_key_identifier, "hash");
  ok = ok && X509_sign(c, key.get(), EVP_sha256()) != 0;
  if (!ok) {
    error = "making a CA failed: " + take_openssl_error();
    return std::nullopt;
  }
  return CertificateAuthority(std::move(certificate), std::move(key));
}

std::optional<CertificateAuthority> CertificateAuthority::from_pem(std::string_view pem, Time now,
                                                                   std::string& error) {
  EvpPkeyPtr key(PEM_read_bio_PrivateKey(read_only(pem).get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    error = "there is no usable private key in it";
    return std::nullopt;
  }
  X509Ptr certificate(PEM_read_bio_X509(read_only(pem).get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (certificate == nullptr) {
    error = "there is no certificate in it";
    return std::nullopt;
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    error = "its private key does not belong to its certificate";
    return std::nullopt;
  }
  if (X509_check_ca(certificate.get()) == 0) {
    error = "its certificate is not that of a CA";
    return std::nullopt;
  }
  CertificateAuthority ca(std::move(certificate), std::move(key));
  if (ca.not_after() <= now) {
    error = "its certificate has expired";
    return std::nullopt;
  }
  return ca;
}

LeafPtr CertificateAuthority::mint(std::string_view domain, Time now, std::string& error) const {
  const bool literal = is_ip_literal(domain);
  if (!literal && !is_dns_name(domain)) {
    error = fmt::format("no certificate can be made for the domain '{}'", domain.substr(0, 80));
    return nullptr;
  }
  auto leaf = std::make_shared<Leaf>();
  leaf->key = new_key();
  leaf->certificate.reset(X509_new());
  X509* const c = leaf->certificate.get();
  X509* const issuer = certificate_.get();
  const Time begin = now - kBackdate;
  leaf->not_after = begin + kLeafLifetime;
  if (leaf->not_after > not_after()) leaf->not_after = not_after();
  bool ok = leaf->key != nullptr && c != nullptr && X509_set_version(c, X509_VERSION_3) == 1 &&
            set_random_serial(c) && set_validity(c, begin, leaf->not_after) &&
            X509_set_pubkey(c, leaf->key.get()) == 1 &&
            X509_set_issuer_name(c, X509_get_subject_name(issuer)) == 1;
  if (ok && domain.size() <= kMaxCommonName) ok = add_name_entry(X509_get_subject_name(c), "CN", domain);
  ok = ok && add_extension(c, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
       add_extension(c, issuer, NID_key_usage, "critical,digitalSignature") &&
       add_extension(c, issuer, NID_ext_key_usage, "serverAuth,clientAuth") &&
       add_extension(c, issuer, NID_subject_key_identifier, "hash") &&
       add_extension(c, issuer, NID_authority_key_identifier, "keyid") && add_alternative_names(c, domain) &&
       X509_sign(c, key_.get(), EVP_sha256()) != 0;
  if (!ok) {
    error = fmt::format("making a certificate for {} failed: {}", domain, take_openssl_error());
    return nullptr;
  }
  return leaf;
}

std::string CertificateAuthority::certificate_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate_.get());
  return take_text(bio.get());
}

std::string CertificateAuthority::key_and_certificate_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(bio.get(), certificate_.get());
  return take_text(bio.get());
}

std::string CertificateAuthority::subject() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate_.get()), 0, XN_FLAG_RFC2253);
  return take_text(bio.get());
}

std::string CertificateAuthority::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(certificate_.get(), EVP_sha256(), digest.data(), &size);
  return hex(digest.data(), size, ":");
}

Time CertificateAuthority::not_after() const {
  return from_asn1(X509_get0_notAfter(certificate_.get()));
}

}  // namespace proxy
