#include "proxy/net/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxy::net {
namespace {

TEST(StderrLog, WhatAPeerSentCannotSteerTheTerminal) {
  ::testing::internal::CaptureStderr();
  {
    StderrLog log(false);
    // Line feed, ESC, CSI as one C1 character, right-to-left override.
    log.log()(LogLevel::kWarning, "to a\nb\x1b[2J \u009b2J \u202e end");
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::HasSubstr("to a\\nb\\x1b[2J \\u{9b}2J \\u{202e} end\n"));
}

}  // namespace
}  // namespace proxy::net
