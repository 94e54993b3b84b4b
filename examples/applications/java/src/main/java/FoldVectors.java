import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The folding of this folder against the vectors of Rollcall. Run: java FoldVectors FILE. */
final class FoldVectors {
    private static final Pattern VECTOR = Pattern.compile("\"input\": \"(.*)\", \"folded\": \"(.*)\", \"why\"");

    private FoldVectors() {}

    public static void main(String[] args) throws Exception {
        int count = 0;
        for (String line : Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8)) {
            Matcher vector = VECTOR.matcher(line);
            if (!vector.find()) {
                continue;
            }
            count++;
            if (!Fold.of(text(vector.group(1))).equals(text(vector.group(2)))) {
                throw new AssertionError(line);
            }
        }
        System.out.println(count + " vectors are folded as they say");
    }

    /** A text of the file, which is plain ASCII: everything else is written as its code. */
    private static String text(String json) {
        return Pattern.compile("\\\\(u....|.)").matcher(json).replaceAll(found -> {
            String escape = found.group(1);
            String one = switch (escape.charAt(0)) {
                case 'u' -> Character.toString((char) Integer.parseInt(escape.substring(1), 16));
                case 't' -> "\t";
                case 'n' -> "\n";
                default -> escape;
            };
            return Matcher.quoteReplacement(one);
        });
    }
}
