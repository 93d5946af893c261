import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Each line of the input: a pattern and names, in hexadecimal UTF-16, separated by blanks. Each line of the output: E, or 1 and 0 for each name. */
public class PatternOracle {
    public static void main(String[] args) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in));
        var output = new StringBuilder();
        String line;
        while ((line = input.readLine()) != null) {
            var parts = line.split(" ", -1);
            try {
                var pattern = Pattern.compile(text(parts[0]));
                for (var i = 1; i < parts.length; i++) {
                    output.append(pattern.matcher(text(parts[i])).matches() ? '1' : '0');
                }
            } catch (RuntimeException e) {
                output.append('E').append(e instanceof PatternSyntaxException p ? p.getDescription() : e);
            }
            output.append('\n');
        }
        System.out.print(output);
    }

    private static String text(String hexadecimal) {
        var text = new StringBuilder();
        for (var i = 0; i < hexadecimal.length(); i += 4) {
            text.append((char) Integer.parseInt(hexadecimal.substring(i, i + 4), 16));
        }
        return text.toString();
    }
}
