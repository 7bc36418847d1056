# What every folder's CMakeLists.txt uses: the warning set, sanitizers, and `stanzascope_library`.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(stanzascope_options INTERFACE)
target_include_directories(stanzascope_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(stanzascope_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion
  -Wold-style-cast -Woverloaded-virtual -Werror)
target_compile_definitions(stanzascope_options INTERFACE
  STANZASCOPE_VERSION="${PROJECT_VERSION}")
if(STANZASCOPE_SANITIZE)
  target_compile_options(stanzascope_options INTERFACE
    -fsanitize=${STANZASCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(stanzascope_options INTERFACE -fsanitize=${STANZASCOPE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 sees ghosts in its own <regex> and <functional> when they are instrumented; the release build keeps the warning.
    target_compile_options(stanzascope_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(STANZASCOPE_FUZZ)
  target_compile_options(stanzascope_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# stanzascope_library(NAME [DEPS target...]): a static library of every .cc of the calling folder
# (not of its sub-folders). With no .cc file it is an interface library, so that a folder can begin
# with headers only.
function(stanzascope_library name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC stanzascope_options ${ARG_DEPS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE stanzascope_options ${ARG_DEPS})
  endif()
endfunction()
