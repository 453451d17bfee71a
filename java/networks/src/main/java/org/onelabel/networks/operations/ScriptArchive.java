package org.onelabel.networks.operations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The bytes of a TorchScript archive that holds one module without parameters: the text of its
 * methods, and a pickle that names its class. PyTorch's own loader compiles the text.
 */
final class ScriptArchive {
  private static final int PROTOCOL = 0x80;
  private static final int NEW_OBJECT = 0x81;
  private static final int TRUE = 0x88;

  private ScriptArchive() {}

  /** An archive whose module {@code __torch__.name} has the given methods, indented by two. */
  static byte[] of(String name, String methods) {
    String code =
        "class %s(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n%s"
            .formatted(name, methods.indent(2));
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      store(zip, name + "/data.pkl", pickledModule(name));
      store(zip, name + "/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, name + "/constants.pkl", new byte[] {(byte) PROTOCOL, 2, ')', '.'});
      store(zip, name + "/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive.toByteArray();
  }

  /** {@code __torch__.name} made without arguments, its state {@code {"training": True}}. */
  private static byte[] pickledModule(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(PROTOCOL);
    out.write(2);
    out.writeBytes(("c__torch__\n" + name + "\n)").getBytes(StandardCharsets.UTF_8));
    out.write(NEW_OBJECT);
    out.writeBytes("}(X".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {8, 0, 0, 0});
    out.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
    out.write(TRUE);
    out.writeBytes("ub.".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(sum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
