#include "parser/jid/determination.h"

#include <gtest/gtest.h>

namespace parser {
namespace {

constexpr auto kOld = JidProfile::kRfc3920;

std::string client(const ClientLogin& login) {
  const DeterminedJid found = determine_client(login, kOld);
  return found.jid + " by " + std::string(found.from);
}

TEST(DetermineClient, GoesByTheBindResultOnceThereIsOne) {
  EXPECT_EQ(client({.authorization_identity = "juliet@capulet.example",
                    .user_name = "juliet",
                    .domain = "capulet.example",
                    .bound_jid = "juliet@capulet.example/4711"}),
            "juliet@capulet.example/4711 by bind result");
}

TEST(DetermineClient, GoesByTheAuthorizationIdentityBeforeTheLoginName) {
  EXPECT_EQ(client({.authorization_identity = "juliet@capulet.example", .user_name = "nurse"}),
            "juliet@capulet.example by authorization identity");
  EXPECT_EQ(client({.authorization_identity = "juliet", .user_name = "nurse", .domain = "capulet.example"}),
            "juliet@capulet.example by authorization identity");
  EXPECT_EQ(client({.authorization_identity = "juliet@capulet.example/balcony", .domain = "capulet.example"}),
            "juliet@capulet.example by authorization identity");
}

TEST(DetermineClient, MakesAnAddressOfTheLoginNameAndTheStreamsDomain) {
  EXPECT_EQ(client({.user_name = "juliet", .domain = "capulet.example"}),
            "juliet@capulet.example by login name");
  EXPECT_EQ(client({.user_name = "juliet@capulet.example", .domain = "mantua.example"}),
            "juliet@capulet.example by login name");
}

TEST(DetermineClient, GuessesNothing) {
  EXPECT_EQ(client({}), " by ");
  EXPECT_EQ(client({.user_name = "juliet"}), " by ");
  EXPECT_EQ(client({.domain = "capulet.example"}), " by ");
}

TEST(DetermineServer, GoesByItsIdentityAndThenByWhatWasValidated) {
  EXPECT_EQ(determine_server({"capulet.example", "mantua.example"}, kOld).jid, "capulet.example");
  EXPECT_EQ(determine_server({"", "mantua.example"}, kOld).from, "certificate or dialback");
  EXPECT_EQ(determine_server({}, kOld).jid, "");
  EXPECT_EQ(determine_server({}, kOld).clause, "RFC 3920 §3.5");
  EXPECT_EQ(determine_server({}, JidProfile::kRfc7622).clause, "RFC 6120 §4.3.6");
}

}  // namespace
}  // namespace parser
