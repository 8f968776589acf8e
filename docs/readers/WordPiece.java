import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * BERT's tokenizer in Java 17, without dependencies: {@code vocab.txt} and the options of {@code tokenizer_config.json}
 * in, ids and offsets out.
 *
 * <pre>
 * WordPiece tokenizer = WordPiece.of(Path.of("exports/reviews"));
 * WordPiece.Encoding encoding = tokenizer.encode("A text.");
 * </pre>
 *
 * Offsets count Unicode code points, as in Python, not the {@code char}s of a Java string; {@link String#offsetByCodePoints}
 * turns one into the other. {@code java WordPiece.java FOLDER} holds it against the golden.json of an export of
 * albert-widgets.
 */
public final class WordPiece {
    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> ids = new HashMap<>();
    private final boolean lowercase;
    private final boolean stripAccents;
    private final boolean spaceHan;
    private final int maxLength;
    private final List<String> special = new ArrayList<>();

    /** What a text becomes; all lists are of the same length. Offsets are pairs of start and end. */
    public record Encoding(List<Integer> ids, List<Integer> typeIds, List<String> tokens, List<int[]> offsets) {}

    /** A token, or a letter of a word, and the code points of the text that it stands for. */
    private record Piece(String text, int start, int end) {}

    /** Makes a tokenizer of the lines of vocab.txt and of tokenizer_config.json, parsed. */
    public WordPiece(List<String> vocabulary, Map<String, Object> config) {
        for (String word : vocabulary) {
            ids.put(word, ids.size());
        }
        lowercase = !Boolean.FALSE.equals(config.get("do_lower_case"));
        Object strip = config.get("strip_accents");
        stripAccents = strip == null ? lowercase : (Boolean) strip;
        spaceHan = !Boolean.FALSE.equals(config.get("tokenize_chinese_chars"));
        Object longest = config.get("model_max_length");
        maxLength = longest == null ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, (Double) longest);
        for (String name : List.of("unk", "cls", "sep", "pad", "mask")) {
            Object said = config.get(name + "_token");
            Object token = said instanceof Map<?, ?> told ? told.get("content") : said;
            special.add(token == null ? "[" + name.toUpperCase(Locale.ROOT) + "]" : (String) token);
        }
    }

    /** Reads the tokenizer of an export's folder. */
    @SuppressWarnings("unchecked")
    public static WordPiece of(Path folder) throws IOException {
        Object config = new Json(Files.readString(folder.resolve("tokenizer_config.json"))).read();
        String words = Files.readString(folder.resolve("vocab.txt"), StandardCharsets.UTF_8);
        // Not Files.readAllLines: only "\n" ends a line here, and some tokens look like ends of lines.
        return new WordPiece(Arrays.asList(words.split("\r?\n")), (Map<String, Object>) config);
    }

    /** Cuts a text at the model's limit, with [CLS] and [SEP] around its tokens. */
    public Encoding encode(String text) {
        return encode(text, maxLength);
    }

    /** Cuts a text at so many tokens, with [CLS] and [SEP] around them. */
    public Encoding encode(String text, int limit) {
        List<Piece> all = new ArrayList<>(pieces(text));
        if (all.size() > limit - 2) {
            all.subList(Math.max(0, limit - 2), all.size()).clear();
        }
        all.add(0, new Piece(special.get(1), 0, 0));
        all.add(new Piece(special.get(2), 0, 0));
        Encoding made = new Encoding(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Piece piece : all) {
            made.ids.add(ids.get(piece.text));
            made.typeIds.add(0);
            made.tokens.add(piece.text);
            made.offsets.add(new int[] {piece.start, piece.end});
        }
        return made;
    }

    /** Special tokens are found in the text as it stands; everything between two of them is read by itself. */
    private List<Piece> pieces(String text) {
        int[] points = text.codePoints().toArray();
        List<Piece> found = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < points.length; ) {
            String token = specialAt(points, at);
            if (token == null) {
                at++;
                continue;
            }
            addWords(found, points, begin, at);
            begin = at + token.codePointCount(0, token.length());
            found.add(new Piece(token, at, begin));
            at = begin;
        }
        addWords(found, points, begin, points.length);
        return found;
    }

    private String specialAt(int[] points, int at) {
        for (String token : special) {
            int[] wanted = token.codePoints().toArray();
            int end = at + wanted.length;
            if (end <= points.length && Arrays.equals(points, at, end, wanted, 0, wanted.length)) {
                return token;
            }
        }
        return null;
    }

    private void addWords(List<Piece> found, int[] points, int from, int to) {
        List<Piece> word = new ArrayList<>();
        for (int at = from; at < to; at++) {
            int point = points[at];
            if (isControl(point)) {
                continue;
            }
            boolean isHan = spaceHan && isChinese(point);
            if (isHan || isSpace(point)) {
                cut(found, word);
            }
            if (isSpace(point)) {
                continue;
            }
            for (int letter : normalized(point)) {
                Piece piece = new Piece(Character.toString(letter), at, at + 1);
                if (isPunctuation(letter)) {
                    cut(found, word);
                    word.add(piece);
                    cut(found, word);
                } else {
                    word.add(piece);
                }
            }
            if (isHan) {
                cut(found, word);
            }
        }
        cut(found, word);
    }

    /** The letters that stand for one of the text. One by one: a Σ at the end of a word becomes σ, not ς. */
    private int[] normalized(int point) {
        String letters = Character.toString(point);
        if (stripAccents) {
            int[] left = Normalizer.normalize(letters, Normalizer.Form.NFD)
                    .codePoints()
                    .filter(letter -> Character.getType(letter) != Character.NON_SPACING_MARK)
                    .toArray();
            letters = new String(left, 0, left.length);
        }
        if (!lowercase) {
            return letters.codePoints().toArray();
        }
        return letters.codePoints()
                .flatMap(letter -> Character.toString(letter).toLowerCase(Locale.ROOT).codePoints())
                .toArray();
    }

    /** Adds the longest pieces of a word that the vocabulary has, or one unknown token, and empties the word. */
    private void cut(List<Piece> found, List<Piece> word) {
        List<Piece> pieces = new ArrayList<>();
        int start = 0;
        while (start < word.size() && word.size() <= LONGEST_WORD) {
            StringBuilder longest = new StringBuilder(start == 0 ? "" : "##");
            word.subList(start, word.size()).forEach(letter -> longest.append(letter.text));
            int end = word.size();
            while (end > start && !ids.containsKey(longest.toString())) {
                longest.setLength(longest.length() - word.get(--end).text.length());
            }
            if (end == start) {
                break;
            }
            pieces.add(new Piece(longest.toString(), word.get(start).start, word.get(end - 1).end));
            start = end;
        }
        if (start < word.size()) {
            pieces = List.of(new Piece(special.get(0), word.get(0).start, word.get(word.size() - 1).end));
        }
        found.addAll(pieces);
        word.clear();
    }

    /** What is dropped: controls, formats, private use, lone surrogates, and the sign for what could not be read. */
    private static boolean isControl(int point) {
        if (point == '\t' || point == '\n' || point == '\r') {
            return false;
        }
        return point == 0xFFFD || switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isSpace(int point) {
        return point == '\t' || point == '\n' || point == '\r' || Character.isSpaceChar(point);
    }

    /** ASCII's signs, also those that Unicode does not count as punctuation: $ + < = > ^ ` | ~ */
    private static boolean isPunctuation(int point) {
        if (point < 128) {
            return point > ' ' && point < 127 && !Character.isLetterOrDigit(point);
        }
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static boolean isChinese(int point) {
        return point >= 0x4E00 && point <= 0x9FFF
                || point >= 0x3400 && point <= 0x4DBF
                || point >= 0x20000 && point <= 0x2A6DF
                || point >= 0x2A700 && point <= 0x2B73F
                || point >= 0x2B740 && point <= 0x2B81F
                || point >= 0x2B920 && point <= 0x2CEAF
                || point >= 0xF900 && point <= 0xFAFF
                || point >= 0x2F800 && point <= 0x2FA1F;
    }

    /** As much of JSON as an export has: maps, lists, strings, Double, Boolean, null. Use your own library instead. */
    static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Object read() {
            switch (next()) {
                case '{':
                    Map<String, Object> map = new LinkedHashMap<>();
                    for (at++; next() != '}'; comma()) {
                        String name = string();
                        next();
                        at++;
                        map.put(name, read());
                    }
                    at++;
                    return map;
                case '[':
                    List<Object> list = new ArrayList<>();
                    for (at++; next() != ']'; comma()) {
                        list.add(read());
                    }
                    at++;
                    return list;
                case '"':
                    return string();
                default:
                    int begin = at;
                    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    String word = text.substring(begin, at);
                    return switch (word) {
                        case "null" -> null;
                        case "true" -> true;
                        case "false" -> false;
                        default -> Double.valueOf(word);
                    };
            }
        }

        private char next() {
            while (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return text.charAt(at);
        }

        private void comma() {
            if (next() == ',') {
                at++;
            }
        }

        private String string() {
            StringBuilder made = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) != '\\') {
                    made.append(text.charAt(at));
                    continue;
                }
                char sign = text.charAt(++at);
                int known = "bfnrt".indexOf(sign);
                if (sign == 'u') {
                    made.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                } else {
                    made.append(known < 0 ? sign : "\b\f\n\r\t".charAt(known));
                }
            }
            at++;
            return made.toString();
        }
    }

    /** Holds the tokenizer of a folder against its golden.json. */
    @SuppressWarnings("unchecked")
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        WordPiece tokenizer = of(folder);
        Map<String, Object> golden = (Map<String, Object>) new Json(Files.readString(folder.resolve("golden.json"))).read();
        List<Object> texts = (List<Object>) golden.get("texts");
        for (Object one : texts) {
            Map<String, Object> row = (Map<String, Object>) one;
            Encoding found = tokenizer.encode((String) row.get("text"));
            List<Integer> ids = ((List<Double>) row.get("ids")).stream().map(Double::intValue).toList();
            List<List<Integer>> spans = ((List<List<Double>>) row.get("offsets")).stream()
                    .map(span -> span.stream().map(Double::intValue).toList())
                    .toList();
            List<List<Integer>> given = found.offsets.stream().map(span -> List.of(span[0], span[1])).toList();
            if (!ids.equals(found.ids) || !spans.equals(given)) {
                System.err.println(row.get("text") + "\nshould be " + ids + spans + "\nbut is    " + found.ids + given);
                System.exit(1);
            }
        }
        System.out.println(texts.size() + " texts: the same ids and offsets.");
    }
}
