// SPDX-License-Identifier: Apache-2.0
// Label values that come from the network: checked and bounded before they are made (hostile-cases rule 9).
#pragma once

#include <string>
#include <string_view>

namespace mailsonde::metrics {

inline constexpr std::string_view kOther = "other";     // what does not fit
inline constexpr std::size_t kLongestLabelValue = 128;  // bytes
inline constexpr std::size_t kMostChildren = 200;       // of one family, for one target

// A value of a label, and whether it had to become `other` although it should have fitted.
struct LabelValue {
  std::string text;
  bool overflowed = false;
};

// The `mx` label: a host name in lower case. An address in text is `other` by intention, since no label holds an IP
// address; any other bytes, and names over 128, are `other` and counted.
[[nodiscard]] LabelValue mx_label(std::string_view host);

// "TLSv1.3" and kin, and cipher names: letters, digits, '.', '-', '_'. Empty becomes "none".
[[nodiscard]] LabelValue word_label(std::string_view word);

// "451"; anything outside 200..599 is `other`.
[[nodiscard]] LabelValue code_label(int code);

}  // namespace mailsonde::metrics
