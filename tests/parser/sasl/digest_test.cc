#include "parser/sasl/digest.h"

#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

std::string hex(const std::optional<std::string>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes.value_or("")) {
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

TEST(Digest, TheExamplesOfFips180) {
  EXPECT_EQ(hex(digest(Hash::kSha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(digest(Hash::kSha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hex(digest(Hash::kSha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(digest(Hash::kSha256, "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(digest(Hash::kSha512, "abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643c"
            "e80e2a9ac94fa54ca49f");
}

// Around the ends of a block the padding changes its shape.
TEST(Digest, SizesAroundTheEndOfABlock) {
  struct Case {
    size_t size;
    std::string_view sha256;
    std::string_view sha512;
  };
  constexpr Case kCases[] = {
      {55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072",
       "db9981645857e59805132f7699e78bbcf39f69380a41aac8e6fa158a0593f2017ffe48764687aa855dae3023fcceefd51a155"
       "1d57730423df18503e80ba381ba"},
      {56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e",
       "a9436ec7761f9f0d5fa48e652d72b54622f763b36106e6551900b32f6cd7f4d88dbeaadeb866d7f5311663eda3bbcda04ffb5"
       "a8e6779e14b84e95da5327c083e"},
      {63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2",
       "a6662db83dd0037dd13091be284aa0ece35d796b1cefe154a8ae10f7910a1f3cc6a097c0e8d068ca10099c5d0bfead8cefb93"
       "d4588b3a546017aa9a0f0509c12"},
      {64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c",
       "791c91ff44685987a5c01d2811eede6f3a28d65e43709953c295931afc4941251e3a5dccbacabaf01dd729589b1c4d47da93f"
       "6991c414f21188fb8449a2d1064"},
      {111, "5ba60613dba318e9ed9020301e5dc59c721c19d82862e4d03718708aa75d2bad",
       "9a2a120825c2319867758ec277924f6faa254968bf752046dacdd948d8ad299b10359fd04bfd7d3810b5fa1b16a294236138b"
       "aff981cbb85248478053ac4d3dd"},
      {112, "87bf6e70ecc829aa717756ac6797b82de8b30fca1281ea1659df31949839fc6b",
       "a3722b515ef40c910f2419f6e0da8ca51d410114ce6272faae64045f9e9f630e7fa8dd5a3243c9860b899d148c3da4bc0f9e0"
       "7454542604d030bb55531fe0d5b"},
      {119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c",
       "c5df60b24c746cdac9aa906938286db6f9dbb7c419beca41e8189652575b3bc11b6d95931d561179dff68cfbee1d4303ffca8"
       "1dfe4c5d11f9bcaee2c191ea4be"},
      {120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98",
       "13cdfbc65ba3c85548a7092021c6c0088c2fd745591fbb42dadbe00fbbc94d6894bcd7e9965fff3ab1481453c4b518c15b193"
       "8e2c01222ddf75a80c15cb82655"},
      {127, "70156a14adbabf98cff3a71c7084b417abf057a8efd27329ca36b7202c87d81f",
       "1d5a8893e7b7ed83d485d26f88cfb846f3760279916976fe538e539fc16f7cd19ba3e1c2cd5fda78749a74205755cdf694e8f"
       "a90b2bfed8815f406af76c1d7bf"},
      {128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464",
       "e2e22f8422b54b06e35c3ea30a383d1de7a8fbc27992923074103117020d8dd7024c3ecf7d6d1a15a6de5a75ff32fb486b9e8"
       "ced4c02ffe05822bf2cb734d0e0"},
      {200, "aa20c23e3201834050679e1d88941b9a6fed0557c9a705cb2c315e2e63fd486d",
       "ef978e23dc520404ae16fd17bde9ee5945610d671551d6863a5ffbc99433fc726726e51f989b886191be9325b8f8b03b1a63f"
       "e3e5eff23d126c2f41f07d2bf87"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(hex(digest(Hash::kSha256, std::string(c.size, 'x'))), c.sha256) << c.size;
    EXPECT_EQ(hex(digest(Hash::kSha512, std::string(c.size, 'x'))), c.sha512) << c.size;
  }
}

TEST(Digest, OthersAreNotKnown) {
  EXPECT_EQ(digest(Hash::kSha3, "abc"), std::nullopt);
  EXPECT_EQ(digest(Hash::kNone, "abc"), std::nullopt);
}

}  // namespace
}  // namespace parser::sasl
