# mailsonde_options(target): the warnings, hardening and sanitizers that every target of ours has.
function(mailsonde_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Woverloaded-virtual
    -Wnon-virtual-dtor -Wformat=2 -Wextra-semi -Wimplicit-fallthrough
    -Wno-missing-designated-field-initializers  # fields with defaults are left out on purpose
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
    $<$<BOOL:${MAILSONDE_WERROR}>:-Werror>)
  target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  if(TARGET mailsonde_prelude AND NOT target STREQUAL mailsonde_prelude)
    target_precompile_headers(${target} REUSE_FROM mailsonde_prelude)
    target_link_libraries(${target} PRIVATE mailsonde_asio)  # whose headers come with the others
  endif()
endfunction()

# Sanitizers are for everything, Asio too: a mixed build reports false races.
if(MAILSONDE_SANITIZE)
  add_compile_options(-fsanitize=${MAILSONDE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MAILSONDE_SANITIZE})
endif()
if(MAILSONDE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# mailsonde_room(name SOURCES a.cpp ... HEADERS a.hpp ... ROOMS base ... LINKS lib ...)
# One folder of src/ as the static library mailsonde_<name>. ROOMS are the rooms below that it uses; LINKS
# are third-party targets. Each header is compiled alone by the target all_verify_interface_header_sets.
function(mailsonde_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;HEADERS;ROOMS;LINKS" ${ARGN})
  set(target mailsonde_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src" FILES ${ROOM_HEADERS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  list(TRANSFORM ROOM_ROOMS PREPEND mailsonde_)
  target_link_libraries(${target} PUBLIC ${ROOM_ROOMS} ${ROOM_LINKS})
  mailsonde_options(${target})
endfunction()

# mailsonde_unit_tests(name SOURCES a_test.cpp ... [LINKS lib ...])
# The unit tests of one room as build/.../tests/unit/unit_<name>, one CTest entry a test case.
function(mailsonde_unit_tests name)
  cmake_parse_arguments(UNIT "" "" "SOURCES;LINKS" ${ARGN})
  set(target unit_${name})
  add_executable(${target} ${UNIT_SOURCES})
  target_link_libraries(${target} PRIVATE mailsonde_${name} mailsonde_test_main ${UNIT_LINKS})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/unit")
  mailsonde_options(${target})
  add_test(NAME unit.${name} COMMAND ${target})
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
