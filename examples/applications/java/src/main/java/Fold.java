import java.text.Normalizer;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * How Rollcall compares usernames: two spellings are one username exactly when `of` makes the same text of both.
 * docs/folding-vectors.json holds this class to what Rollcall does. Refuses what it cannot fold.
 */
final class Fold {
    /** What does not count: Unicode's Default_Ignorable_Code_Point, what RFC 4518 maps to nothing, control characters. */
    private static final String IGNORED = "[\\u00ad\\u034f\\u061c\\u06dd\\u070f\\u115f\\u1160\\u17b4\\u17b5\\u1806\\u180b-\\u180f"
            + "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc"
            + "\\x{1bca0}-\\x{1bca3}\\x{1d173}-\\x{1d17a}\\x{e0000}-\\x{e0fff}\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f]";
    private static final String SPACES =
            "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";

    private Fold() {}

    /** The form in which a username is compared; empty where nothing of it counts. */
    static String of(String username) {
        String text = nfkc(username.replaceAll(IGNORED, ""));
        UnaryOperator<String> lower = letter -> letter.toLowerCase(Locale.ROOT);
        // Letter by letter: the lower case of a whole text would treat a sigma at its end in another way.
        text = each(each(each(text, lower), letter -> letter.toUpperCase(Locale.ROOT)), lower);
        text = nfkc(text).replaceAll(SPACES, " ").strip();
        if (text.contains("=")) {
            throw new IllegalArgumentException("a distinguished name; ask GET /accounts/by-username");
        }
        return text;
    }

    private static String nfkc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    private static String each(String text, UnaryOperator<String> change) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> out.append(change.apply(Character.toString(point))));
        return out.toString();
    }
}
