// SPDX-License-Identifier: Apache-2.0
// One complete HTTP request and one answer, as values between the front and what answers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mailsonde::web {

struct Header {
  std::string name;   // as sent
  std::string value;  // without blanks at both ends
};

struct Request {
  std::string method;
  std::string target;           // origin form: begins with '/', printable ASCII
  std::vector<Header> headers;  // in the order in which they came
  std::string body;             // decoded when it came in chunks
  bool keep_alive = true;       // what the client wants

  // All values of one header joined by ", " (RFC 9110 section 5.3); empty if it is not there.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// True for two GETs or HEADs that get the same answer: an answer depends on nothing but method, target, Accept and
// Accept-Encoding.
[[nodiscard]] bool asks_the_same(const Request& a, const Request& b);

// Request -> the bytes of the whole answer. Called on several worker threads at once; may throw. The answer announces
// "Connection: close" if `keep_open` is false.
enum class AfterAnswer : bool { close, keep_open };
using Answerer = std::function<std::string(const Request&, AfterAnswer)>;

// A short answer in plain text, for what the front itself has to say. Always "Connection: close".
[[nodiscard]] std::string refusal(int status);

}  // namespace mailsonde::web
