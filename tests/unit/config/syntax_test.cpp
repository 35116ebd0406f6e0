// SPDX-License-Identifier: Apache-2.0
#include "config/syntax.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.syntax");

TEST_CASE("a domain is made of labels of letters, digits, hyphens and underscores") {
  for (const std::string_view good : {"example.com", "a", "_dmarc.example", "xn--mnchen-3ya.example", "EXAMPLE.COM",
                                      "1.example", "3com.com", "a.b-c.d_e"}) {
    CAPTURE(good);
    CHECK(domain_mistake(good).empty());
    CHECK(host_mistake(good).empty());
  }
  for (const std::string_view bad : {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a b", "a/b", "a:25", "a,b", "a@b",
                                     "*.a", "m\xc3\xbcnchen.example", "999.1.1.1", "1", "a\n", "\x7f"}) {
    CAPTURE(bad);
    CHECK_FALSE(domain_mistake(bad).empty());
    CHECK_FALSE(host_mistake(bad).empty());
  }
}

TEST_CASE("a label has at most 63 characters, a name 253 (RFC 1035 section 2.3.4)") {
  const std::string label(63, 'a');
  CHECK(domain_mistake(label + ".b").empty());
  CHECK(domain_mistake(label + "a.b") == "has a label of more than 63 characters");
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  CHECK(longest.size() == 253);
  CHECK(domain_mistake(longest).empty());
  CHECK(domain_mistake(longest + "a") == "is longer than 253 characters");
}

TEST_CASE("an address is a literal for a destination and in EHLO, plain for a relay") {
  CHECK(domain_mistake("[192.0.2.1]").empty());
  CHECK(domain_mistake("[IPv6:2001:db8::1]").empty());
  CHECK(helo_mistake("[IPv6:2001:db8::1]").empty());
  CHECK(host_mistake("192.0.2.1").empty());
  CHECK(host_mistake("2001:db8::1").empty());
  for (const std::string_view bad : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "[IPv6:192.0.2.1]", "[192.0.2]", "[]",
                                     "[", "[192.0.2.1", "[a.example]", "[192.0.2.1]:25"}) {
    CAPTURE(bad);
    CHECK_FALSE(domain_mistake(bad).empty());
    CHECK_FALSE(helo_mistake(bad).empty());
  }
  CHECK(host_mistake("[192.0.2.1]").starts_with("stands in brackets"));
  CHECK(host_mistake("relay.example:587") == "is not a host name or address; the port has its own key");
}

TEST_CASE("a mailbox has one @ and plain ASCII (RFC 5321 section 4.1.2)") {
  for (const std::string_view good : {"a@b", "first.last+tag@example.com", "!#$%&'*+-/=?^_`{|}~@a", "a@[192.0.2.1]"}) {
    CAPTURE(good);
    CHECK(mailbox_mistake(good).empty());
  }
  for (const std::string_view bad : {"", "a", "@a", "a@", "a@b@c", "<a@b>", "a b@c", "a\r\n@b", ".a@b", "a.@b",
                                     "a..b@c", "\"a b\"@c", "\xc3\xa4@b", "a@b c", "a@b\n", "a@192.0.2.1"}) {
    CAPTURE(bad);
    CHECK_FALSE(mailbox_mistake(bad).empty());
  }
  CHECK(mailbox_mistake(std::string(64, 'a') + "@b").empty());
  CHECK(mailbox_mistake(std::string(65, 'a') + "@b") == "has a local part of more than 64 characters");
  CHECK(reverse_path_mistake("").empty());
  CHECK_FALSE(reverse_path_mistake("<>").empty());
}

TEST_CASE("a resolver is an address with or without a port") {
  CHECK(parse_server("192.0.2.1")->to_string() == "192.0.2.1:53");
  CHECK(parse_server("192.0.2.1:5353")->to_string() == "192.0.2.1:5353");
  CHECK(parse_server("2001:db8::1")->to_string() == "[2001:db8::1]:53");
  CHECK(parse_server("[2001:db8::1]")->to_string() == "[2001:db8::1]:53");
  CHECK(parse_server("[2001:db8::1]:65535")->to_string() == "[2001:db8::1]:65535");
  for (const std::string_view bad : {"", ":", ":53", "a", "localhost:53", "192.0.2.1:", "192.0.2.1:0",
                                     "192.0.2.1:65536", "192.0.2.1:+1", "192.0.2.1:53x", "192.0.2.1: 53",
                                     "[192.0.2.1]:53", "[::1", "[::1]53", "[::1]:", "[::1]:x", "::1]:53", "[]:53"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_server(bad));
  }
}

TEST_CASE("host and port are told apart from names and addresses without a port") {
  const auto split = [](std::string_view text) {
    const auto found = split_host_port(text);
    return found ? found->host + " " + std::to_string(found->port) : "none";
  };
  CHECK(split("relay.example:25") == "relay.example 25");
  CHECK(split("[2001:db8::1]:587") == "2001:db8::1 587");
  CHECK(split("192.0.2.1:65535") == "192.0.2.1 65535");
  for (const std::string_view text : {"", ":", ":25", "a", "a:", "a:0", "a:65536", "a:2x", "a:-1", "2001:db8::1",
                                      "[]:25", "[IPv6:2001:db8::1]", "a:b:25"}) {
    CAPTURE(text);
    CHECK(split(text) == "none");
  }
}
