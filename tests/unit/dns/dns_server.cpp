// SPDX-License-Identifier: Apache-2.0
#include "unit/dns/dns_server.hpp"

#include <array>
#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <optional>

#include "dns/name.hpp"

namespace mailsonde::dns::test {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

const auto kLoopback = asio::ip::address_v4::loopback();

Asked parse_question(const std::uint8_t* bytes, std::size_t size, bool over_tcp) {
  const Packet packet(bytes, size);
  Asked asked;
  const auto owner = read_name(packet, 12);
  if (!owner || owner->end + 4 > size) return asked;
  asked.id = static_cast<std::uint16_t>(packet[0] << 8U | packet[1]);
  asked.name = to_text(owner->labels);
  asked.type = static_cast<std::uint16_t>(packet[owner->end] << 8U | packet[owner->end + 1]);
  asked.with_edns = packet[11] == 1;
  asked.over_tcp = over_tcp;
  return asked;
}

}  // namespace

Bytes framed(const Bytes& message) {
  Bytes bytes = u16(static_cast<unsigned>(message.size()));
  append(bytes, message);
  return bytes;
}

Message reply_to(const Asked& asked, Flags flags) { return Message(asked.id, flags).question(asked.name, asked.type); }

struct DnsServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, Script steps) : udp_socket(loop), acceptor(loop), script(std::move(steps)) {}

  void listen(Tcp tcp) {
    udp_socket.open(udp::v4());
    udp_socket.set_option(udp::socket::receive_buffer_size(512 * 1024));
    for (;;) {  // the free UDP port may be taken for TCP
      udp_socket.bind({kLoopback, 0});
      if (tcp == Tcp::closed) break;
      asio::error_code error;
      acceptor.open(asio::ip::tcp::v4());
      acceptor.bind({kLoopback, udp_socket.local_endpoint().port()}, error);
      if (!error) {
        acceptor.listen();
        accept();
        break;
      }
      acceptor.close();
      udp_socket.close();
      udp_socket.open(udp::v4());
      udp_socket.set_option(udp::socket::receive_buffer_size(512 * 1024));
    }
    receive();
  }

  void receive() {
    udp_socket.async_receive_from(asio::buffer(buffer), peer,
                                  [self = shared_from_this()](auto error, std::size_t size) {
                                    if (error) return;
                                    const Asked asked = parse_question(self->buffer.data(), size, false);
                                    self->questions.push_back(asked);
                                    for (Step& step : self->script(asked)) self->send_later(std::move(step));
                                    self->receive();
                                  });
  }

  void send_later(Step step) {
    auto timer = std::make_shared<asio::steady_timer>(udp_socket.get_executor());
    timer->expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(step.after));
    const auto send = [self = shared_from_this(), timer, to = peer, bytes = std::move(step.bytes)](auto error) {
      if (error || !self->udp_socket.is_open()) return;
      asio::error_code ignored;  // the asker may be gone
      self->udp_socket.send_to(asio::buffer(bytes), to, 0, ignored);
    };
    if (step.after == Duration{}) {
      send(asio::error_code());
    } else {
      timer->async_wait(send);
    }
  }

  void accept() {
    acceptor.async_accept([self = shared_from_this()](auto error, tcp::socket socket) {
      if (error) return;
      self->read_question(std::make_shared<tcp::socket>(std::move(socket)));
      self->accept();
    });
  }

  void read_question(const std::shared_ptr<tcp::socket>& socket) {
    auto bytes = std::make_shared<Bytes>(2);
    asio::async_read(*socket, asio::buffer(*bytes),
                     [self = shared_from_this(), socket, bytes](auto error, std::size_t) {
                       if (error) return;
                       bytes->resize(static_cast<std::size_t>((*bytes)[0] << 8U | (*bytes)[1]));
                       asio::async_read(*socket, asio::buffer(*bytes), [self, socket, bytes](auto failed, std::size_t) {
                         if (failed) return;
                         const Asked asked = parse_question(bytes->data(), bytes->size(), true);
                         self->questions.push_back(asked);
                         const auto steps = std::make_shared<std::vector<Step>>(self->script(asked));
                         if (!steps->empty()) self->write_step(socket, steps, 0);
                         self->read_question(socket);
                       });
                     });
  }

  void write_step(const std::shared_ptr<tcp::socket>& socket, const std::shared_ptr<std::vector<Step>>& steps,
                  std::size_t index) {
    auto timer = std::make_shared<asio::steady_timer>(socket->get_executor());
    timer->expires_after(std::chrono::duration_cast<asio::steady_timer::duration>((*steps)[index].after));
    timer->async_wait([self = shared_from_this(), socket, steps, index, timer](auto) {
      asio::async_write(*socket, asio::buffer((*steps)[index].bytes),
                        [self, socket, steps, index](auto error, std::size_t) {
                          if (!error && index + 1 < steps->size()) self->write_step(socket, steps, index + 1);
                        });
    });
  }

  udp::socket udp_socket;
  tcp::acceptor acceptor;
  Script script;
  udp::endpoint peer;
  std::array<std::uint8_t, 4096> buffer{};
  std::vector<Asked> questions;
};

DnsServer::DnsServer(asio::io_context& loop, Script script, Tcp tcp)
    : state_(std::make_shared<State>(loop, std::move(script))) {
  state_->listen(tcp);
}

DnsServer::~DnsServer() { stop(); }

config::Resolver::Server DnsServer::address() const {
  return {*IpAddress::parse("127.0.0.1"), state_->udp_socket.local_endpoint().port()};
}

const std::vector<Asked>& DnsServer::asked() const { return state_->questions; }

void DnsServer::stop() {
  asio::error_code ignored;
  state_->udp_socket.close(ignored);
  state_->acceptor.close(ignored);
}

config::Resolver::Server closed_port(asio::io_context& loop) {
  udp::socket socket(loop, {kLoopback, 0});
  return {*IpAddress::parse("127.0.0.1"), socket.local_endpoint().port()};
}

}  // namespace mailsonde::dns::test
