# Writes OUTPUT, a .cc file that defines NAMESPACE::FUNCTION(), declared in HEADER, as the bytes of INPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::string_view ${FUNCTION}() {
  static constexpr char kBytes[] = {
${bytes}};
  return {kBytes, sizeof kBytes};
}

}  // namespace ${NAMESPACE}
")
