import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.util.Properties;
import java.util.TreeMap;

/** Each line of the input: a file in hexadecimal bytes. Each line of the output: E, or its pairs in hexadecimal UTF-16 as key=value, sorted. */
public class PropertiesOracle {
    public static void main(String[] args) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in));
        var output = new StringBuilder();
        String line;
        while ((line = input.readLine()) != null) {
            var bytes = new byte[line.length() / 2];
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) Integer.parseInt(line.substring(2 * i, 2 * i + 2), 16);
            }
            try {
                var properties = new Properties();
                properties.load(new ByteArrayInputStream(bytes));
                output.append('>');
                for (var e : new TreeMap<>(properties).entrySet()) {
                    output.append(hexadecimal((String) e.getKey())).append('=').append(hexadecimal((String) e.getValue())).append(' ');
                }
            } catch (IllegalArgumentException e) {
                output.append('E');
            }
            output.append('\n');
        }
        System.out.print(output);
    }

    private static String hexadecimal(String text) {
        var result = new StringBuilder();
        for (var c : text.toCharArray()) {
            result.append(String.format("%04X", (int) c));
        }
        return result.toString();
    }
}
