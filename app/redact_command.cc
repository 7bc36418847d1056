// Reader → Redactor → Analyzer → Writer, then the copy is searched for the words that must be gone. What
// fails that search is removed again: a file that is not safe to share must not lie about under this name.
#include "app/redact_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "app/capture_writing.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "captures/file.h"
#include "captures/reader.h"
#include "captures/redact/redactor.h"
#include "captures/redact/word_search.h"

namespace app {
namespace {

constexpr size_t kMostShown = 20;  // finds that are listed

struct Arguments {
  std::string in;
  std::string out;
  std::vector<std::string> words;
  std::string words_file;
  bool domains = false;
  bool check = false;
  bool force = false;
};

// One word a line; blank lines and lines that begin with '#' are none. False: the file cannot be read.
bool read_words(const std::string& path, std::vector<std::string>& words) {
  std::ifstream file(path);
  if (!file) return false;
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty() && line.front() != '#') words.push_back(line);
  }
  return true;
}

// Returns an exit code; says what was found.
int check(const std::string& path, const std::vector<std::string>& words) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "stanzascope redact: %s cannot be opened.\n", path.c_str());
    return kExitUnreadable;
  }
  captures::WordSearch search(words);
  std::vector<char> piece(1u << 20);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    search.feed({piece.data(), static_cast<size_t>(file.gcount())});
  }
  const auto& found = search.found();
  for (size_t i = 0; i < found.size() && i < kMostShown; ++i) {
    std::printf("%s: “%s” remains at byte %llu%s\n", path.c_str(), found[i].word.c_str(),
                static_cast<unsigned long long>(found[i].offset), found[i].base64 ? ", in base64" : "");
  }
  if (found.size() > kMostShown) std::printf("… and %zu more places\n", found.size() - kMostShown);
  if (!found.empty()) return kExitFindings;
  std::printf("%s: none of %zu word%s remains, in any case or in base64\n", path.c_str(), words.size(),
              words.size() == 1 ? "" : "s");
  return kExitFine;
}

void print_summary(const captures::RedactSummary& summary, const Arguments& a) {
  std::printf(
      "%s: %llu addresses, %llu names and texts, %llu URIs, %llu IP addresses and %llu login messages "
      "exchanged "
      "for %llu pseudonyms\n",
      a.out.c_str(), static_cast<unsigned long long>(summary.addresses),
      static_cast<unsigned long long>(summary.texts), static_cast<unsigned long long>(summary.uris),
      static_cast<unsigned long long>(summary.network), static_cast<unsigned long long>(summary.logins),
      static_cast<unsigned long long>(summary.pseudonyms));
  std::printf("Kept: structure, sizes, times, namespaces, words of the protocol, names of programs%s.\n",
              a.domains ? "" : ", domains (--domains exchanges them, too)");
  if (summary.unparsed > 0) {
    std::printf("%llu runs of bytes are no whole XML: every letter and digit of their text was exchanged.\n",
                static_cast<unsigned long long>(summary.unparsed));
  }
  if (summary.full) std::printf("There were more names than can be told apart: some share a pseudonym.\n");
}

int redact(const Arguments& a) {
  std::string error;
  const auto copy = CaptureWriting::create(a.out, a.force, {a.in}, error);
  if (!copy) {
    std::fprintf(stderr, "stanzascope redact: %s\n", error.c_str());
    return kExitUnreadable;
  }
  std::random_device random;
  captures::Redactor redactor(
      {.seed = (uint64_t{random()} << 32U) | random(), .domains = a.domains, .avoid = a.words},
      copy->analyzer());
  parser::AnalyzerOptions silent;
  silent.rules = false;
  captures::Reader reader(silent, redactor);
  const bool show = is_terminal(stderr);
  error = captures::read_file(a.in, reader, [&](uint64_t done, uint64_t all) {
    if (show && all >= (16u << 20)) {
      std::fprintf(stderr, "\r%s: %3u %%", a.in.c_str(), static_cast<unsigned>(done * 100 / all));
    }
    return true;
  });
  if (error.empty()) {
    error = copy->finish();
  } else {
    copy->remove();
  }
  if (!error.empty()) {
    std::fprintf(stderr, "stanzascope redact: %s\n", error.c_str());
    return kExitUnreadable;
  }
  for (const captures::Damage& damage : reader.damage()) {
    std::fprintf(stderr, "stanzascope redact: %s: damaged at byte %llu: %s\n", a.in.c_str(),
                 static_cast<unsigned long long>(damage.offset), damage.what.c_str());
  }
  print_summary(redactor.summary(), a);
  if (!a.words.empty()) {
    const int code = check(a.out, a.words);
    if (code != kExitFine) {
      copy->remove();
      std::printf("%s was removed. Where the word is part of a domain, use --domains.\n", a.out.c_str());
      return code;
    }
  }
  return reader.damage().empty() ? kExitFine : kExitUnreadable;
}

}  // namespace

int run_redact(int argc, char** argv) {
  Arguments a;
  CLI::App options(
      "Makes a copy of a capture that can be shared: names, messages, ids and addresses become "
      "pseudonyms of the same shape and size, the same one everywhere.",
      "stanzascope redact");
  options.add_option("IN", a.in, "The capture; with --check, the file that is searched")->required();
  options.add_option("OUT", a.out, "Where the copy goes");
  options.add_flag("--domains", a.domains, "Exchange domains, too; those of services keep their first word");
  options.add_option("--word", a.words, "A word that must not remain anywhere; can be repeated")
      ->type_name("WORD");
  options.add_option("--words", a.words_file, "A file of such words, one a line")->type_name("FILE");
  options.add_flag("--check", a.check, "Only search IN for the words: in any case, and inside of base64");
  options.add_flag("-f,--force", a.force, "Overwrite OUT");
  options.footer(
      "What stays is the protocol: elements, attributes, namespaces, enumerated values, numbers that count, "
      "times, sizes, and names of programs. Passwords and keys are masked as in every recording. Everything "
      "else goes, so findings, pairings and offsets stay what they were. Comments that people made in the "
      "capture are left out.\n\n"
      "Examples:\n"
      "  stanzascope redact session.pcapng share.pcapng --word juliet --word capulet\n"
      "      the same session of other people\n"
      "  stanzascope redact share.pcapng --check --words names.txt\n"
      "      is any of our names still in it?\n\n"
      "Exit codes: 0 fine, 1 a word remains (OUT is removed then), 2 usage, 3 unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (!a.words_file.empty() && !read_words(a.words_file, a.words)) {
    std::fprintf(stderr, "stanzascope redact: %s cannot be opened.\n", a.words_file.c_str());
    return kExitUnreadable;
  }
  if (a.check) {
    if (a.words.empty()) {
      std::fprintf(stderr, "stanzascope redact: --check needs words: --word WORD, or --words FILE.\n");
      return kExitUsage;
    }
    return check(a.in, a.words);
  }
  if (a.out.empty()) {
    std::fprintf(stderr, "stanzascope redact: OUT is missing: where shall the copy go?\n");
    return kExitUsage;
  }
  return redact(a);
}

}  // namespace app
