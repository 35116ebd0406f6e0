// SPDX-License-Identifier: Apache-2.0
// The command line: parses it and hands over to one command.
#pragma once

namespace mailsonde::cli {

// The whole program. Returns the exit status: 0 fine, 1 the command's own "no", 2 a usage error.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace mailsonde::cli
