// SPDX-License-Identifier: Apache-2.0
// What this host already knows about itself: its name and its resolvers. Reads files of the system, asks nobody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace mailsonde::config {

// The host's fully qualified name from gethostname(2), /etc/hosts and the kernel's domain name, in this order; the bare
// name when there is no domain; "localhost" when that is no host name. Always fit for EHLO.
[[nodiscard]] std::string local_fqdn();

// The nameserver lines of /etc/resolv.conf; 127.0.0.1:53 if there are none, as resolv.conf(5) has it.
[[nodiscard]] std::vector<Resolver::Server> system_resolvers();

// The pure parts of the two.
[[nodiscard]] std::string fqdn_of(std::string_view hostname, std::string_view hosts_file, std::string_view domain);
[[nodiscard]] std::vector<Resolver::Server> nameservers_in(std::string_view resolv_conf);

}  // namespace mailsonde::config
