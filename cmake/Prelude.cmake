# Half of the time that compiling takes goes into headers that are not ours, the same for each source: the prelude reads
# them once for all. Not in a release, which so tells when a file lacks an include of its own.
add_compile_options(-pthread)  # as toml++ demands: what is read once must be read alike
file(WRITE "${PROJECT_BINARY_DIR}/prelude.cpp" "")
add_library(mailsonde_prelude OBJECT "${PROJECT_BINARY_DIR}/prelude.cpp")
target_link_libraries(mailsonde_prelude PRIVATE mailsonde_asio fmt::fmt)
target_precompile_headers(mailsonde_prelude PRIVATE
  <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span> <string>
  <string_view> <thread> <unordered_map> <variant> <vector>
  <fmt/format.h>
  <asio/awaitable.hpp> <asio/co_spawn.hpp> <asio/io_context.hpp> <asio/ip/tcp.hpp> <asio/steady_timer.hpp>
  <asio/use_awaitable.hpp>)
# The same bytes whenever it is made, so that compiler caches know it again.
target_compile_options(mailsonde_prelude PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
mailsonde_options(mailsonde_prelude)
