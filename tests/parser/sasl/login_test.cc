// Whole logins, element by element, in both generations.
#include "parser/sasl/login.h"

#include <gtest/gtest.h>

#include "parser/sasl/base64.h"

namespace parser::sasl {
namespace {

using namespace std::string_view_literals;

// Feeds messages in plain; "-" stands for an element without data.
class Driver {
 public:
  explicit Driver(Generation generation = Generation::kSasl1) : generation_(generation) {}

  Login& auth(std::string_view mechanism, std::string_view data = "-") {
    return say(true, generation_ == Generation::kSasl2 ? "authenticate" : "auth", data, mechanism);
  }
  Login& client(std::string_view step, std::string_view data = "-") { return say(true, step, data); }
  Login& server(std::string_view step, std::string_view data = "-") { return say(false, step, data); }
  Login& failure(std::string_view condition) {
    LoginElement element;
    element.generation = generation_;
    element.step = "failure";
    element.condition = condition;
    login.feed(element);
    return login;
  }

  Login login;
  Generation generation_;

 private:
  Login& say(bool client, std::string_view step, std::string_view data, std::string_view mechanism = {}) {
    LoginElement element;
    element.from_client = client;
    element.generation = generation_;
    element.step = step;
    element.mechanism = mechanism;
    if (data != "-") element.data = encode_base64(data);
    login.feed(element);
    return login;
  }
};

constexpr std::string_view kFirst = "n,,n=juliet,r=abc";
constexpr std::string_view kServerFirst = "r=abcDEF,s=QSXCR+Q6sek8bf92,i=4096";
constexpr std::string_view kFinal = "c=biws,r=abcDEF,p=AAAA";
constexpr std::string_view kServerFinal = "v=AAAA";

TEST(ALogin, OfScramIsFollowedToItsEnd) {
  for (const Generation generation : {Generation::kSasl1, Generation::kSasl2}) {
    Driver driver(generation);
    const Login& login = driver.login;
    driver.auth("SCRAM-SHA-256", kFirst);
    EXPECT_EQ(login.message(), Message::kClientFirst);
    EXPECT_EQ(login.turn(), Turn::kServer);
    EXPECT_EQ(login.flag(), 'n');
    EXPECT_EQ(login.username(), "juliet");
    driver.server("challenge", kServerFirst);
    EXPECT_EQ(login.message(), Message::kServerFirst);
    EXPECT_EQ(login.turn(), Turn::kClient);
    EXPECT_EQ(login.iterations(), 4096U);
    EXPECT_EQ(login.salt_size(), 12U);
    driver.client("response", kFinal);
    EXPECT_EQ(login.message(), Message::kClientFinal);
    driver.server("success", kServerFinal);
    EXPECT_EQ(login.message(), Message::kServerFinal);
    EXPECT_TRUE(login.succeeded());
    EXPECT_FALSE(login.in_progress());
    EXPECT_EQ(login.generation(), generation);
    for (unsigned fault = 0; fault <= static_cast<unsigned>(Fault::kSignatureMissing); ++fault) {
      EXPECT_FALSE(login.has(static_cast<Fault>(fault))) << fault;
    }
  }
}

TEST(ALogin, MayBeginWithAnEmptyChallengeAndEndWithAnEmptyResponse) {
  Driver driver;
  driver.auth("SCRAM-SHA-1");
  EXPECT_EQ(driver.login.message(), Message::kNone);
  driver.server("challenge");
  EXPECT_EQ(driver.client("response", kFirst).message(), Message::kClientFirst);
  EXPECT_EQ(driver.server("challenge", kServerFirst).message(), Message::kServerFirst);
  driver.client("response", kFinal);
  EXPECT_EQ(driver.server("challenge", kServerFinal).message(), Message::kServerFinal);
  driver.client("response");
  EXPECT_FALSE(driver.server("success").has(Fault::kSignatureMissing));
}

TEST(ALogin, WhoseServerProvesNothingIsNamed) {
  Driver driver;
  driver.auth("SCRAM-SHA-1", kFirst);
  driver.server("challenge", kServerFirst);
  driver.client("response", kFinal);
  EXPECT_TRUE(driver.server("success").has(Fault::kSignatureMissing));
}

TEST(ALogin, ComparesNoncesAndTheHeader) {
  Driver nonce;
  nonce.auth("SCRAM-SHA-1", kFirst);
  EXPECT_TRUE(nonce.server("challenge", "r=xyz,s=QQ==,i=4096").has(Fault::kNonceNotExtended));
  EXPECT_TRUE(nonce.client("response", "c=biws,r=abc,p=AAAA").has(Fault::kFinalNonce));

  Driver same;
  same.auth("SCRAM-SHA-1", kFirst);
  EXPECT_TRUE(same.server("challenge", "r=abc,s=QQ==,i=4096").has(Fault::kNonceNotExtended))
      << "adds nothing";

  Driver header;
  header.auth("SCRAM-SHA-1", kFirst);
  header.server("challenge", kServerFirst);
  EXPECT_TRUE(header.client("response", "c=eSws,r=abcDEF,p=AAAA").has(Fault::kBindingMismatch));
}

TEST(ALogin, KnowsTheSizeOfTheBindingData) {
  Driver driver;
  EXPECT_FALSE(driver.auth("SCRAM-SHA-1-PLUS", "p=tls-exporter,,n=juliet,r=abc").has(Fault::kPlusFlag));
  EXPECT_EQ(driver.login.binding_type(), "tls-exporter");
  driver.server("challenge", kServerFirst);
  const std::string c = encode_base64("p=tls-exporter,,12345678901234567890123456789012");
  EXPECT_FALSE(driver.client("response", "c=" + c + ",r=abcDEF,p=AAAA").has(Fault::kBindingMismatch));
  EXPECT_EQ(driver.login.binding_size(), 32U);
}

TEST(ALogin, PlusAndFlagGoTogether) {
  EXPECT_TRUE(Driver().auth("SCRAM-SHA-1-PLUS", kFirst).has(Fault::kPlusFlag));
  EXPECT_TRUE(Driver().auth("SCRAM-SHA-1", "p=tls-unique,,n=a,r=b").has(Fault::kPlusFlag));
}

TEST(ALogin, WithoutChallengeHasNoResponse) {
  Driver driver;
  EXPECT_TRUE(driver.client("response", "x").has(Fault::kOutOfTurn));
  driver.auth("SCRAM-SHA-1", kFirst);
  EXPECT_TRUE(driver.client("response", kFinal).has(Fault::kOutOfTurn));
}

TEST(ALogin, CountsAttemptsAndRefusals) {
  Driver driver;
  driver.auth("SCRAM-SHA-1-PLUS", "p=x,,n=a,r=b");
  driver.failure("invalid-mechanism");
  driver.auth("PLAIN", "\0a\0b"sv);
  driver.failure("not-authorized");
  EXPECT_EQ(driver.login.attempts(), 2U);
  EXPECT_EQ(driver.login.refusals(), 1U);
  EXPECT_EQ(driver.login.condition(), "not-authorized");
  EXPECT_EQ(driver.login.username(), "a");
}

TEST(ALogin, CanBeBegunAnewButNotAfterSasl2LetTheClientIn) {
  Driver driver;
  driver.auth("SCRAM-SHA-1", kFirst);
  EXPECT_TRUE(driver.auth("PLAIN", "\0a\0b"sv).has(Fault::kSecondStart));

  Driver second(Generation::kSasl2);
  second.auth("PLAIN", "\0a\0b"sv);
  second.server("success");
  EXPECT_TRUE(second.auth("PLAIN", "\0a\0b"sv).has(Fault::kStartAfterSuccess));

  Driver task(Generation::kSasl2);
  task.auth("PLAIN", "\0a\0b"sv);
  task.server("continue");
  EXPECT_TRUE(task.login.in_tasks());
  task.client("next");
  EXPECT_EQ(task.login.turn(), Turn::kServer);
  task.failure("not-authorized");
  EXPECT_TRUE(task.auth("PLAIN", "\0a\0b"sv).has(Fault::kStartAfterSuccess));

  Driver retry(Generation::kSasl2);
  retry.auth("PLAIN", "\0a\0b"sv);
  retry.failure("not-authorized");
  EXPECT_FALSE(retry.auth("PLAIN", "\0a\0b"sv).has(Fault::kStartAfterSuccess));
}

TEST(ALogin, AbortInTheClientsTurnIsAnsweredByAborted) {
  Driver driver;
  driver.auth("SCRAM-SHA-1", kFirst);
  driver.server("challenge", kServerFirst);
  driver.client("abort");
  EXPECT_TRUE(driver.failure("not-authorized").has(Fault::kAbortIgnored));

  Driver flight;
  flight.auth("SCRAM-SHA-1", kFirst);
  flight.client("abort");
  EXPECT_FALSE(flight.server("challenge", kServerFirst).has(Fault::kAbortIgnored)) << "it was on its way";
}

TEST(ALogin, OfOneGenerationIsNotAnsweredByTheOther) {
  Driver driver(Generation::kSasl2);
  driver.auth("PLAIN", "\0a\0b"sv);
  driver.generation_ = Generation::kSasl1;
  EXPECT_TRUE(driver.server("success").has(Fault::kMixedGenerations));
}

TEST(ALogin, ThatCannotBeReadIsNotJudged) {
  Driver driver;
  LoginElement element;
  element.from_client = true;
  element.step = "auth";
  element.mechanism = "SCRAM-SHA-1";
  element.data = "not base64!";
  driver.login.feed(element);
  EXPECT_EQ(driver.login.message(), Message::kUnreadable);
  EXPECT_FALSE(driver.server("challenge", kServerFirst).has(Fault::kNonceNotExtended));
  EXPECT_FALSE(driver.client("response", kFinal).has(Fault::kFinalNonce));
  EXPECT_FALSE(driver.server("success").has(Fault::kSignatureMissing));
}

TEST(ALogin, KeepsNoPasswordAndNoEndlessName) {
  Driver driver;
  const std::string plain = std::string("\0", 1) + std::string(2000, 'x') + std::string("\0secret", 7);
  driver.auth("PLAIN", plain);
  EXPECT_EQ(driver.login.username(), "");
  EXPECT_FALSE(driver.login.has(Fault::kPlainMalformed));
}

TEST(ALogin, TellsTheServersScramError) {
  Driver driver;
  driver.auth("SCRAM-SHA-1", kFirst);
  driver.server("challenge", kServerFirst);
  driver.client("response", kFinal);
  EXPECT_EQ(driver.server("challenge", "e=unknown-user").scram_error(), "unknown-user");
}

}  // namespace
}  // namespace parser::sasl
