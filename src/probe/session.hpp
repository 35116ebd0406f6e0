// SPDX-License-Identifier: Apache-2.0
// The dialogue of one probe, stage by stage, and the Report that it fills.
#pragma once

#include <optional>
#include <string>

#include "probe/conversation.hpp"
#include "probe/probe.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/sasl.hpp"

namespace mailsonde::probe {

// Owned by the coroutine frame of one probe.
class Session {
 public:
  explicit Session(Request request);

  // Connect to the deepest stage. Afterwards the outcome is known.
  [[nodiscard]] asio::awaitable<void> walk(net::Dialer& dialer);
  // RFC 5321 section 4.1.1.10: the client says QUIT before it closes. Waits a second at most; its answer changes
  // nothing.
  [[nodiscard]] asio::awaitable<void> quit();
  [[nodiscard]] Report finish();

 private:
  // Each step is true when the dialogue may go on; otherwise the outcome was set.
  [[nodiscard]] asio::awaitable<bool> connect(net::Dialer& dialer);
  [[nodiscard]] asio::awaitable<bool> take_banner();
  [[nodiscard]] asio::awaitable<bool> say_hello(Stage stage);
  [[nodiscard]] asio::awaitable<bool> ask_for_tls();
  [[nodiscard]] asio::awaitable<bool> shake_hands();
  [[nodiscard]] asio::awaitable<bool> log_in();
  [[nodiscard]] asio::awaitable<bool> exchange(smtp::SaslExchange exchange, std::string mechanism);
  [[nodiscard]] asio::awaitable<bool> give_envelope();
  [[nodiscard]] asio::awaitable<bool> send_message();
  [[nodiscard]] asio::awaitable<bool> command(Stage stage, Result<std::string> line);

  [[nodiscard]] bool reaches_stage(Stage stage) const;
  [[nodiscard]] bool take(Stage stage, const Attempt<smtp::Reply>& reply);
  void keep_reply(Stage stage, const smtp::Reply& reply, Outcome outcome);
  void stop_by_reply(Stage stage, const smtp::Reply& reply);
  void stop_by_fault(Stage stage, const Fault& fault);
  [[nodiscard]] bool refuse_tls(const smtp::Reply& reply);
  void warn_of_surplus(Stage stage);

  const Request request_;
  const config::Module& module_;
  Report report_;
  Conversation talk_;
  smtp::Capabilities capabilities_;
  bool encrypted_ = false;
  bool quit_allowed_ = false;  // a dialogue is open in which a command makes sense
  bool decided_ = false;
};

}  // namespace mailsonde::probe
