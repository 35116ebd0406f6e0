// SPDX-License-Identifier: Apache-2.0
#include "metrics/table.hpp"

namespace mailsonde::metrics {
namespace {

constexpr auto kTarget = Scope::target;
constexpr auto kProcess = Scope::process;

constexpr std::array<Row, kFamilyCount> kRows{{
    {Id::probe_success, "mailsonde_probe_success", Type::gauge, kTarget, "",
     "1 if the last probe of any endpoint of the target succeeded: would a normal MTA get through now from that "
     "source.",
     "each report that is not throttled; absent before the first one"},
    {Id::probe_throttled, "mailsonde_probe_throttled", Type::gauge, kTarget, "",
     "1 if the last probe of some endpoint of the target was an answer to our own probing: inconclusive, backing off.",
     "each report; 0 from the start"},
    {Id::endpoint_success, "mailsonde_endpoint_success", Type::gauge, kTarget, "family mx",
     "1 if the last probe of this endpoint succeeded.",
     "each report of the endpoint that is not throttled; 0 also when its name could not be resolved; gone with the "
     "endpoint"},
    {Id::probes_total, "mailsonde_probes_total", Type::counter, kTarget, "outcome",
     "Finished probes by how they ended.", "each report; every outcome is there at 0 from the start"},
    {Id::probe_failures_total, "mailsonde_probe_failures_total", Type::counter, kTarget, "outcome stage",
     "Failed probes by the stage in which they ended and by outcome.",
     "each report that is not ok; usual pairs are there at 0 from the start"},
    {Id::probe_duration_seconds, "mailsonde_probe_duration_seconds", Type::histogram, kTarget, "",
     "Duration of whole probes: the sum of their stages.", "each report"},
    {Id::stage_duration_seconds, "mailsonde_stage_duration_seconds", Type::histogram, kTarget, "stage",
     "Duration of the stages of probes.", "each stage of each report"},
    {Id::endpoint_stage_duration_seconds, "mailsonde_endpoint_stage_duration_seconds", Type::gauge, kTarget,
     "family mx stage", "Duration of each stage of the last probe of this endpoint.",
     "each report of the endpoint; a stage that its last probe did not reach is absent"},
    {Id::smtp_replies_total, "mailsonde_smtp_replies_total", Type::counter, kTarget, "code enhanced_code outcome stage",
     "SMTP replies by stage, code, enhanced code (none if absent) and outcome.",
     "each reply of each report; likely 4xx replies are there at 0 from the start"},
    {Id::probe_interval_seconds, "mailsonde_probe_interval_seconds", Type::gauge, kTarget, "",
     "Time between probes of an endpoint of the target: the configured interval, or what politeness makes of it.",
     "the configuration, and each look-up of the route; of several endpoints the longest"},
    {Id::probe_last_timestamp_seconds, "mailsonde_probe_last_timestamp_seconds", Type::gauge, kTarget, "",
     "When the last probe of the target ended, in seconds since 1970.", "each report"},
    {Id::probe_last_success_timestamp_seconds, "mailsonde_probe_last_success_timestamp_seconds", Type::gauge, kTarget,
     "", "When the last successful probe of the target ended, in seconds since 1970.", "each report that is ok"},
    {Id::probes_suppressed_total, "mailsonde_probes_suppressed_total", Type::counter, kTarget, "reason",
     "Probes that were due and not sent, by reason.", "the schedule; every reason is there at 0 from the start"},
    {Id::greylist_delay_seconds, "mailsonde_greylist_delay_seconds", Type::histogram, kTarget, "",
     "From the first reply that greylisted a probe until its retry was accepted.",
     "each chain of retries that ends accepted; only where the module goes to RCPT"},
    {Id::starttls_advertised, "mailsonde_starttls_advertised", Type::gauge, kTarget, "mx",
     "1 if the MX host offered STARTTLS in the last probe that reached EHLO.", "each report that reached EHLO"},
    {Id::tls_session_info, "mailsonde_tls_session_info", Type::gauge, kTarget, "cipher mx version",
     "TLS version and cipher of the last probe of the MX host; always 1.",
     "each handshake; gone when TLS was refused, missing or failed"},
    {Id::tls_handshakes_total, "mailsonde_tls_handshakes_total", Type::counter, kTarget, "result version",
     "Attempts to use TLS by result and version (none if there was no session).",
     "each report that tried TLS; usual results are there at 0 from the start"},
    {Id::tls_certificate_valid, "mailsonde_tls_certificate_valid", Type::gauge, kTarget, "mx",
     "1 if chain, name and dates of the certificate in the last handshake were valid.", "each handshake"},
    {Id::tls_certificate_not_after_timestamp_seconds, "mailsonde_tls_certificate_not_after_timestamp_seconds",
     Type::gauge, kTarget, "chain mx",
     "When the certificate of the last handshake expires, in seconds since 1970: the leaf, or the earliest of the "
     "verified chain.",
     "each handshake, also with an expired or unverified certificate; chain=\"verified\" keeps the last chain that "
     "verified"},
    {Id::mx_hosts, "mailsonde_mx_hosts", Type::gauge, kTarget, "", "MX hosts of the destination, before any limit.",
     "each look-up of the route that got an answer; destinations only"},
    {Id::mx_addresses, "mailsonde_mx_addresses", Type::gauge, kTarget, "",
     "Addresses of the MX hosts of the destination that may be dialled from the source.",
     "each look-up of the route that got an answer; destinations only"},
    {Id::mx_changes_total, "mailsonde_mx_changes_total", Type::counter, kTarget, "",
     "Changes of the set of MX hosts and preferences of the destination.",
     "a look-up of the route that differs from the one before; destinations only"},
    {Id::dns_lookups_total, "mailsonde_dns_lookups_total", Type::counter, kProcess, "rcode rrtype server",
     "Questions to DNS servers by how they ended.",
     "each question to a server; answers out of the cache are not counted"},
    {Id::dns_lookup_duration_seconds, "mailsonde_dns_lookup_duration_seconds", Type::histogram, kProcess,
     "rrtype server", "Duration of questions to DNS servers.", "each question to a server"},
    {Id::fault_suspected, "mailsonde_fault_suspected", Type::gauge, kProcess, "scope subject",
     "1 if the diagnosis suspects this subject to be the cause of the failures that it sees.",
     "the diagnosis, every 15 s; subjects that are known from the start, and those that were suspected, stand at 0"},
    {Id::identity_check_ok, "mailsonde_identity_check_ok", Type::gauge, kProcess, "check subject",
     "1 if the HELO name of this source (helo) and a PTR name of its address (ptr) resolve to its address.",
     "the self-check, at the start, at each reload and every hour; absent while it is unknown"},
    {Id::schedule_lag_seconds, "mailsonde_schedule_lag_seconds", Type::histogram, kProcess, "",
     "How long after their time probes started.", "each start of a probe"},
    {Id::probes_in_flight, "mailsonde_probes_in_flight", Type::gauge, kProcess, "", "Probes that run now.",
     "each start and end of a probe"},
    {Id::targets, "mailsonde_targets", Type::gauge, kProcess, "kind", "Configured targets.", "the configuration"},
    {Id::label_overflow_total, "mailsonde_label_overflow_total", Type::counter, kProcess, "",
     "Samples whose label value was invalid or one too many and became other.", "each such sample"},
    {Id::log_messages_total, "mailsonde_log_messages_total", Type::counter, kProcess, "level",
     "Records written to the program's own log.", "the log"},
    {Id::build_info, "mailsonde_build_info", Type::gauge, kProcess, "compiler revision version",
     "What this program was built from; always 1.", "the start"},
    {Id::config_last_reload_successful, "mailsonde_config_last_reload_successful", Type::gauge, kProcess, "",
     "1 if the configuration and target files as they were last read are in force; 0 since one was refused.",
     "each load of the configuration, each change of a target file"},
    {Id::config_last_reload_success_timestamp_seconds, "mailsonde_config_last_reload_success_timestamp_seconds",
     Type::gauge, kProcess, "", "When the configuration was last loaded, in seconds since 1970.",
     "each successful load of the configuration, each change of a target file by which all is in force"},
    {Id::process_cpu_seconds_total, "process_cpu_seconds_total", Type::counter, kProcess, "",
     "User and system CPU time spent, in seconds.", "/proc/self at each scrape"},
    {Id::process_open_fds, "process_open_fds", Type::gauge, kProcess, "", "Open file descriptors.",
     "/proc/self at each scrape"},
    {Id::process_max_fds, "process_max_fds", Type::gauge, kProcess, "", "Limit of open file descriptors.",
     "getrlimit(2) at each scrape"},
    {Id::process_virtual_memory_bytes, "process_virtual_memory_bytes", Type::gauge, kProcess, "",
     "Virtual memory size.", "/proc/self at each scrape"},
    {Id::process_virtual_memory_max_bytes, "process_virtual_memory_max_bytes", Type::gauge, kProcess, "",
     "Limit of the virtual memory size.", "getrlimit(2) at each scrape"},
    {Id::process_resident_memory_bytes, "process_resident_memory_bytes", Type::gauge, kProcess, "",
     "Resident memory size.", "/proc/self at each scrape"},
    {Id::process_start_time_seconds, "process_start_time_seconds", Type::gauge, kProcess, "",
     "When the process started, in seconds since 1970.", "/proc at the first scrape"},
    {Id::process_threads, "process_threads", Type::gauge, kProcess, "", "Operating system threads.",
     "/proc/self at each scrape"},
}};

}  // namespace

std::string_view to_string(Type type) {
  switch (type) {
    case Type::counter:
      return "counter";
    case Type::gauge:
      return "gauge";
    case Type::histogram:
      return "histogram";
  }
  return "unknown";
}

std::span<const double> buckets_of(Id histogram) {
  if (histogram == Id::greylist_delay_seconds) return kDelayBuckets;
  return kBuckets;
}

const Row& row(Id id) { return kRows[static_cast<std::size_t>(id)]; }

std::span<const Row, kFamilyCount> rows() { return kRows; }

}  // namespace mailsonde::metrics
