// SPDX-License-Identifier: Apache-2.0
// A password or token. Has no stream operator and no formatter, so that it cannot slip into a log or an error text;
// its bytes are wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace mailsonde {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() {
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = '\0';
  }

  // The one place where the value comes out: for a SASL mechanism or an HTTP header. The view ends with the Secret.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

}  // namespace mailsonde
