# Writes OUTPUT, a .cc file that defines app::demo_capture() as the bytes of INPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUTPUT} "#include \"app/demo_capture.h\"

namespace app {

std::string_view demo_capture() {
  static constexpr char kBytes[] = {
${bytes}};
  return {kBytes, sizeof kBytes};
}

}  // namespace app
")
