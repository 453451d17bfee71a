package org.onelabel.networks.torchscript;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive that holds one module: a zip of the text of its methods, its parameters,
 * and a pickle of its state. PyTorch's own loader compiles the text.
 *
 * @param name of the module's class, {@code __torch__.name}
 * @param methods their text, in which {@code self} is of this class
 * @param parameters of the module
 * @param training what the module's attribute of this name says
 * @param extra further files, by the names that {@code torch.jit.load} gives them
 */
public record ScriptArchive(
    String name,
    String methods,
    List<ScriptParameter> parameters,
    boolean training,
    Map<String, String> extra) {

  public ScriptArchive {
    parameters = List.copyOf(parameters);
    extra = Map.copyOf(extra);
  }

  /** A module of methods alone. */
  public static ScriptArchive ofMethods(String name, String methods) {
    return new ScriptArchive(name, methods, List.of(), true, Map.of());
  }

  /** Writes the archive; the stream stays open. */
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    store(zip, "data.pkl", ByteBuffer.wrap(ModulePickle.of(this)));
    store(zip, "code/__torch__.py", utf8(code()));
    for (int i = 0; i < parameters.size(); i++) {
      store(zip, "data/" + i, parameters.get(i).data());
    }
    store(zip, "constants.pkl", ByteBuffer.wrap(ModulePickle.EMPTY_TUPLE));
    for (Map.Entry<String, String> file : extra.entrySet()) {
      store(zip, "extra/" + file.getKey(), utf8(file.getValue()));
    }
    store(zip, "version", utf8("10\n"));
    zip.finish();
  }

  private String code() {
    String names =
        parameters.stream().map(p -> '"' + p.name() + "\", ").collect(Collectors.joining());
    String declared =
        parameters.stream().map(p -> "  " + p.name() + " : Tensor\n").collect(Collectors.joining());
    return "class %s(Module):\n  __parameters__ = [%s]\n  __buffers__ = []\n  training : bool\n%s%s"
        .formatted(name, names, declared, methods.indent(2));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private void store(ZipOutputStream zip, String file, ByteBuffer content) throws IOException {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    ZipEntry entry = new ZipEntry(name + "/" + file);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(sum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
