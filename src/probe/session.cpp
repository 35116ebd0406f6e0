// SPDX-License-Identifier: Apache-2.0
#include "probe/session.hpp"

#include <algorithm>

#include "probe/message.hpp"
#include "smtp/command.hpp"

namespace mailsonde::probe {

using classify::LocalFailure;

namespace {

constexpr Duration kQuitLimit = std::chrono::seconds(1);  // hostile-cases section 4

template <typename T>
bool is_failure(const Attempt<T>& attempt, LocalFailure failure) {
  return !attempt && attempt.error().failure == failure;
}

std::string without_line_end(std::string_view line) {
  if (line.ends_with("\r\n")) line.remove_suffix(2);
  return std::string(line);
}

}  // namespace

Session::Session(Request request)
    : request_(std::move(request)),
      module_(*request_.target->module),
      talk_(monotonic_now(), monotonic_now() + module_.timeout) {
  report_.id = request_.id;
  report_.target = request_.target->name;
  report_.kind = request_.target->kind;
  report_.provider = request_.provider;
  report_.source = request_.source;
  report_.mx = request_.mx;
  report_.address = request_.address;
  report_.family = request_.address.family();
  report_.port = request_.port;
  report_.started_at = wall_now();
  report_.notes = request_.notes;
  talk_.clock.add(Stage::dns, request_.dns_elapsed);
  if (request_.target->auth) talk_.mask.add(request_.target->auth->secret);
}

asio::awaitable<void> Session::walk(net::Dialer& dialer) {
  bool going = co_await connect(dialer);
  if (going && module_.tls == config::TlsPolicy::implicit) going = co_await shake_hands();
  if (going && reaches_stage(Stage::banner)) going = co_await take_banner();
  if (going && reaches_stage(Stage::ehlo)) going = co_await say_hello(Stage::ehlo);
  if (going && reaches_stage(Stage::starttls)) going = co_await ask_for_tls();
  if (going && reaches_stage(Stage::auth) && request_.target->auth) going = co_await log_in();
  if (going && reaches_stage(Stage::mail)) going = co_await give_envelope();
  if (going && reaches_stage(Stage::data)) going = co_await send_message();
  if (!going) co_return;
  decided_ = true;
  report_.stage = Stage::quit;
  report_.verdict = {Outcome::ok, Retry::yes, "every step succeeded"};
}

bool Session::reaches_stage(Stage stage) const { return reaches(module_.depth, stage); }

asio::awaitable<bool> Session::connect(net::Dialer& dialer) {
  net::DialRequest where{request_.address, request_.port, request_.local_address};
  const auto connected = co_await talk_.connect(dialer, std::move(where), module_.stage_timeouts.connect);
  if (connected) co_return true;
  stop_by_fault(Stage::connect, connected.error());
  if (connected.error().of_source) {
    report_.source_missing = true;
    report_.detail = "source " + request_.source + ": " + report_.detail;
  }
  co_return false;
}

asio::awaitable<bool> Session::take_banner() {
  quit_allowed_ = true;
  const auto reply = co_await talk_.listen(Stage::banner, module_.stage_timeouts.banner);
  if (is_failure(reply, LocalFailure::timeout) && !encrypted_) {
    report_.notes.emplace_back(
        "a silent banner is also what a port looks like that speaks TLS from the first byte (465)");
  }
  co_return take(Stage::banner, reply);
}

asio::awaitable<bool> Session::say_hello(Stage stage) {
  auto line = smtp::ehlo(request_.helo);
  if (!line) {
    stop_by_fault(stage, {std::nullopt, line.error().message});
    co_return false;
  }
  const auto reply = co_await talk_.ask(stage, *line, without_line_end(*line), module_.stage_timeouts.command);
  if (reply && should_try_helo(*reply) && !talk_.has_surplus()) {
    stop_by_reply(stage, *reply);
    decided_ = false;
    report_.notes.emplace_back("EHLO was refused, HELO is tried");
    const bool welcome = co_await command(stage, smtp::helo(request_.helo));
    co_return welcome;
  }
  if (!take(stage, reply)) co_return false;
  capabilities_ = smtp::parse_capabilities(*reply);
  report_.starttls_advertised = report_.starttls_advertised.value_or(false) || capabilities_.has("STARTTLS");
  co_return true;
}

asio::awaitable<bool> Session::ask_for_tls() {
  const TlsMove move = choose_tls_move(module_, capabilities_);
  if (move == TlsMove::none) co_return true;
  if (move == TlsMove::missing) {
    report_.tls_result = TlsResult::not_offered;
    if (may_go_on_without_tls(module_)) co_return true;
    stop_by_fault(Stage::starttls, {LocalFailure::tls_not_offered, "STARTTLS is required and not offered"});
    co_return false;
  }
  const auto reply = co_await talk_.ask(Stage::starttls, smtp::kStartTls, "STARTTLS", module_.stage_timeouts.command);
  // 421 is the server's good-bye and decides like anywhere; every other refusal is about TLS.
  if (reply && react(Stage::starttls, *reply) == Reaction::stop && reply->code != 421) co_return refuse_tls(*reply);
  if (!take(Stage::starttls, reply)) co_return false;
  const bool encrypted = co_await shake_hands();
  if (!encrypted) co_return false;
  const bool welcome = co_await say_hello(Stage::ehlo_tls);
  co_return welcome;
}

bool Session::refuse_tls(const smtp::Reply& reply) {
  report_.tls_result = TlsResult::refused;
  stop_by_reply(Stage::starttls, reply);
  report_.verdict = classify::classify_failure(LocalFailure::tls_handshake, Stage::starttls);
  if (!may_go_on_without_tls(module_)) return false;
  decided_ = false;
  report_.notes.emplace_back("STARTTLS was refused, going on in plain text");
  return true;
}

asio::awaitable<bool> Session::shake_hands() {
  // Once the server expects a handshake, no SMTP command makes sense until it is through.
  quit_allowed_ = false;
  net::TlsRequest request{request_.tls.get(), request_.mx};
  auto info = co_await talk_.start_tls(std::move(request), module_.stage_timeouts.handshake);
  if (!info) {
    report_.tls_result = TlsResult::failed;
    if (is_failure(info, LocalFailure::tls_handshake) && module_.tls == config::TlsPolicy::implicit) {
      report_.notes.emplace_back("a port that begins in plain text and offers STARTTLS (25, 587) fails like this");
    }
    stop_by_fault(Stage::tls, info.error());
    co_return false;
  }
  talk_.forget_plain_text();
  capabilities_ = {};
  encrypted_ = true;
  quit_allowed_ = module_.tls != config::TlsPolicy::implicit;  // there the server speaks first, in the banner
  report_.tls_result = TlsResult::ok;
  const std::string state = info->certificate_valid ? "certificate valid" : "certificate: " + info->certificate_problem;
  talk_.transcript.note(talk_.elapsed(), info->version + " " + info->cipher + ", " + state);
  report_.tls = std::move(*info);
  if (!module_.verify || report_.tls->certificate_valid) co_return true;
  stop_by_fault(Stage::tls, {LocalFailure::tls_certificate, report_.tls->certificate_problem});
  co_return false;
}

asio::awaitable<bool> Session::log_in() {
  const config::Auth& auth = *request_.target->auth;
  const smtp::Credentials credentials{auth.username, auth.secret, auth.mechanism};
  // Hostile-cases rule 8: credentials leave only inside TLS unless the module says otherwise, whatever the mechanism.
  if (!encrypted_ && !module_.auth_without_tls) {
    stop_by_fault(Stage::auth, {LocalFailure::auth_impossible,
                                "no TLS, so no credentials were sent (auth_without_tls = true would allow it)"});
    co_return false;
  }
  const auto mechanism = smtp::choose_mechanism(credentials, capabilities_.auth_mechanisms, true);
  if (!mechanism) {
    stop_by_fault(Stage::auth, {LocalFailure::auth_impossible, mechanism.error().message});
    co_return false;
  }
  auto started = smtp::SaslExchange::start(credentials, *mechanism, request_.mx);
  if (!started) {
    stop_by_fault(Stage::auth, {LocalFailure::auth_impossible, started.error().message});
    co_return false;
  }
  const bool accepted = co_await exchange(std::move(*started), *mechanism);
  co_return accepted;
}

asio::awaitable<bool> Session::exchange(smtp::SaslExchange exchange, std::string mechanism) {
  const auto initial = exchange.initial_response();
  if (!initial) {
    stop_by_fault(Stage::auth, {LocalFailure::auth_impossible, initial.error().message});
    co_return false;
  }
  if (*initial) talk_.mask.add_sent(**initial);
  Result<std::string> line = smtp::auth(mechanism, *initial);
  std::string shown = "AUTH " + mechanism + (*initial ? " ***" : "");
  for (;;) {
    if (!line) {
      stop_by_fault(Stage::auth, {std::nullopt, line.error().message});
      co_return false;
    }
    const auto reply = co_await talk_.ask(Stage::auth, *line, shown, module_.stage_timeouts.command);
    if (!take(Stage::auth, reply)) co_return false;
    if (reply->code == 235) {
      const auto proved = exchange.finish();
      if (proved) co_return true;
      stop_by_fault(Stage::auth, {LocalFailure::protocol, proved.error().message});
      co_return false;
    }
    const auto response = exchange.respond(reply->text());
    if (!response) {
      // RFC 4954 section 4: a lone "*" ends the exchange, so that QUIT is a command again. Its 501 changes nothing.
      (void)co_await talk_.ask(Stage::auth, smtp::kAuthCancel, "*", kQuitLimit);
      stop_by_fault(Stage::auth, {LocalFailure::protocol, response.error().message});
      co_return false;
    }
    talk_.mask.add_sent(*response);
    line = smtp::auth_response(*response);
    shown = "***";
  }
}

asio::awaitable<bool> Session::give_envelope() {
  const bool sender_taken = co_await command(Stage::mail, smtp::mail_from(request_.target->mail_from));
  if (!sender_taken || !reaches_stage(Stage::rcpt)) co_return sender_taken;
  const bool recipient_taken = co_await command(Stage::rcpt, smtp::rcpt_to(request_.target->rcpt_to));
  co_return recipient_taken;
}

asio::awaitable<bool> Session::send_message() {
  const auto go_ahead = co_await talk_.ask(Stage::data, smtp::kData, "DATA", module_.stage_timeouts.command);
  if (go_ahead && go_ahead->code == 354 && talk_.has_surplus()) {
    // A final reply that came before the dot decides; no second message is sent.
    const auto early = co_await talk_.listen(Stage::data, std::min(kQuitLimit, module_.stage_timeouts.command));
    if (early && early->is_positive()) {
      stop_by_fault(Stage::data, {LocalFailure::protocol, "a reply came before the message was sent"});
    } else {
      (void)take(Stage::data, early);
    }
    quit_allowed_ = false;  // the server may still be reading a message
    co_return false;
  }
  if (!take(Stage::data, go_ahead)) co_return false;
  quit_allowed_ = false;
  const std::string message = smtp::message_data(compose_message(request_, report_.started_at));
  const auto accepted = co_await talk_.ask(
      Stage::eod, message, "(message, " + std::to_string(message.size()) + " bytes)", module_.stage_timeouts.command);
  quit_allowed_ = accepted.has_value();
  co_return take(Stage::eod, accepted);
}

asio::awaitable<bool> Session::command(Stage stage, Result<std::string> line) {
  if (!line) {
    stop_by_fault(stage, {std::nullopt, line.error().message});
    co_return false;
  }
  const auto reply = co_await talk_.ask(stage, *line, without_line_end(*line), module_.stage_timeouts.command);
  co_return take(stage, reply);
}

// One reply for one command: the place where a step is judged.
bool Session::take(Stage stage, const Attempt<smtp::Reply>& reply) {
  if (!reply) {
    stop_by_fault(stage, reply.error());
    return false;
  }
  for (const std::string& breach : reply->breaches)
    report_.notes.push_back(std::string(to_string(stage)) + ": " + breach);
  const Reaction reaction = react(stage, *reply);
  if (reaction == Reaction::stop) {
    stop_by_reply(stage, *reply);
    warn_of_surplus(stage);
    return false;
  }
  keep_reply(stage, *reply, reaction == Reaction::breach ? Outcome::protocol_error : Outcome::ok);
  if (reaction == Reaction::breach) {
    stop_by_fault(stage, {LocalFailure::protocol, "unexpected reply " + std::to_string(reply->code)});
    return false;
  }
  if (talk_.has_surplus()) {
    stop_by_fault(stage, {LocalFailure::protocol, "more bytes than one reply came for one command"});
    return false;
  }
  return true;
}

void Session::warn_of_surplus(Stage stage) {
  if (talk_.has_surplus())
    report_.notes.push_back(std::string(to_string(stage)) + ": bytes behind the deciding reply were ignored");
}

void Session::keep_reply(Stage stage, const smtp::Reply& reply, Outcome outcome) {
  report_.replies.push_back({stage, reply, outcome});
}

void Session::stop_by_reply(Stage stage, const smtp::Reply& reply) {
  report_.verdict = request_.classifier->judge(reply, stage, request_.provider);
  report_.stage = stage;
  decided_ = true;
  keep_reply(stage, reply, report_.verdict.outcome);
  if (reply.code == 421) quit_allowed_ = false;  // RFC 5321 section 3.8: the server closes
}

void Session::stop_by_fault(Stage stage, const Fault& fault) {
  report_.stage = stage;
  report_.detail = fault.detail;
  decided_ = true;
  if (!fault.failure) {
    report_.counted = false;
    return;
  }
  report_.verdict = classify::classify_failure(*fault.failure, stage);
  if (*fault.failure == LocalFailure::lost || *fault.failure == LocalFailure::tls_handshake) quit_allowed_ = false;
}

asio::awaitable<void> Session::quit() {
  if (!quit_allowed_ || !talk_.is_open()) co_return;
  talk_.forget_plain_text();
  talk_.extend_deadline(kQuitLimit);
  const auto reply = co_await talk_.ask(Stage::quit, smtp::kQuit, "QUIT", kQuitLimit);
  if (reply) keep_reply(Stage::quit, *reply, reply->is_positive() ? Outcome::ok : Outcome::unclassified);
}

Report Session::finish() {
  talk_.close();
  report_.stages = talk_.clock.times();
  report_.duration = talk_.clock.total();
  talk_.transcript.move_into(report_);
  return std::move(report_);
}

}  // namespace mailsonde::probe
