// SPDX-License-Identifier: Apache-2.0
#include "config/local_host.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/file.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

constexpr std::size_t kMaxServers = 8;  // the C library asks three; a long list would only make a dead network slower

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find_first_of("#;"));
  while (!(line = trim(line)).empty()) {
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
  return words;
}

// A line "address canonical alias..." that names the host: its first name that continues the host's with a dot.
std::string_view qualified_in(std::string_view hosts_line, std::string_view hostname) {
  const auto words = words_of(hosts_line);
  const auto is_host = [&](std::string_view word) { return equals_ignoring_case(word, hostname); };
  if (words.size() < 2 || std::none_of(words.begin() + 1, words.end(), is_host)) return {};
  const std::string prefix = std::string(hostname) + ".";
  const auto continues = [&](std::string_view word) { return starts_with_ignoring_case(word, prefix); };
  const auto found = std::find_if(words.begin() + 1, words.end(), continues);
  return found == words.end() ? std::string_view{} : *found;
}

// For files that may be missing: defaults must not fail.
std::string content_of(const char* path) { return read_regular_file(path, std::size_t{1} << 20U).value_or(""); }

}  // namespace

std::string fqdn_of(std::string_view hostname, std::string_view hosts_file, std::string_view domain) {
  if (!helo_mistake(hostname).empty()) return "localhost";
  if (hostname.contains('.')) return std::string(hostname);
  for (const std::string_view line : split(hosts_file, '\n')) {
    const std::string_view qualified = qualified_in(line, hostname);
    if (!qualified.empty() && helo_mistake(qualified).empty()) return std::string(qualified);
  }
  std::string with_domain = std::string(hostname) + "." + std::string(trim(domain));
  return helo_mistake(with_domain).empty() ? with_domain : std::string(hostname);  // "(none)" is no domain
}

std::string local_fqdn() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return fqdn_of(name.data(), content_of("/etc/hosts"), content_of("/proc/sys/kernel/domainname"));
}

std::vector<Resolver::Server> nameservers_in(std::string_view resolv_conf) {
  std::vector<Resolver::Server> servers;
  for (const std::string_view line : split(resolv_conf, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 2 || words[0] != "nameserver" || servers.size() == kMaxServers) continue;
    const auto address = IpAddress::parse(words[1]);
    if (!address) continue;  // a link-local one with %interface, or nonsense
    const Resolver::Server server{*address, 53};
    if (std::ranges::find(servers, server) == servers.end()) servers.push_back(server);
  }
  return servers;
}

std::vector<Resolver::Server> system_resolvers() {
  auto servers = nameservers_in(content_of("/etc/resolv.conf"));
  if (servers.empty()) servers.push_back({*IpAddress::parse("127.0.0.1"), 53});
  return servers;
}

}  // namespace mailsonde::config
