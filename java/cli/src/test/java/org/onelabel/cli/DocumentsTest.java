package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.configuration.Configuration;
import picocli.CommandLine.ParameterException;

/** What the documents name is there: pages, headings, commands, options and settings. */
class DocumentsTest {
  private static final Path REPOSITORY = Path.of(System.getProperty("onelabel.repository"));
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|src=\"([^\"]+)\"");
  private static final Pattern MENTION = Pattern.compile("docs/[\\w/.-]+\\.md");
  private static final Pattern ARTIFACT =
      Pattern.compile(
          "<artifactId>((?:onelabel|maven)-[\\w-]+)</artifactId>\\s*<version>([^<]+)</version>");
  private static final Pattern SETTING = Pattern.compile("--set ([a-z][\\w.]*)=");

  @Test
  void everyLinkOfTheDocumentsLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(withoutCode(Files.readString(page)));
      while (link.find()) {
        String target = link.group(1) == null ? link.group(2) : link.group(1);
        if (!target.matches("[a-z]+:.*") && !leads(page, target)) {
          broken.add(REPOSITORY.relativize(page) + ": " + target);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyPageThatSourcesNameIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (String folder : List.of("java", "native", "cuda", "benchmarks", "tools")) {
      for (Path source : below(REPOSITORY.resolve(folder), "java", "cpp", "cu", "h", "py", "txt")) {
        Matcher mention = MENTION.matcher(Files.readString(source));
        while (mention.find()) {
          if (!Files.exists(REPOSITORY.resolve(mention.group()))) {
            broken.add(REPOSITORY.relativize(source) + ": " + mention.group());
          }
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyCommandOfTheDocumentsIsUnderstood() throws IOException {
    List<String> refused = new ArrayList<>();
    int commands = 0;
    for (Path page : pages()) {
      String joined = Files.readString(page).replaceAll("\\\\\n\\s*", "");
      for (String command : joined.lines().map(String::strip).toList()) {
        if (command.startsWith("./onelabel ")) {
          commands++;
          try {
            Main.commandLine().parseArgs(words(command.substring("./onelabel ".length())));
          } catch (ParameterException e) {
            refused.add(REPOSITORY.relativize(page) + ": " + command + ": " + e.getMessage());
          }
        }
      }
    }
    assertEquals(List.of(), refused);
    assertFalse(commands < 20, "only %d commands were found".formatted(commands));
  }

  @Test
  void everySettingOfTheDocumentsIsThere() throws IOException {
    JsonNode settings = new ObjectMapper().readTree(Configuration.of("quick", Map.of()).toJson());
    List<String> unknown = new ArrayList<>();
    for (Path page : pages()) {
      Matcher setting = SETTING.matcher(Files.readString(page));
      while (setting.find()) {
        if (settings.at("/" + setting.group(1).replace('.', '/')).isMissingNode()) {
          unknown.add(REPOSITORY.relativize(page) + ": " + setting.group(1));
        }
      }
    }
    assertEquals(List.of(), unknown);
  }

  /** A reader copies them. */
  @Test
  void everyVersionOfAnArtifactInTheDocumentsIsTheProjects() throws IOException {
    String project = Files.readString(REPOSITORY.resolve("pom.xml"));
    String compact = project.replaceAll("\\s+", "");
    String own = project.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    List<String> others = new ArrayList<>();
    int artifacts = 0;
    for (Path page : pages()) {
      Matcher artifact = ARTIFACT.matcher(Files.readString(page));
      while (artifact.find()) {
        artifacts++;
        boolean ours = artifact.group(1).startsWith("onelabel");
        if (ours
            ? !artifact.group(2).equals(own)
            : !compact.contains(artifact.group().replaceAll("\\s+", ""))) {
          others.add(REPOSITORY.relativize(page) + ": " + artifact.group());
        }
      }
    }
    assertEquals(
        List.of(), others.stream().map(version -> version.replaceAll("\\s+", "")).toList());
    assertFalse(artifacts < 5, "only %d artifacts were found".formatted(artifacts));
  }

  /** The arguments of a command: without a comment, a redirection, or what is optional. */
  private static String[] words(String command) {
    String plain = command.replaceAll("\\s+[#>|].*", "").replaceAll("\\[[^]]*\\]", "");
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(plain);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words.toArray(String[]::new);
  }

  private static boolean leads(Path page, String target) throws IOException {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    return Files.exists(file) && (hash < 0 || headings(file).contains(target.substring(hash + 1)));
  }

  /** The names by which the headings of a page are linked. */
  private static List<String> headings(Path page) throws IOException {
    return withoutCode(Files.readString(page))
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+\\s+", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private static String withoutCode(String page) {
    return page.replaceAll("(?s)```.*?```", "");
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(below(REPOSITORY.resolve("docs"), "md"));
    for (String name : List.of("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")) {
      pages.add(REPOSITORY.resolve(name + ".md"));
    }
    pages.add(REPOSITORY.resolve("benchmarks/README.md"));
    return pages;
  }

  private static List<Path> below(Path folder, String... endings) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> Stream.of(endings).anyMatch(e -> file.toString().endsWith("." + e)))
          .sorted()
          .toList();
    }
  }
}
