// SPDX-License-Identifier: Apache-2.0
#include "cli/verdict_text.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "classify/meaning.hpp"

namespace mailsonde::cli {
namespace {

constexpr std::size_t kTextWidth = 85;  // behind the labels: 100 columns in all

// Broken at blanks, every line but the first indented like the text of a label.
std::string wrapped(std::string_view text) {
  std::string result;
  std::size_t column = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (column > 0 && column + 1 + word.size() > kTextWidth) {
      result += fmt::format("\n{:15}", "");
      column = 0;
    }
    if (column > 0) result += ' ';
    result += word;
    column += word.size() + (column > 0 ? 1 : 0);
  }
  return result;
}

std::string_view retry_in_words(Retry retry) {
  switch (retry) {
    case Retry::yes:
      return "likely to pass without a change";
    case Retry::slow:
      return "with less traffic, or after a longer wait";
    case Retry::later:
      return "only once the remote side has repaired something";
    case Retry::no:
      return "fails again until somebody changes something";
  }
  return "";
}

std::string retry_text(const classify::Verdict& verdict) {
  const Retry retry = verdict.retry;
  std::string text(to_string(retry));
  if (verdict.retry_after) text += fmt::format(", after {}, as the server says", format_duration(*verdict.retry_after));
  return text + fmt::format(": {}", retry_in_words(retry));
}

}  // namespace

std::string labelled(std::string_view label, std::string_view text) {
  return fmt::format("  {:<12} {}\n", label, wrapped(text));
}

std::string_view side_in_words(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "nobody's: nothing failed";
    case Fault::sender:
      return "sender: whoever sends from here must act";
    case Fault::receiver:
      return "receiver: whoever runs the remote server must act";
    case Fault::recipient:
      return "recipient: the owner of the mailbox must act";
    case Fault::network:
      return "network: the path between, or what filters on it";
    case Fault::unknown:
      return "unknown: one reply cannot tell";
  }
  return "unknown";
}

std::string advice_lines(const classify::Verdict& verdict) {
  const classify::Meaning& meaning = classify::meaning_of(verdict.outcome);
  return labelled("whose side", side_in_words(meaning.fault)) + labelled("retry", retry_text(verdict)) +
         labelled("what to do", meaning.advice) + labelled("decided by", verdict.rule) +
         labelled("read more", fmt::format("docs/outcomes.md#{}", to_string(verdict.outcome)));
}

}  // namespace mailsonde::cli
