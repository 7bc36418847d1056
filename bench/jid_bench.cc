// What one address costs: the short cut for ASCII, the steps of both profiles beyond it, and comparison.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>

#include "parser/jid/jid.h"

namespace {

using parser::Jid;
using parser::JidProfile;

constexpr std::array<std::string_view, 4> kAscii = {"juliet@capulet.example/balcony",
                                                    "Romeo@Montague.Example/orchard-1f3a9c",
                                                    "conference.capulet.example", "nurse@capulet.example"};
// A letter beyond ASCII in one part or in all three.
constexpr std::array<std::string_view, 4> kBeyond = {"jülich@capulet.example/balcony",
                                                     "romeo@montague.example/гараж",
                                                     "мария@пример.example/дом", "nurse@münchen.example"};

template <size_t N>
void parse(benchmark::State& state, const std::array<std::string_view, N>& addresses, JidProfile profile) {
  size_t at = 0;
  for (auto _ : state) {
    auto outcome = Jid::parse(addresses[at++ % N], profile);
    if (!std::holds_alternative<Jid>(outcome)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(outcome);
  }
}

void Ascii(benchmark::State& state, JidProfile profile) {
  parse(state, kAscii, profile);
}
BENCHMARK_CAPTURE(Ascii, rfc3920, JidProfile::kRfc3920);
BENCHMARK_CAPTURE(Ascii, rfc7622, JidProfile::kRfc7622);

void NonAscii(benchmark::State& state, JidProfile profile) {
  parse(state, kBeyond, profile);
}
BENCHMARK_CAPTURE(NonAscii, rfc3920, JidProfile::kRfc3920);
BENCHMARK_CAPTURE(NonAscii, rfc7622, JidProfile::kRfc7622);

void SameJid(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        parser::same_jid("Juliet@Capulet.Example/balcony", "juliet@capulet.example/balcony"));
  }
}
BENCHMARK(SameJid);

}  // namespace

BENCHMARK_MAIN();
