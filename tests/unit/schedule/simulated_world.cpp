// SPDX-License-Identifier: Apache-2.0
#include "simulated_world.hpp"

#include <algorithm>

namespace mailsonde::schedule {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWindow = 60s;

bool is_dead(const SimulatedProvider& provider, const Dial& dial) {
  return provider.manners.first_host_dead && dial.key.mx == provider.hosts.front().mx;
}

}  // namespace

std::size_t SimulatedWorld::add_provider(std::string name, std::size_t hosts, Manners manners) {
  SimulatedProvider provider{name, std::move(manners), {}};
  const std::size_t number = providers_.size();
  for (std::size_t host = 0; host < hosts; ++host) {
    RouteHost route{"mx" + std::to_string(host) + '.' + name + ".test", name, {}};
    const std::string net = std::to_string(number) + '.' + std::to_string(host) + '.';
    for (std::size_t i = 0; i <= host % 3; ++i)
      route.addresses.push_back(*IpAddress::parse("198." + net + std::to_string(i + 1)));
    if (host % 2 == 0) route.addresses.push_back(*IpAddress::parse("2001:db8:" + std::to_string(number) + "::1"));
    provider.hosts.push_back(std::move(route));
  }
  by_name_[name] = number;
  providers_.push_back(std::move(provider));
  return number;
}

void SimulatedWorld::add_target(std::size_t provider, Duration interval, bool to_rcpt,
                                const std::vector<Source>& sources) {
  const TargetKey key = routes_.size();
  const auto& hosts = providers_[provider].hosts;
  std::vector<RouteHost> route;  // a domain names some of its provider's hosts, as they do
  for (std::size_t i = 0; i < std::min<std::size_t>(2, hosts.size()); ++i)
    route.push_back(hosts[(key + i) % hosts.size()]);
  routes_.push_back(std::move(route));
  intervals_.push_back(interval);

  Subject subject{interval, 25, to_rcpt ? "target " + std::to_string(key) : "module mx", sources, std::nullopt};
  recipients_.push_back(to_rcpt ? "probe@" + std::to_string(key) + ".test" : "");
  if (to_rcpt) subject.envelope = Subject::Envelope{"probe@example.org", recipients_.back()};
  const Duration phase = interval * static_cast<Duration::rep>(random_() % 1000) / 1000;
  agenda_.add(key, std::move(subject), phase, now_);
}

void SimulatedWorld::run_for(Duration span) {
  const MonotonicTime end = now_ + span;
  while (true) {
    const auto due = agenda_.next_due();
    const bool probe_ends = !running_.empty() && (!due || running_.top().end <= *due);
    if (!probe_ends && !due) break;
    const MonotonicTime next = probe_ends ? running_.top().end : *due;
    if (next > end) break;
    now_ = std::max(now_, next);
    if (probe_ends) {
      const Running running = running_.top();
      running_.pop();
      finish(running);
    } else {
      step();
    }
  }
  now_ = end;
}

void SimulatedWorld::step() {
  const auto step = agenda_.take(now_);
  if (!step) return;
  std::visit([this](const auto& one) { on(one); }, *step);
}

void SimulatedWorld::on(const LookUp& look_up) {
  ++audit_.look_ups;
  agenda_.routed(look_up.target, routes_[look_up.target], now_);
}

void SimulatedWorld::on(const LeftOut& left_out) {
  audit_.left_out[left_out.reason] += agenda_.members_of(left_out.endpoint).size();
}

void SimulatedWorld::on(const Dial& dial) {
  ++audit_.probes;
  audit_.shared += agenda_.members_of(dial.endpoint).size() - 1;
  audit_.most_in_flight = std::max(audit_.most_in_flight, agenda_.in_flight());
  audit_.seen_addresses.insert(dial.address.to_string());
  audit_.fingerprint = (audit_.fingerprint ^ dial.endpoint) * 1099511628211ULL;
  audit_.fingerprint = (audit_.fingerprint ^ static_cast<std::uint64_t>(now_.time_since_epoch().count())) * 31;
  audit_start(dial);
  audit_wait(dial);
  audit_gap(dial);

  const ProbeEnd result = answer(dial);
  Duration takes = 200ms + 1ms * static_cast<Duration::rep>(random_() % 2000);
  if (random_() % 1000 == 0) takes = 60s;
  if (result.outcome == Outcome::connection_timeout) takes = 10s;
  if (is_dead(providers_[by_name_.at(dial.key.provider)], dial)) takes = 10s;
  running_.push({now_ + takes, dial.probe, dial, result});
}

// No provider ever gets more than its budget in any window, and no MX host two at once.
void SimulatedWorld::audit_start(const Dial& dial) {
  Lane& lane = lanes_[dial.key.provider];
  while (!lane.window.empty() && lane.window.front() + kWindow <= now_) lane.window.pop_front();
  lane.window.push_back(now_);
  std::size_t& most = audit_.most_in_window[dial.key.provider];
  most = std::max(most, lane.window.size());
  if (++mx_hosts_[dial.key.mx].in_flight > policy_.per_mx_concurrency) ++audit_.twice_at_once;
}

// Who waited had a reason: the provider's last probe, or one at the same MX host. A source that was told about itself
// backs off, and then only the agenda knows until when.
void SimulatedWorld::audit_wait(const Dial& dial) {
  if (now_ > dial.granted) ++audit_.late;
  Lane& lane = lanes_[dial.key.provider];
  if (!troubled_.contains({dial.key.provider, dial.key.source})) {
    ++audit_.waits_checked;
    const auto& rate = policy_.per_provider;
    const MonotonicTime budget = rate && lane.last ? *lane.last + rate->per / rate->count : kStart;
    const MonotonicTime allowed = std::max({dial.due, budget, mx_hosts_[dial.key.mx].free_since});
    if (now_ != allowed) ++audit_.idle_waits;
  }
  lane.last = now_;
}

// Every endpoint is seen within its interval, or the agenda says that its interval is another one.
void SimulatedWorld::audit_gap(const Dial& dial) {
  Seen& seen = seen_[dial.endpoint];
  const bool known = seen.interval > 0s;
  const Duration gap = now_ - seen.started;
  if (known && gap > seen.interval + seen.interval / 10) {
    ++audit_.stretched;
    ++audit_.stretched_by_provider[dial.key.provider];
    if (agenda_.interval_of(dial.target, dial.key.source, now_) < gap) ++audit_.stretched_silently;
  }
  seen = {dial.target, dial.key.source, agenda_.members_of(dial.endpoint).begin()->interval, now_};
}

HourTally& SimulatedWorld::tally(const Dial& dial) {
  auto& hours = audit_.hours[dial.key.provider][dial.key.source];
  const auto hour = static_cast<std::size_t>((now_ - kStart) / 1h);
  if (hours.size() <= hour) hours.resize(hour + 1);
  return hours[hour];
}

ProbeEnd SimulatedWorld::answer(const Dial& dial) {
  const SimulatedProvider& provider = providers_[by_name_.at(dial.key.provider)];
  const Manners& manners = provider.manners;
  HourTally& hour = tally(dial);
  ++hour.probes;
  ProbeEnd end;
  if (is_dead(provider, dial)) {
    end = {Outcome::connection_timeout, Stage::connect};
  } else if (manners.listed_source == dial.key.source && now_ < kStart + manners.listed_until) {
    end = {Outcome::blocklisted, Stage::banner};
  } else if (manners.limit_per_minute > 0) {
    auto& recent = connections_[{dial.key.provider, dial.key.source}];
    while (!recent.empty() && recent.front() + kWindow <= now_) recent.pop_front();
    recent.push_back(now_);
    if (recent.size() > manners.limit_per_minute) end = {manners.over_limit, Stage::banner};
  } else if (manners.greylist > 0s && !recipients_[dial.target].empty()) {
    const std::string tuple =
        dial.key.source + ' ' + std::string(to_string(dial.key.family)) + ' ' + recipients_[dial.target];
    const auto since = greylisted_since_.try_emplace(tuple, now_).first->second;
    const bool passes = now_ - since >= manners.greylist;
    end = {passes ? Outcome::ok : Outcome::greylisted, Stage::rcpt};
  }
  if (policy_.is_about_us(end.outcome)) ++hour.about_us;
  return end;
}

void SimulatedWorld::finish(const Running& running) {
  const Dial& dial = running.dial;
  MxHost& host = mx_hosts_[dial.key.mx];
  --host.in_flight;
  host.free_since = now_;
  if (policy_.is_about_us(running.result.outcome)) troubled_.emplace(dial.key.provider, dial.key.source);
  const Judgement judgement = agenda_.finished(running.probe, running.result, now_);
  if (judgement.throttle != Throttle::none) ++tally(dial).throttled;
  if (judgement.greylisting.delay) audit_.greylist_delays[dial.key.provider].push_back(*judgement.greylisting.delay);
  if (judgement.greylisting.something_else) ++audit_.something_else[dial.key.provider];
}

std::size_t SimulatedWorld::addresses() const {
  std::set<std::string> all;
  for (const auto& route : routes_) {
    for (const RouteHost& host : route) {
      for (const IpAddress& address : host.addresses) all.insert(address.to_string());
    }
  }
  return all.size();
}

std::size_t SimulatedWorld::forgotten() const {
  std::size_t count = agenda_.endpoints() - seen_.size();
  for (const auto& [id, seen] : seen_) {
    const Duration unseen = now_ - seen.started;
    const bool in_time = unseen <= seen.interval + seen.interval / 10;
    if (!in_time && agenda_.interval_of(seen.target, seen.source, now_) < unseen) ++count;
  }
  return count;
}

}  // namespace mailsonde::schedule
