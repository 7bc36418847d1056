// A realistic recording for tests and pictures: juliet logs in through the proxy with STARTTLS and SCRAM,
// fetches her roster, talks in several scripts, and makes a few mistakes; romeo's session runs beside it.
#pragma once

#include "parser/analyzer.h"

namespace test_support {

// Plays both sessions into the analyzer, in order of time, and finishes it. Their connections are numbered
// `first` + 1 and + 2, and `first` minutes later.
void play_sample_sessions(parser::Analyzer& analyzer, parser::ConnectionId first = 0);

inline constexpr parser::Time kSampleStart{parser::Duration{1'795'343'161'204'511}};

}  // namespace test_support
