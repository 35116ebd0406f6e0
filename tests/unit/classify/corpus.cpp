// SPDX-License-Identifier: Apache-2.0
#include "unit/classify/corpus.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "smtp/reply_parser.hpp"

namespace mailsonde::classify::test {

namespace {

std::vector<LabelledReply> read_file(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::vector<LabelledReply> rows;
  std::string line;
  std::getline(file, line);  // the header
  while (std::getline(file, line)) {
    CAPTURE(line);
    const auto fields = split(line, '\t');
    REQUIRE(fields.size() == 5);
    const auto reply = smtp::parse_reply_text(fields[0]);
    const auto label = outcome_from_string(fields[3]);
    REQUIRE(reply);
    REQUIRE(label);
    rows.push_back({.text = std::string(fields[0]),
                    .reply = *reply,
                    .facts = facts_of(*reply, stage_from_string(fields[1]), fields[2]),
                    .label = *label});
  }
  return rows;
}

}  // namespace

std::optional<std::vector<LabelledReply>> read_corpus() {
  const char* folder = std::getenv("MAILSONDE_SHARED");
  const std::string path =
      std::string(folder != nullptr ? folder : MAILSONDE_SHARED_FOLDER) + "/corpus/smtp_replies.tsv";
  if (folder == nullptr && !std::filesystem::exists(path)) return std::nullopt;
  return read_file(path);
}

std::vector<LabelledReply> read_gathered() { return read_file(MAILSONDE_TEST_DATA "/replies.tsv"); }

}  // namespace mailsonde::classify::test
