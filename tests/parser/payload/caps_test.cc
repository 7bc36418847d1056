#include "parser/payload/caps.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/payload/digest.h"
#include "tests/parser/stream/session_driver.h"

namespace parser::payload {
namespace {

using testing::parse_element;

struct Answer {
  xml::ElementPtr element;
  DiscoInfo info;
};

Answer answer(std::string_view inside, std::string_view node = "") {
  Answer out;
  out.element = parse_element("<query xmlns='http://jabber.org/protocol/disco#info' node='" +
                              std::string(node) + "'>" + std::string(inside) + "</query>");
  out.info = *as_disco_info(*out.element);
  return out;
}

// XEP-0115 §5.2.
constexpr std::string_view kSimple =
    "<feature var='http://jabber.org/protocol/muc'/><feature var='http://jabber.org/protocol/disco#items'/>"
    "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/caps'/>"
    "<identity category='client' name='Exodus 0.9.1' type='pc'/>";
// XEP-0115 §5.3.
constexpr std::string_view kComplex =
    "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
    "<identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>"
    "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>"
    "<feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>"
    "<x xmlns='jabber:x:data' type='result'>"
    "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
    "<field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>"
    "<field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>"
    "<field var='software'><value>Psi</value></field>"
    "<field var='software_version'><value>0.11</value></field></x>";

TEST(Caps, HashesOfTheSpecificationsExamplesAreVerified) {
  EXPECT_EQ(verify(answer(kSimple).info, "sha-1", "QgayPKawpkPSDYmwT/WM94uAlu0="), CapsVerdict::kVerified);
  EXPECT_EQ(verify(answer(kComplex).info, "sha-1", "q07IKJEyjvHSyhy//CH0CxmKi8w="), CapsVerdict::kVerified);
  EXPECT_EQ(verify(answer(kComplex).info, "SHA-1", "QgayPKawpkPSDYmwT/WM94uAlu0="), CapsVerdict::kMismatch);
}

TEST(Caps, OtherHashFunctionsAreKnownByTheirRegisteredNames) {
  const Answer simple = answer(kSimple);
  const std::string text = *caps_string(simple.info);
  EXPECT_EQ(text,
            "client/pc//Exodus 0.9.1<http://jabber.org/protocol/caps<http://jabber.org/protocol/disco#info<"
            "http://jabber.org/protocol/disco#items<http://jabber.org/protocol/muc<");
  for (const char* name : {"sha-224", "sha-256", "sha-384", "sha-512", "sha3-256", "sha3-512"}) {
    const auto function = hash_function(name);
    ASSERT_TRUE(function) << name;
    EXPECT_EQ(verify(simple.info, name, base64(digest(*function, text))), CapsVerdict::kVerified) << name;
  }
  EXPECT_EQ(verify(simple.info, "md5", "x"), CapsVerdict::kUnknownHash);
  EXPECT_EQ(verify(simple.info, "", "x"), CapsVerdict::kUnknownHash);
}

TEST(Caps, DigestsAreThoseOfTheStandards) {
  EXPECT_EQ(base64(digest(HashFunction::kSha1, "abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(base64(digest(HashFunction::kSha256, "abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("a"), "YQ==");
}

TEST(Caps, WhatIsThereTwiceMakesAnAnswerIllFormed) {
  const std::string feature = "<feature var='urn:xmpp:ping'/>";
  const std::string identity = "<identity category='client' type='pc'/>";
  const std::string form =
      "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' "
      "type='hidden'><value>a</value></field></x>";
  EXPECT_TRUE(caps_string(answer(identity + feature + form).info));
  EXPECT_FALSE(caps_string(answer(identity + feature + feature).info));
  EXPECT_FALSE(caps_string(answer(identity + identity + feature).info));
  EXPECT_FALSE(caps_string(answer(identity + form + form).info));
  EXPECT_FALSE(caps_string(answer("<x xmlns='jabber:x:data'><field var='FORM_TYPE' "
                                  "type='hidden'><value>a</value><value>b</value></field></x>")
                               .info));
  EXPECT_EQ(verify(answer(feature + feature).info, "sha-1", "x"), CapsVerdict::kIllFormed);
}

TEST(Caps, FormsWithoutAHiddenTypeAreLeftOut) {
  const std::string identity = "<identity category='client' type='pc'/>";
  const std::string open =
      "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>a</value></field><field var='os'/></x>";
  EXPECT_EQ(*caps_string(answer(identity + open).info), *caps_string(answer(identity).info));
}

TEST(Caps, ANodeTellsItsHashByItsLength) {
  const std::string node = "http://code.google.com/p/exodus#QgayPKawpkPSDYmwT/WM94uAlu0=";
  EXPECT_TRUE(looks_like_caps_node(node));
  EXPECT_EQ(verify_node(answer(kSimple, node).info), CapsVerdict::kVerified);
  EXPECT_EQ(verify_node(answer(kComplex, node).info), CapsVerdict::kMismatch);
  for (const char* other :
       {"", "#QgayPKawpkPSDYmwT/WM94uAlu0=", "http://jabber.org/protocol/commands", "a#b",
        "http://x.example#QgayPKawpkPSDYmwT/WM94uAlu0", "a#QgayPKawpkPS DYmwT/WM94uAlu0="}) {
    EXPECT_FALSE(looks_like_caps_node(other)) << other;
  }
}

}  // namespace
}  // namespace parser::payload
