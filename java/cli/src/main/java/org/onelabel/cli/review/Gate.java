package org.onelabel.cli.review;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets in whoever knows the address of the page, and no other page of the browser: the address
 * holds a random token; a name that somebody made to mean this machine is no host of ours; and what
 * changes something comes from our page.
 */
final class Gate {
  /** Nobody guesses 128 bits. */
  private static final int TOKEN_BYTES = 16;

  private final String host;
  private final String token;

  private Gate(String host, String token) {
    this.host = host;
    this.token = token;
  }

  /** A new one, of a server on a port of 127.0.0.1. */
  static Gate of(int port) {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new Gate("127.0.0.1:" + port, HexFormat.of().formatHex(bytes));
  }

  /** The address of the page. */
  String address() {
    return "http://%s/%s/".formatted(host, token);
  }

  /** The path of a request behind the token; empty where the request is refused. */
  Optional<String> admit(HttpExchange exchange) {
    var headers = exchange.getRequestHeaders();
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    int end = path.indexOf('/', 1);
    List<String> hosts = headers.getOrDefault("Host", List.of());
    List<String> origins = headers.getOrDefault("Origin", List.of());
    return end > 0
            && isToken(path.substring(1, end))
            && hosts.equals(List.of(host))
            && (origins.isEmpty() || origins.equals(List.of("http://" + host)))
        ? Optional.of(path.substring(end + 1))
        : Optional.empty();
  }

  /** Takes as long wherever the two differ. */
  private boolean isToken(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
