// What programs said whose logs are not XML behind marks: each entry is read from the form of its program and
// written as XML again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "parser/stream/connection.h"

namespace parser {

struct LoggedXml {
  std::string session;  // which of the log's connections; empty where the log does not say
  Direction direction{};
  std::string xml;    // one stream header, stanza, nonza or footer
  size_t offset = 0;  // of the entry in the text
  size_t size = 0;
  size_t line = 0;  // from 1
};

struct LoggedEntries {
  std::vector<LoggedXml> entries;
  size_t skipped = 0;         // lines that belong to no entry
  size_t guessed = 0;         // entries whose direction the log does not say
  bool nonzas_early = false;  // <r/> and <a/> stand in front of stanzas that came before them (Psi)
};

}  // namespace parser
