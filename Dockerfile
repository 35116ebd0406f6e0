# SPDX-License-Identifier: Apache-2.0
# The image of mailsonde: built here, run as nobody in particular, with a root that may be read-only.
#
#   docker build -t mailsonde .
#   docker run --read-only --cap-drop ALL -p 127.0.0.1:10451:10451 \
#     -v ./mailsonde.toml:/etc/mailsonde/mailsonde.toml:ro mailsonde
#   docker run --read-only --cap-drop ALL -p 127.0.0.1:10451:10451 \
#     --tmpfs /tmp mailsonde demo --web.listen-address=:10451
#
# tests/image/run builds it without an engine and proves what is said here.

FROM debian:bookworm-slim AS builder
COPY deploy/install-packages /source/deploy/
RUN /source/deploy/install-packages build
WORKDIR /source
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY src src
RUN cmake --preset release -DBUILD_TESTING=OFF \
    && cmake --build --preset release --target mailsonde \
    && strip --strip-all -o /mailsonde build/release/mailsonde

FROM debian:bookworm-slim
# What the binary is linked with and Debian's smallest system has not; the rest comes as their dependencies.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      ca-certificates \
      libc-ares2 \
      libcpp-httplib0.11 \
      libfmt9 \
      libgsasl18 \
      libprometheus-cpp-core1.0 \
      libre2-9 \
      libspdlog1.10 \
      libssl3 \
      libtomlplusplus3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
    && install -d -o 65532 -g 65532 -m 0750 /var/lib/mailsonde \
    && install -d /etc/mailsonde
COPY LICENSE /usr/share/doc/mailsonde/copyright
COPY --from=builder /mailsonde /usr/bin/mailsonde

# That of CMakeLists.txt.
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="mailsonde" \
      org.opencontainers.image.description="SMTP deliverability prober for Prometheus" \
      org.opencontainers.image.source="https://github.com/mailsonde/mailsonde" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

# A number, so that Kubernetes sees that it is not root (runAsNonRoot). The state is the only thing that it writes.
USER 65532:65532
VOLUME ["/var/lib/mailsonde"]
EXPOSE 10451
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/usr/bin/mailsonde", "health"]
ENTRYPOINT ["/usr/bin/mailsonde"]
CMD ["serve", "--config.file=/etc/mailsonde/mailsonde.toml", "--web.listen-address=:10451"]
