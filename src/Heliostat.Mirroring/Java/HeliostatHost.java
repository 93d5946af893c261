import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Runs classes of the user's beside a mirror: frames of questions on standard input, frames of answers on standard output, each its length
 * and so many bytes (README.md has them). What user code prints goes to standard error. When the input ends, so does this.
 */
public final class HeliostatHost {
    static final int LOAD = 1;
    static final int KEPT = 0;
    static final int DROPPED = 1;
    static final int RECORDS = 2;
    static final int FAILED = 3;
    static final int NOT_ASKED = 4;
    static final int KEY_SAME = 1;
    static final int VALUE_SAME = 2;
    static final int HEADERS_SAME = 4;
    static final int LARGEST_ANSWER = 48 << 20;

    /** A class of the user's, set up. */
    interface Step {
        /** Writes what becomes of one record. */
        void apply(Asked record, Answer answer) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        PrintStream told = new PrintStream(new Lines(System.err), true, "UTF-8");
        System.setIn(new ByteArrayInputStream(new byte[0]));
        System.setOut(told);
        System.setErr(told);
        ArrayBlockingQueue<byte[]> questions = new ArrayBlockingQueue<>(1);
        Thread reader = new Thread(() -> read(in, questions), "heliostat-questions");
        reader.setDaemon(true);
        reader.start();
        Map<Integer, Step> steps = new HashMap<>();
        while (true) {
            Answer answer = new Answer();
            try {
                ask(new Reader(questions.take()), steps, answer);
            } catch (Throwable failure) {
                answer.reset();
                answer.oneByte(1);
                answer.failure(failure);
            }
            out.writeInt(answer.size());
            answer.writeTo(out);
            out.flush();
        }
    }

    /** User code may hang, or hold the main thread: whoever asked is gone when the input ends, and nothing is to be left behind. */
    private static void read(DataInputStream in, ArrayBlockingQueue<byte[]> questions) {
        try {
            while (true) {
                byte[] question = new byte[in.readInt()];
                in.readFully(question);
                questions.put(question);
            }
        } catch (EOFException ended) {
            Runtime.getRuntime().halt(0);
        } catch (Throwable failure) {
            Runtime.getRuntime().halt(3);
        }
    }

    private static void ask(Reader question, Map<Integer, Step> steps, Answer answer) throws Exception {
        int kind = question.oneByte();
        int id = question.number();
        if (kind == LOAD) {
            steps.put(id, load(question));
            answer.oneByte(0);
            return;
        }
        Step step = steps.get(id);
        Asked record = new Asked(question.text(), question.text(), question.number());
        int count = question.number();
        answer.oneByte(0);
        answer.number(count);
        for (int i = 0; i < count; i++) {
            record.read(question);
            int mark = answer.size();
            if (mark > LARGEST_ANSWER) {
                answer.oneByte(NOT_ASKED);
                continue;
            }
            try {
                step.apply(record, answer);
                if (answer.size() - mark > LARGEST_ANSWER) {
                    throw new IllegalStateException("what it becomes takes more than " + LARGEST_ANSWER + " bytes");
                }
            } catch (VirtualMachineError fatal) {
                throw fatal;
            } catch (Throwable failure) {
                answer.truncate(mark);
                answer.oneByte(FAILED);
                answer.failure(failure);
            }
        }
    }

    private static Step load(Reader question) throws Exception {
        int what = question.oneByte();
        String name = question.text();
        String argument = question.text();
        boolean keyIsJson = question.oneByte() == 1;
        boolean valueIsJson = question.oneByte() == 1;
        Map<String, String> settings = new LinkedHashMap<>();
        for (int left = question.number(); left > 0; left--) {
            settings.put(question.text(), question.text());
        }
        String of = what == 'H' ? "HeliostatHandlers" : "HeliostatTransforms";
        return ((Loader) Class.forName(of).getDeclaredConstructor().newInstance())
            .load(what, name, argument, settings, keyIsJson, valueIsJson);
    }

    /** Sets up a class; in a part of its own for each kind, as each needs other jars. */
    interface Loader {
        Step load(int what, String name, String argument, Map<String, String> settings, boolean keyIsJson, boolean valueIsJson)
            throws Exception;
    }

    /** One record of a question. */
    static final class Asked {
        final String topic;
        final String source;
        final int partition;
        long offset;
        long timestamp;
        byte[] key;
        byte[] value;
        String[] names;
        byte[][] values;
        private Reader from;
        private int keyAt;
        private int valueAt;

        Asked(String topic, String source, int partition) {
            this.topic = topic;
            this.source = source;
            this.partition = partition;
        }

        void read(Reader question) {
            from = question;
            offset = question.bytes.getLong();
            timestamp = question.bytes.getLong();
            keyAt = question.bytes.position() + 4;
            key = question.some();
            valueAt = question.bytes.position() + 4;
            value = question.some();
            int count = question.number();
            names = new String[count];
            values = new byte[count][];
            for (int i = 0; i < count; i++) {
                names[i] = question.text();
                values[i] = question.some();
            }
        }

        /** User code may have changed the array that it was given. */
        boolean isKey(byte[] made) {
            return same(key, made, keyAt);
        }

        boolean isValue(byte[] made) {
            return same(value, made, valueAt);
        }

        private boolean same(byte[] had, byte[] made, int at) {
            return had == null || made == null ? had == made
                : had.length == made.length && ByteBuffer.wrap(from.bytes.array(), at, made.length).equals(ByteBuffer.wrap(made));
        }
    }

    /** The numbers, texts and bytes of a question. */
    static final class Reader {
        final ByteBuffer bytes;

        Reader(byte[] question) {
            bytes = ByteBuffer.wrap(question);
        }

        int oneByte() {
            return bytes.get();
        }

        int number() {
            return bytes.getInt();
        }

        byte[] some() {
            int length = bytes.getInt();
            if (length < 0) {
                return null;
            }
            if (length > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] some = new byte[length];
            bytes.get(some);
            return some;
        }

        String text() {
            byte[] some = some();
            return some == null ? null : new String(some, StandardCharsets.UTF_8);
        }
    }

    /** An answer as it is written; it may be cut back. */
    static final class Answer {
        private byte[] bytes = new byte[1 << 16];
        private int length;

        int size() {
            return length;
        }

        void reset() {
            length = 0;
        }

        void truncate(int to) {
            length = to;
        }

        void writeTo(OutputStream out) throws IOException {
            out.write(bytes, 0, length);
        }

        void oneByte(int value) {
            room(1);
            bytes[length++] = (byte) value;
        }

        void number(int value) {
            room(4);
            ByteBuffer.wrap(bytes).putInt(length, value);
            length += 4;
        }

        void wide(long value) {
            room(8);
            ByteBuffer.wrap(bytes).putLong(length, value);
            length += 8;
        }

        void some(byte[] value) {
            number(value == null ? -1 : value.length);
            if (value != null) {
                room(value.length);
                System.arraycopy(value, 0, bytes, length, value.length);
                length += value.length;
            }
        }

        void text(String value) {
            some(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        }

        void failure(Throwable thrown) {
            Throwable failure = thrown instanceof InvocationTargetException && thrown.getCause() != null ? thrown.getCause() : thrown;
            String message = String.valueOf(failure.getMessage());
            text(failure.getClass().getName());
            text(message.length() > 1000 ? message.substring(0, 1000) : message);
        }

        private void room(int more) {
            long needed = (long) length + more;
            if (needed > 3L * LARGEST_ANSWER) {
                throw new IllegalStateException("what it becomes takes more than " + LARGEST_ANSWER + " bytes");
            }
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(3L * LARGEST_ANSWER, Math.max(needed, bytes.length * 2L)));
            }
        }
    }

    /** Whole lines of bounded length: nobody can make the reader of them hold more. */
    private static final class Lines extends OutputStream {
        private static final int LONGEST = 1000;
        private final OutputStream to;
        private final byte[] line = new byte[LONGEST + 1];
        private int length;

        Lines(OutputStream to) {
            this.to = to;
        }

        @Override
        public synchronized void write(int one) throws IOException {
            if (one == '\n') {
                line[length] = '\n';
                to.write(line, 0, length + 1);
                to.flush();
                length = 0;
            } else if (length < LONGEST) {
                line[length++] = (byte) one;
            }
        }
    }
}
