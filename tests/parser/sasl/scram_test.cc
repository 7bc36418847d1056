#include "parser/sasl/scram.h"

#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

TEST(Gs2, ReadsFlagTypeAndIdentity) {
  const auto none = read_gs2("n,,rest");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->flag, 'n');
  EXPECT_EQ(none->bytes, "n,,");
  const auto bound = read_gs2("p=tls-exporter,a=ro=2Cmeo=3Dx,n=a");
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->flag, 'p');
  EXPECT_EQ(bound->binding_type, "tls-exporter");
  EXPECT_EQ(bound->authzid, "ro,meo=x");
  EXPECT_EQ(bound->bytes, "p=tls-exporter,a=ro=2Cmeo=3Dx,");
  EXPECT_TRUE(read_gs2("y,a=x=y,")->bad_escape);
}

TEST(Gs2, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "n", "n,", "x,,", "p=,,", "n=juliet,r=abc", "n,b=x,", "N,,"}) {
    EXPECT_FALSE(read_gs2(text)) << text;
  }
}

TEST(ClientFirstMessage, IsReadInItsOrder) {
  const ClientFirst message = read_client_first("n,,n=juliet,r=fyko+d2lbbFgONRv9qkxdawL,x=1");
  EXPECT_EQ(message.fault, "");
  EXPECT_EQ(message.username, "juliet");
  EXPECT_EQ(message.nonce, "fyko+d2lbbFgONRv9qkxdawL");
}

TEST(ClientFirstMessage, SaysWhatIsWrong) {
  for (const std::string_view text : {"n=juliet,r=abc", "n,,r=abc,n=juliet", "n,,n=,r=abc", "n,,n=juliet",
                                      "n,,n=juliet,r=", "n,,n=juliet,r=a b", "n,,m=1,n=juliet,r=abc",
                                      "n,,n=juliet,r=abc,", "n,,n=juliet,r=abc,1=x"}) {
    EXPECT_NE(read_client_first(text).fault, "") << text;
  }
  EXPECT_TRUE(read_client_first("n,,m=1,n=juliet,r=abc").reserved);
}

TEST(ClientFirstMessage, EqualsSignStandsForCommaAndItselfOnly) {
  EXPECT_EQ(read_client_first("n,,n=a=2Cb=3Dc,r=x").username, "a,b=c");
  EXPECT_TRUE(read_client_first("n,,n=jul=iet,r=x").bad_escape);
  EXPECT_TRUE(read_client_first("n,,n=jul=,r=x").bad_escape);
  EXPECT_TRUE(read_client_first("n,,n=jul=2c,r=x").bad_escape) << "capitals only";
}

TEST(ServerFirstMessage, IsReadInItsOrder) {
  const ServerFirst message = read_server_first("r=abc3rfc,s=QSXCR+Q6sek8bf92,i=4096,h=AAAA");
  EXPECT_EQ(message.fault, "");
  EXPECT_EQ(message.salt_size, 12U);
  EXPECT_EQ(message.iterations, 4096U);
  EXPECT_EQ(message.downgrade_hash, "AAAA");
}

TEST(ServerFirstMessage, SaysWhatIsWrong) {
  for (const std::string_view text :
       {"", "s=QQ==,r=abc,i=4096", "r=abc,i=4096,s=QQ==", "r=abc,s=,i=4096", "r=abc,s=!,i=4096",
        "r=abc,s=QQ==", "r=abc,s=QQ==,i=0", "r=abc,s=QQ==,i=-1", "r=abc,s=QQ==,i=4096x",
        "r=abc,s=QQ==,i=99999999999999999999", "r=abc,s=QQ==,i=4096,", "m=1,r=abc,s=QQ==,i=4096"}) {
    EXPECT_NE(read_server_first(text).fault, "") << text;
  }
}

TEST(ClientFinalMessage, HoldsBindingNonceAndProofInItsOrder) {
  const ClientFinal message = read_client_final("c=biws,r=abc3rfc,x=1,p=AAAA");
  EXPECT_EQ(message.fault, "");
  EXPECT_EQ(message.binding, "n,,");
  EXPECT_EQ(message.nonce, "abc3rfc");
  for (const std::string_view text :
       {"r=abc,c=biws,p=AAAA", "c=biws,p=AAAA,r=abc", "c=biws,r=abc", "c=,r=abc,p=AAAA",
        "c=biws,r=abc,p=AAAA,x=1", "c=biws,r=abc,p=!", "c=biws,r=abc,,p=AAAA"}) {
    EXPECT_NE(read_client_final(text).fault, "") << text;
  }
}

TEST(ServerFinalMessage, IsASignatureOrAnError) {
  EXPECT_TRUE(read_server_final("v=AAAA").signature);
  EXPECT_EQ(read_server_final("e=unknown-user").error, "unknown-user");
  EXPECT_NE(read_server_final("").fault, "");
  EXPECT_NE(read_server_final("v=").fault, "");
  EXPECT_NE(read_server_final("e=").fault, "");
}

}  // namespace
}  // namespace parser::sasl
