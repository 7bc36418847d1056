// The CA, its folder, and what is in a minted certificate.
#include "proxy/tls/certificate_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "proxy/tls/ca_store.h"
#include "proxy/tls/server_name.h"
#include "tests/proxy/tls_peer.h"

namespace test {
namespace {

using proxy::CertificateAuthority;
using testing::HasSubstr;

CertificateAuthority make_ca() {
  std::string error;
  auto ca = CertificateAuthority::generate(kNow, error);
  EXPECT_TRUE(ca.has_value()) << error;
  return std::move(*ca);
}

time_t seconds(parser::Time time) {
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
}

std::string print(X509* certificate) {
  const proxy::BioPtr bio(BIO_new(BIO_s_mem()));
  X509_print(bio.get(), certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

class CaFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("ca-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static mode_t mode(const std::filesystem::path& path) {
    struct stat s {};
    EXPECT_EQ(::stat(path.c_str(), &s), 0) << path;
    return s.st_mode & 0777U;
  }
  void put(const std::string& text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(proxy::ca_key_file(folder_)) << text;
  }
  std::string error_of_open() {
    std::string error;
    EXPECT_FALSE(proxy::open_ca(folder_, kNow, error).has_value());
    EXPECT_THAT(error, HasSubstr(folder_.string()));
    EXPECT_EQ(error.find('\n'), std::string::npos);
    return error;
  }
  std::filesystem::path folder_;
};

TEST(CertificateAuthority, IsValidForTenYearsAndFromTwoDaysBack) {
  const CertificateAuthority ca = make_ca();
  const time_t begin = seconds(kNow - std::chrono::days(2));
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(ca.certificate()), begin), 0);
  EXPECT_EQ(ca.not_after(), kNow - std::chrono::days(2) + std::chrono::days(3650));
  EXPECT_EQ(X509_check_ca(ca.certificate()), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(ca.certificate())), 256);
  EXPECT_THAT(ca.subject(), HasSubstr("CN=stanzascope CA "));
  EXPECT_EQ(ca.fingerprint().size(), 95U);
}

TEST(CertificateAuthority, LeafCarriesEveryNameThatXmppKnows) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const proxy::LeafPtr leaf = ca.mint("example.org", kNow, error);
  ASSERT_NE(leaf, nullptr) << error;
  X509* const c = leaf->certificate.get();
  const std::string text = print(c);
  EXPECT_THAT(text, HasSubstr("DNS:example.org"));
  EXPECT_THAT(text, HasSubstr("_xmpp-client.example.org"));
  EXPECT_THAT(text, HasSubstr("_xmpp-server.example.org"));
  EXPECT_THAT(text, HasSubstr("XmppAddr"));
  EXPECT_THAT(text, HasSubstr("CA:FALSE"));
  EXPECT_THAT(text, HasSubstr("TLS Web Server Authentication"));
  EXPECT_EQ(X509_check_host(c, "example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_verify(c, X509_get0_pubkey(ca.certificate())), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(leaf->key.get()), 256);
}

TEST(CertificateAuthority, LeafLivesAtMost199Days) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const proxy::LeafPtr leaf = ca.mint("example.org", kNow, error);
  int days = 0;
  int rest = 0;
  const X509* c = leaf->certificate.get();
  ASSERT_EQ(ASN1_TIME_diff(&days, &rest, X509_get0_notBefore(c), X509_get0_notAfter(c)), 1);
  EXPECT_EQ(days, 199);
  EXPECT_EQ(rest, 0);
  const time_t begin = seconds(kNow - std::chrono::days(2));
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(c), begin), 0);
}

TEST(CertificateAuthority, LeafNeverOutlivesTheCa) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const proxy::LeafPtr leaf = ca.mint("example.org", ca.not_after() - std::chrono::days(10), error);
  EXPECT_EQ(leaf->not_after, ca.not_after());
}

TEST(CertificateAuthority, AddressLiteralsGetAnAddressName) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const proxy::LeafPtr v4 = ca.mint("127.0.0.1", kNow, error);
  ASSERT_NE(v4, nullptr) << error;
  EXPECT_EQ(X509_check_ip_asc(v4->certificate.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(print(v4->certificate.get()).find("DNS:"), std::string::npos);
  const proxy::LeafPtr v6 = ca.mint("::1", kNow, error);
  ASSERT_NE(v6, nullptr) << error;
  EXPECT_EQ(X509_check_ip_asc(v6->certificate.get(), "::1", 0), 1);
}

TEST(CertificateAuthority, LongDomainsAreMintedAndImpossibleOnesRefused) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const std::string label(60, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label + ".example";
  ASSERT_LE(longest.size(), 253U);
  EXPECT_NE(ca.mint(longest, kNow, error), nullptr) << error;
  for (const std::string& bad :
       {std::string(""), std::string("a..b"), std::string(".a"), std::string("a."), std::string("a b"),
        std::string("m\xC3\xBCnchen.example"), std::string(64, 'a') + ".example", longest + longest,
        std::string("a\0b", 3)}) {
    error.clear();
    EXPECT_EQ(ca.mint(bad, kNow, error), nullptr) << bad;
    EXPECT_THAT(error, HasSubstr("no certificate can be made for the domain"));
  }
}

TEST(CertificateAuthority, SurvivesPem) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const auto again = CertificateAuthority::from_pem(ca.key_and_certificate_pem(), kNow, error);
  ASSERT_TRUE(again.has_value()) << error;
  EXPECT_EQ(again->fingerprint(), ca.fingerprint());
}

TEST(ServerName, ComparesAllKindsOfNames) {
  const CertificateAuthority ca = make_ca();
  std::string error;
  const proxy::LeafPtr leaf = ca.mint("example.org", kNow, error);
  EXPECT_TRUE(proxy::certificate_is_for(leaf->certificate.get(), "example.org", "xmpp-client"));
  EXPECT_TRUE(proxy::certificate_is_for(leaf->certificate.get(), "EXAMPLE.org", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(leaf->certificate.get(), "example.net", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(leaf->certificate.get(), "a.example.org", "xmpp-client"));
  EXPECT_EQ(proxy::certificate_names(leaf->certificate.get()), "example.org");
}

// A certificate whose only names are those of `san`, in OpenSSL's configuration syntax.
proxy::X509Ptr certificate_with(const char* san) {
  std::string error;
  const proxy::LeafPtr leaf = make_ca().mint("nobody.example", kNow, error);
  proxy::X509Ptr c(X509_dup(leaf->certificate.get()));
  const int at = X509_get_ext_by_NID(c.get(), NID_subject_alt_name, -1);
  X509_EXTENSION_free(X509_delete_ext(c.get(), at));
  X509V3_CTX context{};
  X509V3_set_ctx(&context, c.get(), c.get(), nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, san);
  EXPECT_NE(extension, nullptr) << san;
  X509_add_ext(c.get(), extension, -1);
  X509_EXTENSION_free(extension);
  // Encoded and read back, so that nothing cached from before the change is looked at.
  unsigned char* der = nullptr;
  const int size = i2d_re_X509_tbs(c.get(), &der);
  OPENSSL_free(der);
  EXPECT_GT(size, 0);
  der = nullptr;
  const int whole = i2d_X509(c.get(), &der);
  const unsigned char* in = der;
  proxy::X509Ptr fresh(d2i_X509(nullptr, &in, whole));
  OPENSSL_free(der);
  EXPECT_NE(fresh, nullptr);
  return fresh;
}

TEST(ServerName, SrvNameAloneIsEnoughForItsService) {
  const auto c = certificate_with("otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.example.org");
  EXPECT_TRUE(proxy::certificate_is_for(c.get(), "example.org", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), "example.org", "xmpp-server"));
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), "example.net", "xmpp-client"));
}

TEST(ServerName, XmppAddrAloneIsEnough) {
  const auto c = certificate_with("otherName:1.3.6.1.5.5.7.8.5;UTF8:example.org");
  EXPECT_TRUE(proxy::certificate_is_for(c.get(), "example.org", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), "example.net", "xmpp-client"));
}

TEST(ServerName, WildcardsCoverOneWholeLabel) {
  const auto c = certificate_with("DNS:*.example.org");
  EXPECT_TRUE(proxy::certificate_is_for(c.get(), "chat.example.org", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), "example.org", "xmpp-client"));
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), "a.b.example.org", "xmpp-client"));
  // A name that a client can write into `to`, and that OpenSSL takes for "anything below".
  EXPECT_FALSE(proxy::certificate_is_for(c.get(), ".example.org", "xmpp-client"));
}

TEST_F(CaFolder, IsMadeOnFirstUseWithPrivateFiles) {
  std::string error;
  const auto opened = proxy::open_ca(folder_ / "deep", kNow, error);
  ASSERT_TRUE(opened.has_value()) << error;
  EXPECT_TRUE(opened->created);
  EXPECT_EQ(mode(proxy::ca_key_file(folder_ / "deep")), 0600U);
  EXPECT_EQ(mode(folder_ / "deep"), 0700U);
  std::ifstream certificate(proxy::ca_certificate_file(folder_ / "deep"));
  const std::string pem(std::istreambuf_iterator<char>(certificate), {});
  EXPECT_EQ(pem, opened->ca.certificate_pem());
  EXPECT_EQ(pem.find("PRIVATE"), std::string::npos);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_ / "deep")) ++files;
  EXPECT_EQ(files, 2U) << "no temporary file stays behind";
}

TEST_F(CaFolder, IsLoadedAfterwards) {
  std::string error;
  const auto first = proxy::open_ca(folder_, kNow, error);
  std::filesystem::remove(proxy::ca_certificate_file(folder_));
  const auto second = proxy::open_ca(folder_, kNow + std::chrono::days(100), error);
  ASSERT_TRUE(first && second) << error;
  EXPECT_FALSE(second->created);
  EXPECT_EQ(first->ca.fingerprint(), second->ca.fingerprint());
  EXPECT_TRUE(std::filesystem::exists(proxy::ca_certificate_file(folder_))) << "written again";
}

TEST_F(CaFolder, KeyThatOthersCouldReadIsMadePrivate) {
  std::string error;
  ASSERT_TRUE(proxy::open_ca(folder_, kNow, error).has_value());
  ::chmod(proxy::ca_key_file(folder_).c_str(), 0644);
  ASSERT_TRUE(proxy::open_ca(folder_, kNow, error).has_value());
  EXPECT_EQ(mode(proxy::ca_key_file(folder_)), 0600U);
}

TEST_F(CaFolder, GarbageIsExplained) {
  put("hello");
  EXPECT_THAT(error_of_open(), HasSubstr("there is no usable private key in it; move the file away"));
}

TEST_F(CaFolder, KeyOfAnotherCertificateIsExplained) {
  const CertificateAuthority one = make_ca();
  const std::string other = make_ca().key_and_certificate_pem();
  put(other.substr(0, other.find("-----BEGIN CERTIFICATE")) + one.certificate_pem());
  EXPECT_THAT(error_of_open(), HasSubstr("its private key does not belong to its certificate"));
}

TEST_F(CaFolder, KeyAloneIsExplained) {
  const std::string pem = make_ca().key_and_certificate_pem();
  put(pem.substr(0, pem.find("-----BEGIN CERTIFICATE")));
  EXPECT_THAT(error_of_open(), HasSubstr("there is no certificate in it"));
}

TEST_F(CaFolder, ExpiredCaIsExplained) {
  std::string error;
  put(CertificateAuthority::generate(kNow - std::chrono::days(4000), error)->key_and_certificate_pem());
  EXPECT_THAT(error_of_open(), HasSubstr("its certificate has expired"));
}

TEST_F(CaFolder, FolderThatCannotBeMadeIsExplained) {
  std::ofstream(folder_.string()) << "a file where the folder should be";
  std::string error;
  EXPECT_FALSE(proxy::open_ca(folder_, kNow, error).has_value());
  EXPECT_THAT(error, HasSubstr("--confdir"));
  std::filesystem::remove(folder_);
}

}  // namespace
}  // namespace test
