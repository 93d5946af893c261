import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

/**
 * The Java client's view of batches. A case is a text file: its bytes in base64 on the first line, then one line for each batch and each record.
 *   write DIR    cases that Java wrote and read again
 *   read DIR     appends the lines to the files in DIR that hold only bytes
 */
public class RecordsInterop {
    static final byte[] LARGE = large();

    public static void main(String[] args) throws Exception {
        Path dir = Paths.get(args[1]);
        if (args[0].equals("write")) {
            writeAll(dir);
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
            for (Path file : files) {
                String encoded = Files.readAllLines(file).get(0);
                write(file, ByteBuffer.wrap(Base64.getDecoder().decode(encoded)));
            }
        }
    }

    static void writeAll(Path dir) throws Exception {
        for (CompressionType type : CompressionType.values()) {
            for (byte magic = 0; magic <= 2; magic++) {
                if (magic < 2 && type == CompressionType.ZSTD) continue;
                for (TimestampType time : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME}) {
                    if (magic == 0 && time == TimestampType.LOG_APPEND_TIME) continue;
                    String name = "v" + magic + "-" + type.name + (time == TimestampType.LOG_APPEND_TIME ? "-append" : "");
                    write(dir.resolve(name + ".txt"), small(magic, type, time));
                    if (time == TimestampType.CREATE_TIME) write(dir.resolve("large-" + name + ".txt"), large(magic, type));
                }
            }
        }

        ByteBuffer buffer = ByteBuffer.allocate(1024);
        MemoryRecords.writeEndTransactionalMarker(buffer, 41, 1700000000000L, 3, 9000, (short) 2, new EndTransactionMarker(ControlRecordType.COMMIT, 17));
        MemoryRecords.writeEndTransactionalMarker(buffer, 42, 1700000000001L, 3, 9000, (short) 2, new EndTransactionMarker(ControlRecordType.ABORT, 18));
        buffer.flip();
        write(dir.resolve("markers.txt"), buffer);

        MemoryRecordsBuilder holes = new MemoryRecordsBuilder(
            ByteBuffer.allocate(4096), (byte) 2, Compression.of(CompressionType.GZIP).build(), TimestampType.CREATE_TIME, 100, -1, -1, (short) -1, -1,
            false, false, 5, 4096);
        holes.appendWithOffset(103, new SimpleRecord(10, bytes("a"), bytes("b")));
        holes.appendWithOffset(110, new SimpleRecord(9, bytes("c"), null));
        holes.overrideLastOffset(120);
        write(dir.resolve("holes.txt"), holes.build().buffer());

        MemoryRecordsBuilder horizon = new MemoryRecordsBuilder(
            new org.apache.kafka.common.utils.ByteBufferOutputStream(4096), (byte) 2, Compression.NONE, TimestampType.CREATE_TIME, 100, -1, -1, (short) -1, -1,
            false, false, 5, 4096, 1234567L);
        horizon.appendWithOffset(100, new SimpleRecord(1700000000000L, bytes("a"), null));
        horizon.appendWithOffset(101, new SimpleRecord(1600000000000L, bytes("b"), null));
        write(dir.resolve("horizon.txt"), horizon.build().buffer());
    }

    static ByteBuffer small(byte magic, CompressionType type, TimestampType time) {
        boolean transactional = magic == 2;
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(
            ByteBuffer.allocate(4096), magic, Compression.of(type).build(), time, 1000, 1700000009999L, transactional ? 9000 : -1,
            (short) (transactional ? 7 : -1), transactional ? 55 : -1, transactional, false, 12, 4096);
        long t = 1700000000000L;
        builder.append(t, bytes("key"), bytes("value"));
        builder.append(t - 5, null, bytes("no key"));
        builder.append(t + 7, bytes("tombstone"), null);
        builder.append(t + 6, new byte[0], new byte[0]);
        if (magic == 2) {
            builder.append(t + 1, bytes("h"), bytes("v"), new Header[] {
                new RecordHeader("a", bytes("1")), new RecordHeader("a", null), new RecordHeader("", new byte[0]), new RecordHeader("größe", bytes("2")),
                new RecordHeader("a", bytes("1"))});
        } else {
            builder.append(t + 1, bytes("h"), bytes("v"));
        }
        builder.append(t + 2, null, (byte[]) null);
        return builder.build().buffer();
    }

    static ByteBuffer large(byte magic, CompressionType type) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
            ByteBuffer.allocate(1 << 20), magic, Compression.of(type).build(), TimestampType.CREATE_TIME, 1L << 40);
        for (int i = 0; i < 40; i++) builder.append(1700000000000L + i, bytes("key " + i), Arrays.copyOfRange(LARGE, i * 1000, i * 1000 + 20000));
        return builder.build().buffer();
    }

    static void write(Path file, ByteBuffer buffer) throws Exception {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        StringBuilder text = new StringBuilder(Base64.getEncoder().encodeToString(bytes)).append('\n');
        for (RecordBatch batch : MemoryRecords.readableRecords(buffer).batches()) {
            text.append("batch ").append(batch.magic()).append(" last ").append(batch.lastOffset()).append(" codec ").append(batch.compressionType().id)
                .append(" valid ").append(batch.isValid() ? 1 : 0);
            if (batch.magic() == 2) {
                long max = batch.maxTimestamp();
                text.append(" base ").append(batch.baseOffset()).append(" count ").append(batch.countOrNull()).append(" max ").append(max)
                    .append(" append ").append(batch.timestampType() == TimestampType.LOG_APPEND_TIME ? 1 : 0)
                    .append(" producer ").append(batch.producerId()).append(' ').append(batch.producerEpoch()).append(' ').append(batch.baseSequence())
                    .append(" leader ").append(batch.partitionLeaderEpoch()).append(" txn ").append(batch.isTransactional() ? 1 : 0)
                    .append(" control ").append(batch.isControlBatch() ? 1 : 0).append(" horizon ").append(batch.deleteHorizonMs().orElse(-1));
            }
            text.append('\n');
            for (org.apache.kafka.common.record.internal.Record record : batch) {
                text.append(record.offset()).append(' ').append(record.timestamp()).append(' ').append(hex(record.hasKey() ? record.key() : null)).append(' ')
                    .append(hex(record.hasValue() ? record.value() : null));
                for (Header header : record.headers())
                    text.append(' ').append(hex(ByteBuffer.wrap(bytes(header.key())))).append('=')
                        .append(hex(header.value() == null ? null : ByteBuffer.wrap(header.value())));
                text.append('\n');
            }
        }
        Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    static byte[] large() {
        Random random = new Random(42);
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) bytes[i] = i % 30_000 < 10_000 ? (byte) random.nextInt() : (byte) ("abcabcabd".charAt(i % 9) + (random.nextInt(20) == 0 ? 1 : 0));
        return bytes;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String hex(ByteBuffer buffer) {
        if (buffer == null) return "null";
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return "x" + HexFormat.of().formatHex(bytes);
    }
}
