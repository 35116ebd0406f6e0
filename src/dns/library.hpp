// SPDX-License-Identifier: Apache-2.0
// Which c-ares carries the questions.
#pragma once

#include <string>

namespace mailsonde::dns {

[[nodiscard]] std::string library_version();  // "1.18.1"

}  // namespace mailsonde::dns
