// What each profile makes of one part, by the examples of the RFCs and by cases in which the two differ.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/jid/jid.h"

namespace parser {
namespace {

enum class Slot { kLocal, kResource, kDomain };

// `expected`: the prepared part, or "!" and the problem.
struct Vector {
  Slot slot;
  std::string input;
  std::string rfc3920;
  std::string rfc7622;
};

std::string word(JidProblem problem) {
  switch (problem) {
    case JidProblem::kEmpty:
      return "empty";
    case JidProblem::kTooLong:
    case JidProblem::kTooLongForDns:
      return "long";
    case JidProblem::kProhibited:
    case JidProblem::kLeadingSpace:
      return "prohibited";
    case JidProblem::kBidi:
      return "bidi";
    case JidProblem::kNotUtf8:
      return "utf8";
    case JidProblem::kEmptyLabel:
    case JidProblem::kHyphen:
    case JidProblem::kLeadingMark:
    case JidProblem::kLabel:
      return "label";
    case JidProblem::kContext:
      return "context";
    case JidProblem::kUnbracketed:
    case JidProblem::kLiteral:
      return "literal";
  }
  return "?";
}

std::string prepared(Slot slot, const std::string& text, JidProfile profile) {
  const std::string address = slot == Slot::kLocal      ? text + "@a.example"
                              : slot == Slot::kResource ? "a.example/" + text
                                                        : text;
  const auto outcome = Jid::parse(address, profile);
  if (const auto* error = std::get_if<JidError>(&outcome)) {
    EXPECT_FALSE(error->clause.empty()) << address;
    EXPECT_FALSE(error->message.empty()) << address;
    EXPECT_LE(error->offset, address.size()) << address;
    return "!" + word(error->problem);
  }
  const Jid& jid = std::get<Jid>(outcome);
  return std::string(slot == Slot::kLocal      ? jid.local()
                     : slot == Slot::kResource ? jid.resource()
                                               : jid.domain());
}

std::string repeat(std::string_view what, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += what;
  return text;
}

void check(const std::vector<Vector>& vectors) {
  for (const Vector& vector : vectors) {
    EXPECT_EQ(prepared(vector.slot, vector.input, JidProfile::kRfc3920), vector.rfc3920)
        << "rfc3920 of " << vector.input;
    EXPECT_EQ(prepared(vector.slot, vector.input, JidProfile::kRfc7622), vector.rfc7622)
        << "rfc7622 of " << vector.input;
  }
}

TEST(JidVectors, LocalParts) {
  const auto l = Slot::kLocal;
  check({
      {l, "Juliet", "juliet", "juliet"},
      {l, "fußball", "fussball", "fußball"},
      {l, "ς", "σ", "ς"},
      {l, "henryⅣ", "henryiv", "!prohibited"},
      {l, "♚", "♚", "!prohibited"},
      {l, "\u00AD", "!empty", "!prohibited"},
      {l, "jul\u00ADiet", "juliet", "!prohibited"},
      {l, "a\uFF20b", "!prohibited", "!prohibited"},
      {l, "foo bar", "!prohibited", "!prohibited"},
      {l, "אב1", "!bidi", "אב1"},
      {l, "\U0001F600", "\U0001F600", "!prohibited"},
      {l, "İ", "i\u0307", "i\u0307"},
      {l, "ΑΣ", "ασ", "ασ"},
      {l, "o+tag$", "o+tag$", "o+tag$"},
      {l, "ẞ", "ẞ", "ß"},  // younger than Unicode 3.2, so no folding of RFC 3454 knows it
      {l, "\uFF41", "a", "a"},
      {l, "\uFF21", "a", "a"},
      {l, "e\u0301", "é", "é"},
      {l, "O'Hara", "!prohibited", "!prohibited"},
      {l, "a\u30FBb", "a\u30FBb", "!context"},
      {l, "l\u00B7l", "l\u00B7l", "l\u00B7l"},
      {l, repeat("a", 1023), repeat("a", 1023), repeat("a", 1023)},
      {l, repeat("a", 1024), "!long", "!long"},
      {l, repeat("é", 511), repeat("é", 511), repeat("é", 511)},
      {l, repeat("é", 512), "!long", "!long"},
      {l, repeat("É", 512), "!long", "!long"},
      {l, repeat("\uFF41", 1023), repeat("a", 1023), repeat("a", 1023)},
      {l, repeat("a", 3072), "!long", "!long"},
  });
}

TEST(JidVectors, Resources) {
  const auto r = Slot::kResource;
  check({
      {r, "♚", "♚", "♚"},
      {r, "a\uFF20b", "a@b", "a\uFF20b"},
      {r, " foo", " foo", "!prohibited"},
      {r, "foo ", "foo ", "foo "},
      {r, "\u1680", "!prohibited", " "},
      {r, "x\u1680y", "!prohibited", "x y"},
      {r, "\u1680x", "!prohibited", "!prohibited"},
      {r, "x\u00A0y", "x y", "x y"},
      {r, "x\u3000y", "x y", "x y"},
      {r, "אa", "!bidi", "אa"},
      {r, "\U0001F600", "\U0001F600", "\U0001F600"},
      {r, "❤\uFE0F", "❤", "!prohibited"},
      {r, "\U0001F468\u200D\U0001F469", "\U0001F468\U0001F469", "!context"},
      {r, "\uFFFD", "!prohibited", "\uFFFD"},
      {r, "Foo", "Foo", "Foo"},
      {r, "a\u0387", "a\u00B7", "!context"},  // a middle dot only once it is normalised
      {r, "a\tb", "!prohibited", "!prohibited"},
      {r, "a/b@c", "a/b@c", "a/b@c"},
      {r, "e\u0301", "é", "é"},
      {r, "\u0378", "\u0378", "!prohibited"},  // assigned in no version of Unicode
      {r, "\uE000", "!prohibited", "!prohibited"},
      {r, "\uFDD0", "!prohibited", "!prohibited"},
      {r, repeat("a", 1023), repeat("a", 1023), repeat("a", 1023)},
      {r, repeat("a", 1024), "!long", "!long"},
      {r, repeat("é", 511), repeat("é", 511), repeat("é", 511)},
      {r, repeat("é", 512), "!long", "!long"},
  });
}

TEST(JidVectors, Domains) {
  const auto d = Slot::kDomain;
  const std::string a63 = repeat("a", 63);
  check({
      {d, "Example.COM", "example.com", "example.com"},
      {d, "localhost", "localhost", "localhost"},
      {d, "a.example.", "a.example", "a.example"},
      {d, "a.example。", "a.example", "a.example"},
      {d, "a.example..", "!label", "!label"},
      {d, ".", "!label", "!label"},
      {d, ".a", "!label", "!label"},
      {d, "a。example", "a.example", "a.example"},
      {d, "a\uFF0Eexample", "a.example", "a.example"},
      {d, "a\uFF61example", "a.example", "a.example"},
      {d, "MÜNCHEN.example", "münchen.example", "münchen.example"},
      {d, "XN--MNCHEN-3YA.example", "münchen.example", "münchen.example"},
      {d, "fußball.example", "fussball.example", "fußball.example"},
      {d, "xn--fuball-cta.example", "xn--fuball-cta.example", "fußball.example"},
      {d, "♚.example", "♚.example", "!prohibited"},
      {d, "xn--45h.example", "♚.example", "!prohibited"},
      {d, "xn--a.example", "xn--a.example", "!prohibited"},
      {d, "xn--abc-.example", "xn--abc-.example", "!label"},
      {d, "xn--xp3xn--xp3ya.example", "xp뢱뢱3xn-.example", "!label"},  // ends in a hyphen once it is decoded
      {d, "a_b.example", "a_b.example", "!prohibited"},
      {d, "-a.example", "-a.example", "!label"},
      {d, "a-.example", "a-.example", "!label"},
      {d, "ab--cd.example", "ab--cd.example", "!label"},
      {d, "a b.example", "!prohibited", "!prohibited"},
      {d, "a\uFF0Fb.example", "!prohibited", "!prohibited"},
      {d, "a\u2024b.example", "!prohibited", "!prohibited"},  // one dot leader: a full stop only by NFKC
      {d, "\u0301a.example", "\u0301a.example", "!label"},
      {d, "a\u00B7b.example", "a\u00B7b.example", "!context"},
      {d, "l\u00B7l.example", "l\u00B7l.example", "l\u00B7l.example"},
      {d, "אב.example", "אב.example", "אב.example"},
      {d, "אב.1a", "אב.1a", "!bidi"},
      {d, "127.0.0.1", "127.0.0.1", "127.0.0.1"},
      {d, "300.1.1.1", "300.1.1.1", "300.1.1.1"},
      {d, "2001:DB8::1", "2001:db8::1", "!literal"},
      {d, "[2001:DB8::1]", "[2001:db8::1]", "[2001:db8::1]"},
      {d, "[fe80::1%25eth0]", "[fe80::1%25eth0]", "[fe80::1%25eth0]"},
      {d, "[fe80::1%eth0]", "!literal", "!literal"},
      {d, "[::1", "!literal", "!literal"},
      {d, "[127.0.0.1]", "!literal", "!literal"},
      {d, "example.com:5222", "!prohibited", "!prohibited"},
      {d, a63 + ".example", a63 + ".example", a63 + ".example"},
      {d, a63 + "a.example", "!long", "!long"},
      {d, repeat("ü", 40) + ".example", repeat("ü", 40) + ".example", repeat("ü", 40) + ".example"},
      {d, repeat("ü", 63) + ".example", "!long", "!long"},
      {d, a63 + "." + a63 + "." + a63 + "." + repeat("a", 61),
       a63 + "." + a63 + "." + a63 + "." + repeat("a", 61),
       a63 + "." + a63 + "." + a63 + "." + repeat("a", 61)},
      {d, a63 + "." + a63 + "." + a63 + "." + repeat("a", 62),
       a63 + "." + a63 + "." + a63 + "." + repeat("a", 62), "!long"},
      {d, repeat("a.", 511) + "aa", "!long", "!long"},
  });
}

// RFC 7622 §3.5: its first list are addresses, its second are none.
TEST(JidVectors, ExamplesOfRfc7622) {
  const auto full = [](std::string_view address) {
    const auto outcome = Jid::parse(address, JidProfile::kRfc7622);
    const auto* error = std::get_if<JidError>(&outcome);
    return error != nullptr ? "!" + error->message : std::string(std::get<Jid>(outcome).full());
  };
  for (const std::string same :
       {"juliet@example.com", "juliet@example.com/foo", "juliet@example.com/foo bar",
        "juliet@example.com/foo@bar", "foo\\20bar@example.com", "fussball@example.com", "fußball@example.com",
        "π@example.com", "ς@example.com", "king@example.com/♚", "example.com", "example.com/foobar",
        "a.example.com/b@example.net"}) {
    EXPECT_EQ(full(same), same);
  }
  EXPECT_EQ(full("Σ@example.com/foo"), "σ@example.com/foo");
  EXPECT_EQ(full("Σ@example.com/foo"), full("σ@example.com/foo"));
  EXPECT_NE(full("ς@example.com"), full("σ@example.com"));
  for (const std::string wrong :
       {"\"juliet\"@example.com", "foo bar@example.com", "juliet@example.com/ foo", "@example.com/",
        "henryⅣ@example.com", "♚@example.com", "juliet@", "/foobar"}) {
    EXPECT_EQ(full(wrong).front(), '!') << wrong;
  }
}

// RFC 8265 §3.6, §4.3 (usernames without spaces, and passwords, which are OpaqueStrings).
TEST(JidVectors, ExamplesOfRfc8265) {
  const auto local = [](const std::string& text) {
    return prepared(Slot::kLocal, text, JidProfile::kRfc7622);
  };
  const auto opaque = [](const std::string& text) {
    return prepared(Slot::kResource, text, JidProfile::kRfc7622);
  };
  EXPECT_EQ(local("fussball"), "fussball");
  EXPECT_EQ(local("fußball"), "fußball");
  EXPECT_EQ(local("π"), "π");
  EXPECT_EQ(local("Σ"), "σ");
  EXPECT_EQ(local("σ"), "σ");
  EXPECT_EQ(local("ς"), "ς");
  EXPECT_EQ(local("henryⅣ"), "!prohibited");
  EXPECT_EQ(local("∞"), "!prohibited");
  EXPECT_EQ(opaque("correct horse battery staple"), "correct horse battery staple");
  EXPECT_EQ(opaque("Correct Horse Battery Staple"), "Correct Horse Battery Staple");
  EXPECT_EQ(opaque("πßå"), "πßå");
  EXPECT_EQ(opaque("Jack of ♦s"), "Jack of ♦s");
  EXPECT_EQ(opaque("foo\u1680bar"), "foo bar");
  EXPECT_EQ(opaque("my cat is a \u0009by"), "!prohibited");
}

}  // namespace
}  // namespace parser
