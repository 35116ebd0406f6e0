// SPDX-License-Identifier: Apache-2.0
#include "identity/self_check.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_awaitable.hpp>

#include "dns/name.hpp"
#include "identity/local_address.hpp"

namespace mailsonde::identity {
namespace {

using asio::experimental::awaitable_operators::operator&&;

std::vector<IpAddress> addresses_of(const config::Source& source) {
  std::vector<IpAddress> addresses;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const auto address = source.is_chosen_by_system() ? local_address(family) : source.address(family);
    if (address) addresses.push_back(*address);
  }
  return addresses;
}

// References into the frame of whoever awaits this at once, as below.
asio::awaitable<Finding> check_helo(dns::Resolver& resolver, const Claim& claim) {
  dns::Lookup forward;
  if (!claim.helo.starts_with('[')) {
    forward = co_await resolver.lookup(claim.helo, type_of(claim.address.family()));
  }
  co_return judge_helo(claim, forward);
}

// One name after the other until one confirms: mostly the first does.
asio::awaitable<Finding> check_ptr(dns::Resolver& resolver, const Claim& claim) {
  const dns::Lookup ptr = co_await resolver.lookup(dns::reverse_name(claim.address), dns::RrType::ptr);
  std::vector<Named> names;
  for (const std::string& name : names_to_confirm(claim, ptr)) {
    dns::Lookup forward = co_await resolver.lookup(name, type_of(claim.address.family()));
    const bool confirms = leads_to(forward, claim.address);
    names.push_back({name, std::move(forward)});
    if (confirms) break;
  }
  co_return judge_ptr(claim, ptr, names);
}

asio::awaitable<AddressReport> check_address(dns::Resolver& resolver, const Claim& claim) {
  if (reach_of(claim.address) != Reach::global) co_return unconfirmable(claim.address);
  auto findings = co_await (check_helo(resolver, claim) && check_ptr(resolver, claim));
  AddressReport report{claim.address, {std::get<0>(std::move(findings)), std::get<1>(std::move(findings))}};
  co_return report;
}

}  // namespace

asio::awaitable<SourceReport> check_source(std::shared_ptr<dns::Resolver> resolver,
                                           std::shared_ptr<const config::Source> source, std::string helo) {
  SourceReport report{source->name, std::move(helo), {}};
  for (const IpAddress& address : addresses_of(*source)) {
    const Claim claim{report.helo, address};
    AddressReport one = co_await check_address(*resolver, claim);
    report.addresses.push_back(std::move(one));
  }
  co_return report;
}

}  // namespace mailsonde::identity
