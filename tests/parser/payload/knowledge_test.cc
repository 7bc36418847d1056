// Whatever a reader understands, a person who meets it can look up.
#include <gtest/gtest.h>

#include "parser/knowledge/namespaces.h"
#include "parser/payload/summary.h"

namespace parser::payload {
namespace {

TEST(Knowledge, ExplainsEveryNamespaceThatIsRead) {
  ASSERT_GE(summarised_namespaces().size(), 50U);
  for (const std::string_view name : summarised_namespaces()) {
    const knowledge::Namespace* found = knowledge::find_namespace(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_FALSE(found->explanation.empty()) << name;
  }
}

}  // namespace
}  // namespace parser::payload
