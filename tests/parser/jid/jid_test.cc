#include "parser/jid/jid.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

Jid parsed(std::string_view address) {
  const auto outcome = Jid::parse(address);
  const auto* error = std::get_if<JidError>(&outcome);
  EXPECT_EQ(error, nullptr) << address << ": " << (error == nullptr ? "" : error->message);
  return error == nullptr ? std::get<Jid>(outcome) : Jid();
}

JidError refused(std::string_view address) {
  const auto outcome = Jid::parse(address);
  const auto* error = std::get_if<JidError>(&outcome);
  EXPECT_NE(error, nullptr) << address << " was accepted";
  return error == nullptr ? JidError() : *error;
}

std::string repeat(std::string_view what, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += what;
  return text;
}

TEST(SplitJid, CutsAtTheFirstSlashAndThenAtTheFirstAt) {
  const JidSplit split = split_jid("juliet@capulet.example/balcony/of@love");
  EXPECT_EQ(split.local, "juliet");
  EXPECT_EQ(split.domain, "capulet.example");
  EXPECT_EQ(split.resource, "balcony/of@love");
}

TEST(SplitJid, AnAtBehindTheSlashBelongsToTheResource) {
  const JidSplit split = split_jid("capulet.example/a@b");
  EXPECT_FALSE(split.has_local);
  EXPECT_EQ(split.domain, "capulet.example");
  EXPECT_EQ(split.resource, "a@b");
}

TEST(SplitJid, KeepsApartAnEmptyPartAndNone) {
  EXPECT_TRUE(split_jid("@capulet.example/").has_local);
  EXPECT_TRUE(split_jid("@capulet.example/").has_resource);
  EXPECT_FALSE(split_jid("capulet.example").has_resource);
}

TEST(Jid, HasItsPartsInPreparedForm) {
  const Jid jid = parsed("Juliet@Capulet.Example/Balcony");
  EXPECT_EQ(jid.local(), "juliet");
  EXPECT_EQ(jid.domain(), "capulet.example");
  EXPECT_EQ(jid.resource(), "Balcony");
  EXPECT_EQ(jid.bare(), "juliet@capulet.example");
  EXPECT_EQ(jid.full(), "juliet@capulet.example/Balcony");
  EXPECT_TRUE(jid.is_full());
}

TEST(Jid, OfADomainAloneIsItsOwnBareForm) {
  const Jid jid = parsed("capulet.example");
  EXPECT_EQ(jid.local(), "");
  EXPECT_EQ(jid.resource(), "");
  EXPECT_EQ(jid.bare(), "capulet.example");
  EXPECT_FALSE(jid.is_full());
}

// RFC 3920 §3 through stringprep: what each spelling becomes.
TEST(Jid, PreparesLocalPartsByNodeprep) {
  EXPECT_EQ(parsed("fußball@a.example").local(), "fussball");
  EXPECT_EQ(parsed("ς@a.example").local(), "σ");
  EXPECT_EQ(parsed("henryⅣ@a.example").local(), "henryiv");
  EXPECT_EQ(parsed("♚@a.example").local(), "♚");
  EXPECT_EQ(parsed("jul\u00ADiet@a.example").local(), "juliet");
  EXPECT_EQ(parsed("İ@a.example").local(), "i\u0307");
  EXPECT_EQ(parsed("ΑΣ@a.example").local(), "ασ");
  EXPECT_EQ(parsed("\uFF41@a.example").local(), "a");
  EXPECT_EQ(parsed("o+tag$@a.example").local(), "o+tag$");
}

// Stringprep is frozen at Unicode 3.2; what came later passes unchanged, as in a query (RFC 3454 §7).
TEST(Jid, LetsCharactersThatAreYoungerThanStringprepPass) {
  EXPECT_EQ(parsed("ẞ@a.example").local(), "ẞ");
  EXPECT_EQ(parsed("\U0001F600@a.example").local(), "\U0001F600");
}

TEST(Jid, RefusesLocalPartsThatNodeprepProhibits) {
  EXPECT_EQ(refused("foo bar@a.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("a\uFF20b@a.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("o'hara@a.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("אב1@a.example").problem, JidProblem::kBidi);
  EXPECT_EQ(refused("\u00AD@a.example").problem, JidProblem::kEmpty);
  EXPECT_EQ(refused("foo bar@a.example").part, JidPart::kLocal);
  EXPECT_EQ(refused("foo bar@a.example").clause, "RFC 3920 §3.3");
}

TEST(Jid, PreparesResourcesByResourceprep) {
  EXPECT_EQ(parsed("a.example/a\uFF20b").resource(), "a@b");
  EXPECT_EQ(parsed("a.example/ foo").resource(), " foo");
  EXPECT_EQ(parsed("a.example/♚").resource(), "♚");
  EXPECT_EQ(parsed("a.example/\u2764\uFE0F").resource(), "\u2764");
  EXPECT_EQ(refused("a.example/\u1680").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("a.example/אa").problem, JidProblem::kBidi);
  EXPECT_EQ(refused("a.example/\uFFFD").part, JidPart::kResource);
}

TEST(Jid, TurnsLabelsOfTheDomainIntoTheirUnicodeForm) {
  EXPECT_EQ(parsed("xn--mnchen-3ya.example").domain(), "münchen.example");
  EXPECT_EQ(parsed("XN--MNCHEN-3YA.Example").domain(), "münchen.example");
  EXPECT_EQ(parsed("MÜNCHEN.example").domain(), "münchen.example");
  EXPECT_EQ(parsed("a。example").domain(), "a.example");
  EXPECT_EQ(parsed("a.example.").domain(), "a.example");
  EXPECT_EQ(parsed("[::1]").domain(), "[::1]");
}

TEST(Jid, RefusesDomainsThatAreNone) {
  EXPECT_EQ(refused("").part, JidPart::kWhole);
  EXPECT_EQ(refused("juliet@").part, JidPart::kDomain);
  EXPECT_EQ(refused("@a.example").part, JidPart::kLocal);
  EXPECT_EQ(refused("a.example/").part, JidPart::kResource);
  EXPECT_EQ(refused("a..example").problem, JidProblem::kEmptyLabel);
  EXPECT_EQ(refused("a b.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("a@b@c.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused("a\uFF0Fb.example").problem, JidProblem::kProhibited);
  EXPECT_EQ(refused(repeat("a", 64) + ".example").problem, JidProblem::kTooLongForDns);
}

TEST(Jid, MeasuresPartsInBytesOfTheirPreparedForm) {
  EXPECT_EQ(parsed(repeat("a", 1023) + "@a.example").local().size(), 1023u);
  EXPECT_EQ(refused(repeat("a", 1024) + "@a.example").problem, JidProblem::kTooLong);
  EXPECT_EQ(parsed("a.example/" + repeat("é", 511)).resource().size(), 1022u);
  EXPECT_EQ(refused("a.example/" + repeat("é", 512)).problem, JidProblem::kTooLong);
  EXPECT_EQ(parsed(repeat("A", 512) + repeat("\u00AD", 400) + "@a.example").local().size(), 512u);
}

TEST(Jid, GrowsUnderPreparationWithoutBeingCut) {
  // U+FDFA is one character that NFKC turns into eighteen.
  const Jid jid = parsed("a.example/" + repeat("\uFDFA", 20));
  EXPECT_GT(jid.resource().size(), 20u * 18u);
}

TEST(Jid, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(refused("\xC3\x28@a.example").problem, JidProblem::kNotUtf8);
  EXPECT_EQ(refused("a.example/\xFF").problem, JidProblem::kNotUtf8);
}

TEST(SameJid, ComparesPreparedForms) {
  EXPECT_TRUE(same_jid("Juliet@Capulet.Example/Balcony", "juliet@capulet.example/Balcony"));
  EXPECT_FALSE(same_jid("juliet@capulet.example/Balcony", "juliet@capulet.example/balcony"));
  EXPECT_FALSE(same_jid("juliet@capulet.example", "juliet@capulet.example/balcony"));
  EXPECT_FALSE(same_jid("juliet@capulet.example/", "juliet@capulet.example"));
  EXPECT_TRUE(same_jid("xn--mnchen-3ya.example", "MÜNCHEN.example"));
  EXPECT_TRUE(same_jid("capulet.example.", "capulet.example"));
  EXPECT_TRUE(same_jid("fußball@a.example", "FUSSBALL@a.example"));
}

TEST(SameJid, HoldsAnInvalidAddressEqualToItselfOnly) {
  EXPECT_TRUE(same_jid("a b@\xFF", "a b@\xFF"));
  EXPECT_FALSE(same_jid("♚ a@a.example", "♚ A@a.example"));
  EXPECT_FALSE(same_jid("", "a.example"));
}

TEST(SameBareJid, LeavesTheResourceOut) {
  EXPECT_TRUE(same_bare_jid("juliet@capulet.example/a", "Juliet@capulet.example"));
  EXPECT_FALSE(same_bare_jid("juliet@capulet.example/a", "romeo@capulet.example/a"));
}

}  // namespace
}  // namespace parser
