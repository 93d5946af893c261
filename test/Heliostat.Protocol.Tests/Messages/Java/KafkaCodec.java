import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

/**
 * The Java client's own message classes as a command, run with a release's libs/* as class path.
 * "random SEED COUNT" takes lines "NAME VERSION" and answers each with COUNT lines "NAME VERSION HEX", or nothing where the release does not
 * have that version. "again" takes lines "NAME VERSION HEX" and answers with what Java writes after reading them. "errors" prints the errors.
 * Lines come from the file named last.
 */
public class KafkaCodec {
    private static final HexFormat HEX = HexFormat.of();
    private static Random random;

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        if (args[0].equals("errors")) {
            errors(out);
        } else {
            for (String line : Files.readAllLines(Path.of(args[args.length - 1]))) {
                String[] words = line.split(" ");
                String name = words[0];
                short version = Short.parseShort(words[1]);
                if (args[0].equals("again")) {
                    out.println(name + " " + version + " " + again(name, version, HEX.parseHex(words.length > 2 ? words[2] : "")));
                } else if (serves(name, version)) {
                    random = new Random(Long.parseLong(args[1]) + line.hashCode());
                    for (int i = Integer.parseInt(args[2]); i > 0; i--) {
                        out.println(name + " " + version + " " + again(name, version, random(name, version)));
                    }
                }
            }
        }
        out.flush();
    }

    private static void errors(PrintStream out) {
        for (Errors error : Errors.values()) {
            StringBuilder classes = new StringBuilder();
            for (Class<?> type = error.exception() == null ? null : error.exception().getClass(); type != null; type = type.getSuperclass()) {
                classes.append(' ').append(type.getSimpleName());
            }
            out.println(error.code() + " " + error.name() + classes);
        }
    }

    private static boolean serves(String name, short version) throws Exception {
        try {
            Class<?> data = data(name);
            return version >= data.getField("LOWEST_SUPPORTED_VERSION").getShort(null)
                && version <= data.getField("HIGHEST_SUPPORTED_VERSION").getShort(null);
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    private static Class<?> data(String name) throws ClassNotFoundException {
        return Class.forName("org.apache.kafka.common.message." + name + (name.startsWith("ConsumerProtocol") ? "" : "Data"));
    }

    private static String again(String name, short version, byte[] bytes) throws Exception {
        Message message = (Message) data(name).getConstructor().newInstance();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        message.read(new ByteBufferAccessor(input), version);
        if (input.hasRemaining()) {
            throw new IllegalStateException(name + " " + version + ": " + input.remaining() + " bytes left");
        }
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer output = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(output), cache, version);
        return HEX.formatHex(output.array());
    }

    /** Random contents by the message's schema: bytes that the message class has not touched. */
    private static byte[] random(String name, short version) throws Exception {
        Schema[] schemas = (Schema[]) data(name).getField("SCHEMAS").get(null);
        Struct struct = (Struct) value(schemas[version], "");
        ByteBuffer buffer = ByteBuffer.allocate(schemas[version].sizeOf(struct));
        schemas[version].write(buffer, struct);
        return buffer.array();
    }

    private static Object value(Type type, String field) throws Exception {
        // Nulls that we read as empty and so never write: aborted transactions and records.
        boolean none = type.isNullable() && random.nextInt(4) == 0 && !field.equals("aborted_transactions");
        if (type instanceof Schema) {
            Struct struct = new Struct((Schema) type);
            for (BoundField bound : ((Schema) type).fields()) {
                struct.set(bound, value(bound.def.type, bound.def.name));
            }
            return struct;
        }
        if (type instanceof TaggedFields) {
            Field fields = TaggedFields.class.getDeclaredField("fields");
            fields.setAccessible(true);
            NavigableMap<Integer, Object> tags = new TreeMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) fields.get(type)).entrySet()) {
                if (random.nextBoolean()) {
                    org.apache.kafka.common.protocol.types.Field def = (org.apache.kafka.common.protocol.types.Field) entry.getValue();
                    tags.put((Integer) entry.getKey(), value(def.type, def.name));
                }
            }
            return tags;
        }
        if (type.isArray()) {
            Object[] items = new Object[random.nextInt(3)];
            for (int i = 0; i < items.length; i++) {
                items[i] = value(type.arrayElementType().get(), "");
            }
            return none ? null : items;
        }
        if (type.toString().endsWith("RECORDS")) {
            byte[] bytes = some(random.nextInt(100));
            ByteBuffer sized = ByteBuffer.allocate(bytes.length + 4);
            (type.toString().startsWith("COMPACT") ? sized.put((byte) (bytes.length + 1)) : sized.putInt(bytes.length)).put(bytes).flip();
            return type.read(sized);
        }
        switch (type.toString()) {
            case "BOOLEAN": return random.nextBoolean();
            case "INT8": return (byte) random.nextInt();
            case "INT16": return (short) random.nextInt();
            case "UINT16": return random.nextInt(65536);
            case "INT32": return random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1;
            case "INT64": return random.nextBoolean() ? random.nextLong() : random.nextInt(3) - 1L;
            case "FLOAT64": return random.nextDouble();
            case "UUID": return new Uuid(random.nextLong(), random.nextLong());
            case "STRING": case "COMPACT_STRING": return text();
            case "NULLABLE_STRING": case "COMPACT_NULLABLE_STRING": return none ? null : text();
            case "BYTES": case "COMPACT_BYTES": return ByteBuffer.wrap(some(random.nextInt(30)));
            case "NULLABLE_BYTES": case "COMPACT_NULLABLE_BYTES": return none ? null : ByteBuffer.wrap(some(random.nextInt(30)));
            default: throw new IllegalStateException("what is " + type + " (" + type.getClass() + ")?");
        }
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(random.nextInt(20) == 0 ? 300 : 12); length > 0; length--) {
            text.appendCodePoint(random.nextInt(10) > 0 ? 'a' + random.nextInt(26) : 0xc0 + random.nextInt(0x1000));
        }
        return text.toString();
    }

    private static byte[] some(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
