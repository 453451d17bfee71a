package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.onelabel.cli.review.ReviewServer;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

/** What the server of {@code review} answers, and whom. */
@ResourceLock(Resources.SYSTEM_OUT)
class ReviewTest {
  @TempDir private static Path folder;
  private static ReviewedRun reviewed;
  private static ReviewServer server;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void serve() throws IOException {
    reviewed = ReviewedRun.train(folder);
    server = reviewed.serve();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> post(String path, byte[] body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return json(get(path));
  }

  private static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }

  private String state(String id) throws IOException, InterruptedException {
    for (JsonNode scan : json("scans")) {
      if (scan.get("id").asText().equals(id)) {
        return scan.get("state").asText();
      }
    }
    throw new AssertionError(id);
  }

  private static Path file(byte[] content) throws IOException {
    Path file = Files.createTempFile(folder, "answer", ".nii");
    return Files.write(file, content);
  }

  private static byte[] nifti(Geometry grid, byte[] labels) throws IOException {
    Path file = Files.createTempFile(folder, "labels", ".nii");
    VolumeFormats.NIFTI.write(file, new LabelMap(grid, labels));
    return Files.readAllBytes(file);
  }

  /** The status that a server at the page's port answers to a request as it stands. */
  private static int status(String path, String... headers) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), URI.create(server.address()).getPort())) {
      String request =
          "GET %s HTTP/1.1\r\n%s\r\n\r\n".formatted(path, String.join("\r\n", headers));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return Integer.parseInt(first.substring(9));
    }
  }

  @Test
  void whoDoesNotComeFromThePageIsRefused() throws IOException {
    URI address = URI.create(server.address());
    String host = "Host: " + address.getAuthority();
    String run = address.getPath() + "run";
    assertEquals(200, status(run, host));
    assertEquals(200, status(run, host, "Origin: http://" + address.getAuthority()));
    assertEquals(403, status("/run", host));
    assertEquals(403, status("/", host));
    assertEquals(403, status("/0123456789abcdef0123456789abcdef/run", host));
    assertEquals(403, status(run, "Host: rebound.example:" + address.getPort()));
    assertEquals(403, status(run, "Host: localhost:" + address.getPort()));
    assertEquals(403, status(run, host, "Origin: http://elsewhere.example"));
    assertEquals(403, status(run, host, "Origin: null"));
  }

  @Test
  void otherMachinesReachNoPort() throws IOException {
    int port = URI.create(server.address()).getPort();
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          try (Socket socket = new Socket()) {
            assertThrows(
                ConnectException.class,
                () -> socket.connect(new InetSocketAddress(address, port), 1000),
                address.toString());
          }
        }
      }
    }
  }

  @Test
  void thePageTakesNothingFromElsewhere() throws IOException, InterruptedException {
    HttpResponse<byte[]> page = get("");
    assertEquals(200, page.statusCode());
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals(List.of(), page.headers().allValues("Access-Control-Allow-Origin"));
    assertEquals(404, get("..%2f..%2fpage.html").statusCode());
    assertEquals(404, get("Main.class").statusCode());
  }

  @Test
  void aScanInAnyFormatAndItsLabelsAreNiftiOnOneGrid() throws IOException, InterruptedException {
    for (String id : List.of(ReviewedRun.NIFTI, ReviewedRun.NRRD)) {
      Volume scan = VolumeFormats.NIFTI.readVolume(file(get("scan/%s.nii".formatted(id)).body()));
      assertArrayEquals(ReviewedRun.voxels(), scan.voxels(), id);
      assertTrue(ReviewedRun.GRID.coincidesWith(scan.geometry()), id);
      LabelMap labels =
          VolumeFormats.NIFTI.readLabels(file(get("label/%s.nii".formatted(id)).body()));
      assertTrue(ReviewedRun.GRID.coincidesWith(labels.geometry()), id);
    }
    assertEquals("[\"box\",\"slab\"]", json("run").get("structures").toString());
  }

  @Test
  void labelsThatDoNotFitAreRefusedAndNothingIsKept() throws IOException, InterruptedException {
    String path = "label/%s.nii".formatted(ReviewedRun.NRRD);
    Geometry grid = ReviewedRun.GRID;
    byte[] labels = ReviewedRun.labels();

    byte[] shorter = new byte[labels.length - grid.sizeX() * grid.sizeY()];
    Geometry small = Geometry.of(grid.sizeX(), grid.sizeY(), grid.sizeZ() - 1, grid.affine());
    HttpResponse<byte[]> answer = post(path, nifti(small, shorter));
    assertEquals(400, answer.statusCode());
    String refusal = json(answer).get("refusal").asText();
    assertTrue(refusal.contains("24×20×17 voxels, its image 24×20×18"), refusal);

    labels[5] = ReviewedRun.UNKNOWN + 1;
    answer = post(path, nifti(grid, labels));
    assertEquals(400, answer.statusCode());
    refusal = json(answer).get("refusal").asText();
    assertEquals(
        "the labels of c: has class 4, but the structures are 1…2 (3 where nobody looked)",
        refusal);

    answer = post(path, "no volume".getBytes(StandardCharsets.UTF_8));
    assertEquals(400, answer.statusCode());
    assertEquals(
        "the labels of c: not a NIfTI file: only 9 bytes", json(answer).get("refusal").asText());
    assertEquals(413, post(path, new byte[labels.length + 100_000]).statusCode());
    assertEquals(400, post("label/a.nii", nifti(grid, ReviewedRun.labels())).statusCode());
    assertEquals(400, post("label/..%2fb.nii", nifti(grid, labels)).statusCode());
    assertEquals(405, post("scan/b.nii", labels).statusCode());
    assertFalse(Files.exists(reviewed.corrected(ReviewedRun.NRRD)));
    assertEquals("predicted", state(ReviewedRun.NRRD));
  }

  @Test
  void theRunGoesOnWithWhatIsSaved() throws IOException, InterruptedException {
    String id = ReviewedRun.NIFTI;
    byte[] labels = ReviewedRun.labels();
    labels[3] = ReviewedRun.UNKNOWN;
    assertEquals(
        200, post("label/%s.nii".formatted(id), nifti(ReviewedRun.GRID, labels)).statusCode());
    assertArrayEquals(labels, VolumeFormats.NIFTI.readLabels(reviewed.corrected(id)).labels());
    assertEquals("saved", state(id));
    assertArrayEquals(
        labels,
        VolumeFormats.NIFTI.readLabels(file(get("label/%s.nii".formatted(id)).body())).labels());

    assertTrue(json(post("continue", new byte[0])).get("working").asBoolean());
    assertEquals(400, post("continue", new byte[0]).statusCode());
    JsonNode progress = json("progress");
    while (progress.get("working").asBoolean()) {
      Thread.sleep(50);
      progress = json("progress");
    }
    assertEquals("", progress.get("failure").asText());
    assertEquals("learnt", state(id));
    LabelMap result =
        VolumeFormats.NIFTI.readLabels(
            reviewed.run().resolve("predictions/%s.nii.gz".formatted(id)));
    labels[3] = result.labels()[3]; // the run decides
    assertArrayEquals(labels, result.labels());
  }
}
