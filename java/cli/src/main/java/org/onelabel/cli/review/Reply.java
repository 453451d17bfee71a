package org.onelabel.cli.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a request is answered with. */
record Reply(int status, String type, byte[] body) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int WRONG_METHOD = 405;
  static final int TOO_LARGE = 413;
  static final int OUR_FAULT = 500;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * The page takes everything from this server, and nobody frames it. NiiVue's font and textures
   * are data in its file.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self' data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  static Reply json(Object value) {
    return json(OK, value);
  }

  /** What is wrong, in a line. */
  static Reply refusal(int status, String line) {
    return json(status, Map.of("refusal", line));
  }

  /** The content of a volume's file. */
  static Reply volume(Path file) {
    try {
      return new Reply(OK, "application/octet-stream", Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reply json(int status, Object value) {
    try {
      return new Reply(status, "application/json", MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reply text(String type, byte[] content) {
    return new Reply(OK, type + "; charset=" + StandardCharsets.UTF_8, content);
  }

  void send(HttpExchange exchange) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
