package org.onelabel.cli.review;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.onelabel.kernels.KernelException;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Review;
import org.onelabel.volumes.InputException;

/** Serves the page to browsers of this machine, on the loopback interface alone. */
public final class ReviewServer implements AutoCloseable {
  /** A volume, the list and the state at once. */
  private static final int THREADS = 3;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Gate gate;
  private final ReviewRequests requests;

  private ReviewServer(Review review, Consumer<Progress> continuation) throws IOException {
    requests = new ReviewRequests(review, new Continuing(continuation), threads);
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    gate = Gate.of(server.getAddress().getPort());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Refuses where the command line was built without what shows volumes.
   *
   * @throws InputException that says how to get it
   */
  public static void requireViewer() {
    PageFiles.requireViewer();
  }

  /**
   * Begins to serve a run on a free port.
   *
   * @param continuation goes on with the run, where the page asks for it
   */
  public static ReviewServer of(Review review, Consumer<Progress> continuation) {
    try {
      return new ReviewServer(review, continuation);
    } catch (IOException e) {
      throw new InputException("no port to serve the page on: " + InputException.firstLine(e));
    }
  }

  /** The address of the page; who has it may do all that the page does. */
  public String address() {
    return gate.address();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<String> path = gate.admit(exchange);
      Reply reply =
          path.isEmpty()
              ? Reply.refusal(
                  Reply.FORBIDDEN, "not the address that onelabel review printed, with its token")
              : answer(path.get(), exchange);
      reply.send(exchange);
    }
  }

  private Reply answer(String path, HttpExchange exchange) {
    try {
      return requests.answer(path, exchange);
    } catch (InputException | KernelException e) {
      return Reply.refusal(Reply.BAD_REQUEST, e.getMessage());
    } catch (RuntimeException | IOException | OutOfMemoryError e) {
      e.printStackTrace();
      return Reply.refusal(Reply.OUR_FAULT, "an error of ours, please report it: " + e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    requests.close();
  }
}
