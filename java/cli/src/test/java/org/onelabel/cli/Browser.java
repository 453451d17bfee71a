package org.onelabel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Chromium without a window, driven by the DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final long MOST_SECONDS = 120;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final Answers answers = new Answers();
  private int calls;

  /** Messages of the browser, each of which may come in several pieces. */
  private static final class Answers implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        messages.add(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  private Browser(Process process, int port) throws IOException, InterruptedException {
    this.process = process;
    HttpClient client = HttpClient.newHttpClient();
    String pages =
        client
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/json".formatted(port)))
                    .build(),
                BodyHandlers.ofString())
            .body();
    String address = "";
    for (JsonNode page : MAPPER.readTree(pages)) {
      if (page.get("type").asText().equals("page")) {
        address = page.get("webSocketDebuggerUrl").asText();
      }
    }
    socket = client.newWebSocketBuilder().buildAsync(URI.create(address), answers).join();
  }

  /** Where it is installed; empty where it is not. */
  static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it with a profile of its own in {@code folder}; WebGL is computed by the processor. */
  static Browser start(Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    program().orElseThrow().toString(),
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--use-gl=angle",
                    "--use-angle=swiftshader",
                    "--enable-unsafe-swiftshader",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--window-size=1280,800",
                    "--remote-debugging-port=0",
                    "--user-data-dir=" + folder,
                    "about:blank"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path port = folder.resolve("DevToolsActivePort");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
      if (System.nanoTime() > end || !process.isAlive()) {
        process.destroyForcibly();
        throw new IOException("the browser does not start");
      }
      Thread.sleep(50);
    }
    return new Browser(process, Integer.parseInt(Files.readAllLines(port).getFirst()));
  }

  private JsonNode call(String method, ObjectNode parameters)
      throws IOException, InterruptedException {
    int number = ++calls;
    ObjectNode message = MAPPER.createObjectNode().put("id", number).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).join();
    while (true) {
      String text = answers.messages.poll(MOST_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new IOException("the browser does not answer " + method);
      }
      JsonNode answer = MAPPER.readTree(text);
      if (answer.path("id").asInt() == number) {
        return answer.path("result");
      }
    }
  }

  private static ObjectNode parameters() {
    return MAPPER.createObjectNode();
  }

  /** Goes to an address. */
  void open(String address) throws IOException, InterruptedException {
    call("Page.navigate", parameters().put("url", address));
  }

  /** The value of an expression on the page. */
  JsonNode evaluate(String expression) throws IOException, InterruptedException {
    return call(
            "Runtime.evaluate",
            parameters()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true))
        .path("result")
        .path("value");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!evaluate("Boolean(%s)".formatted(expression)).asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "not in time: %s; the page says: %s"
                .formatted(expression, evaluate("document.body.innerText").asText()));
      }
      Thread.sleep(50);
    }
  }

  /** Clicks with the left button, in pixels of the window. */
  void click(int x, int y) throws IOException, InterruptedException {
    for (String type : List.of("mouseMoved", "mousePressed", "mouseMoved", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          parameters()
              .put("type", type)
              .put("x", x)
              .put("y", y)
              .put("button", "left")
              .put("buttons", type.equals("mouseReleased") ? 0 : 1)
              .put("clickCount", 1));
    }
  }

  /** Types a key of a letter or a digit. */
  void press(String key) throws IOException, InterruptedException {
    call(
        "Input.dispatchKeyEvent",
        parameters().put("type", "keyDown").put("key", key).put("text", key));
    call("Input.dispatchKeyEvent", parameters().put("type", "keyUp").put("key", key));
  }

  /** Presses a key that types nothing, such as {@code ArrowRight}, by its virtual key code. */
  void press(String key, int code) throws IOException, InterruptedException {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          parameters().put("type", type).put("key", key).put("windowsVirtualKeyCode", code));
    }
  }

  /** Emulates something that DevTools have a name for, with its parameters in JSON. */
  void emulate(String what, String parameters) throws IOException, InterruptedException {
    call("Emulation." + what, (ObjectNode) MAPPER.readTree(parameters));
  }

  /** A PNG of the page. */
  byte[] picture() throws IOException, InterruptedException {
    JsonNode answer = call("Page.captureScreenshot", parameters().put("format", "png"));
    return Base64.getDecoder().decode(answer.get("data").asText());
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
