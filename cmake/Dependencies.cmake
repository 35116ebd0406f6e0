# What Debian 12 packages give us, each as one imported target. Nothing is downloaded.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(GSASL REQUIRED IMPORTED_TARGET libgsasl)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# Standalone Asio, compiled once. It does not recognise clang's coroutines by itself, and whether it sees aligned_alloc
# depends on what was included before: every translation unit must allocate and free alike.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
file(WRITE "${PROJECT_BINARY_DIR}/asio.cpp" "#include <asio/impl/src.hpp>\n")
add_library(mailsonde_asio STATIC "${PROJECT_BINARY_DIR}/asio.cpp")
target_include_directories(mailsonde_asio SYSTEM PUBLIC "${ASIO_INCLUDE_DIR}")
target_compile_definitions(mailsonde_asio PUBLIC
  ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_SEPARATE_COMPILATION
  ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1 ASIO_HAS_STD_ALIGNED_ALLOC=1)
target_link_libraries(mailsonde_asio PUBLIC Threads::Threads)
