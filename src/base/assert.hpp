// SPDX-License-Identifier: Apache-2.0
// Impossible states end the program with their place, in every build. Input from the network, a file or a log is
// never asserted.
#pragma once

#include <cstdio>
#include <cstdlib>

// A macro because the failing expression and its place are the message.
#define MAILSONDE_ASSERT(expr)                                                                \
  do {                                                                                        \
    if (!(expr)) {                                                                            \
      std::fprintf(stderr, "%s:%d: impossible state: not (%s)\n", __FILE__, __LINE__, #expr); \
      std::abort();                                                                           \
    }                                                                                         \
  } while (false)
