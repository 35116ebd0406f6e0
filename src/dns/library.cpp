// SPDX-License-Identifier: Apache-2.0
#include "dns/library.hpp"

#include <ares.h>

namespace mailsonde::dns {

std::string library_version() { return ares_version(nullptr); }

}  // namespace mailsonde::dns
