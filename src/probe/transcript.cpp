// SPDX-License-Identifier: Apache-2.0
#include "probe/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::probe {
namespace {

constexpr std::string_view kHidden = "***";

}  // namespace

void Mask::remember(std::string_view bytes) {
  // A server that repeats base64 may leave the padding out; where it is there, apply() takes it along.
  while (bytes.ends_with('=')) bytes.remove_suffix(1);
  if (bytes.empty()) return;
  hidden_.emplace_back(std::string(bytes));
  std::ranges::sort(hidden_, [](const Secret& a, const Secret& b) { return a.reveal().size() > b.reveal().size(); });
}

void Mask::add(const Secret& secret) {
  remember(secret.reveal());
  remember(base64_encode(secret.reveal()));
}

void Mask::add_sent(std::string_view line) {
  if (line != "=" && line != "*") remember(line);
}

std::string Mask::apply(std::string_view text) const {
  std::string masked(text);
  for (const Secret& secret : hidden_) {
    const std::string_view bytes = secret.reveal();
    for (auto at = masked.find(bytes); at != std::string::npos; at = masked.find(bytes, at + kHidden.size())) {
      std::size_t end = at + bytes.size();
      while (end < masked.size() && masked[end] == '=') ++end;
      masked.replace(at, end - at, kHidden);
    }
  }
  return masked;
}

smtp::Reply Mask::apply(smtp::Reply reply) const {
  for (std::string& line : reply.lines) line = apply(line);
  return reply;
}

void Transcript::reply(Duration at, const smtp::Reply& reply) {
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    const bool last = i + 1 == reply.lines.size();
    server(at, fmt::format("{}{}{}", reply.code, last ? ' ' : '-', reply.lines[i]));
  }
}

void Transcript::add(DialogueLine::Who who, Duration at, std::string_view text) {
  if (size_ >= kMaxTranscript) {
    cut_ = true;
    return;
  }
  lines_.push_back({who, at, printable(text, kMaxTranscript - size_)});
  size_ += lines_.back().text.size() + 1;
}

void Transcript::move_into(Report& report) {
  report.dialogue = std::move(lines_);
  report.dialogue_cut = cut_;
}

}  // namespace mailsonde::probe
