// SPDX-License-Identifier: Apache-2.0
#include "config/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "base/result.hpp"
#include "base/text.hpp"
#include "config/file.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

constexpr std::array<std::string_view, 3> kSources{"password_file", "password_env", "token_file"};
constexpr std::array<std::string_view, 5> kMechanisms{"SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN", "XOAUTH2"};

// Editors and `echo` end a file with a line end that is no part of the secret.
Secret without_line_end(std::string content) {
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return Secret(std::move(content));
}

Result<Secret> checked(Secret secret) {
  if (secret.empty()) return fail("is empty");
  if (secret.reveal().size() > kMaxSecretSize) return fail(fmt::format("is larger than {} KiB", kMaxSecretSize / 1024));
  // RFC 4013 section 2.3 prohibits them, NUL would end PLAIN's message early, and ^A XOAUTH2's.
  if (has_control_characters(secret.reveal())) return fail("holds control characters, perhaps a second line");
  return secret;
}

Result<Secret> secret_from_file(const std::filesystem::path& path) {
  auto content = read_regular_file(path, kMaxSecretSize);
  if (!content) return std::unexpected(content.error());
  return checked(without_line_end(*std::move(content)));
}

Result<Secret> secret_from_environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) return fail("is not set");
  return checked(Secret(value));
}

// With the file that it came from, or none.
using Read = std::pair<Secret, std::string>;

Read read_secret(Table& auth, std::string_view source, const std::filesystem::path& folder) {
  const bool is_variable = source == "password_env";
  const auto name = auth.text(source, is_variable ? variable_mistake : path_mistake);
  if (!name) return {};
  const std::filesystem::path path = folder / *name;
  auto secret = is_variable ? secret_from_environment(*name) : secret_from_file(path);
  if (secret) return {*std::move(secret), is_variable ? "" : path.string()};
  const std::string shown = is_variable ? "the environment variable " + *name : printable(path.string(), 4096);
  auth.problem(source, fmt::format("{} {}", shown, secret.error().message));
  return {};
}

// Exactly one of them says where the secret is.
Read read_only_secret(Table& auth, const std::filesystem::path& folder) {
  Read secret;
  std::size_t given = 0;
  for (const std::string_view source : kSources) {
    if (auth.has(source) && ++given > 1) {
      auth.problem(source, "only one of password_file, password_env and token_file may be given");
    }
    Read found = read_secret(auth, source, folder);
    if (secret.first.empty()) secret = std::move(found);
  }
  const bool in_plain = auth.has("password") || auth.has("token") || auth.has("secret");  // told by finish()
  if (given == 0 && !in_plain) auth.require_one_of(kSources);
  return secret;
}

std::string read_mechanism(Table& auth) {
  const auto index = auth.choice("mechanism", kMechanisms);
  const bool is_token = auth.has("token_file");
  if (!index) return is_token ? "XOAUTH2" : "";
  const std::string_view mechanism = kMechanisms[*index];
  if (mechanism == "XOAUTH2" && !is_token) auth.problem("mechanism", "XOAUTH2 takes a bearer token: use token_file");
  if (mechanism != "XOAUTH2" && is_token) {
    auth.problem("mechanism", fmt::format("{} takes a password: use password_file or password_env", mechanism));
  }
  return std::string(mechanism);
}

}  // namespace

Auth read_auth(Table auth, const std::filesystem::path& folder) {
  Auth result;
  auth.require("username");
  result.username = auth.text("username", username_mistake).value_or("");
  std::tie(result.secret, result.file) = read_only_secret(auth, folder);
  result.mechanism = read_mechanism(auth);
  auth.finish();
  return result;
}

}  // namespace mailsonde::config
