using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

/// <summary>
/// BERT's tokenizer in C#, without dependencies: vocab.txt and the options of tokenizer_config.json in, ids and offsets out.
/// </summary>
/// <example>
/// <code>
/// var tokenizer = WordPiece.Of("exports/reviews");
/// Encoding encoding = tokenizer.Encode("A text.");
/// </code>
/// </example>
/// <remarks>
/// Offsets count Unicode code points, as in Python, not the chars of a C# string. Main holds it against the golden.json of
/// an export of albert-widgets: "mcs WordPiece.cs", then "mono WordPiece.exe FOLDER", or the same file as the only one of a
/// console project of .NET.
/// </remarks>
public sealed class WordPiece
{
    private const int LongestWord = 100;

    private readonly Dictionary<string, int> ids = new Dictionary<string, int>(StringComparer.Ordinal);
    private readonly bool lowercase, stripAccents, spaceHan;
    private readonly int maxLength = int.MaxValue;
    private readonly List<string> special = new List<string>();

    /// <summary>What a text becomes; all arrays are of the same length.</summary>
    public sealed class Encoding
    {
        public int[] Ids, TypeIds, Starts, Ends;
        public string[] Tokens;
    }

    /// <summary>A token, or a letter of a word, and the code points of the text that it stands for.</summary>
    private struct Piece
    {
        public readonly string Text;
        public readonly int Start, End;

        public Piece(string text, int start, int end)
        {
            Text = text;
            Start = start;
            End = end;
        }
    }

    /// <summary>Makes a tokenizer of the lines of vocab.txt and of tokenizer_config.json, parsed.</summary>
    public WordPiece(IEnumerable<string> vocabulary, IDictionary<string, object> config)
    {
        foreach (string word in vocabulary) ids[word] = ids.Count;
        Func<string, object> said = name => config.ContainsKey(name) ? config[name] : null;
        lowercase = !false.Equals(said("do_lower_case"));
        stripAccents = said("strip_accents") == null ? lowercase : (bool)said("strip_accents");
        spaceHan = !false.Equals(said("tokenize_chinese_chars"));
        if (said("model_max_length") is double) maxLength = (int)Math.Min(int.MaxValue, (double)said("model_max_length"));
        foreach (string name in new[] { "unk", "cls", "sep", "pad", "mask" })
        {
            object token = said(name + "_token");
            var told = token as IDictionary<string, object>;
            special.Add((string)(told == null ? token : told["content"]) ?? "[" + name.ToUpperInvariant() + "]");
        }
    }

    /// <summary>Reads the tokenizer of an export's folder.</summary>
    public static WordPiece Of(string folder)
    {
        // Not File.ReadAllLines: only "\n" ends a line here, and some tokens look like ends of lines.
        string[] words = File.ReadAllText(Path.Combine(folder, "vocab.txt")).TrimEnd('\n').Split('\n');
        return new WordPiece(words.Select(word => word.TrimEnd('\r')), Read(folder, "tokenizer_config.json"));
    }

    /// <summary>Cuts a text at the model's limit, with [CLS] and [SEP] around its tokens.</summary>
    public Encoding Encode(string text)
    {
        return Encode(text, maxLength);
    }

    /// <summary>Cuts a text at so many tokens, with [CLS] and [SEP] around them.</summary>
    public Encoding Encode(string text, int limit)
    {
        List<Piece> all = Pieces(text).Take(limit - 2).ToList();
        all.Insert(0, new Piece(special[1], 0, 0));
        all.Add(new Piece(special[2], 0, 0));
        return new Encoding
        {
            Ids = all.Select(piece => ids[piece.Text]).ToArray(),
            TypeIds = new int[all.Count],
            Tokens = all.Select(piece => piece.Text).ToArray(),
            Starts = all.Select(piece => piece.Start).ToArray(),
            Ends = all.Select(piece => piece.End).ToArray(),
        };
    }

    /// <summary>Special tokens are found in the text as it stands; everything between two of them is read by itself.</summary>
    private List<Piece> Pieces(string text)
    {
        List<string> points = Points(text);
        var found = new List<Piece>();
        int begin = 0;
        for (int at = 0; at < points.Count;)
        {
            string token = special.Find(name => points.Skip(at).Take(Points(name).Count).SequenceEqual(Points(name)));
            if (token == null)
            {
                at++;
                continue;
            }
            AddWords(found, points, begin, at);
            begin = at + Points(token).Count;
            found.Add(new Piece(token, at, begin));
            at = begin;
        }
        AddWords(found, points, begin, points.Count);
        return found;
    }

    private void AddWords(List<Piece> found, List<string> points, int from, int to)
    {
        var word = new List<Piece>();
        for (int at = from; at < to; at++)
        {
            string point = points[at];
            if (IsControl(point)) continue;
            bool isHan = spaceHan && IsChinese(char.ConvertToUtf32(point, 0));
            if (isHan || IsSpace(point)) Cut(found, word);
            if (IsSpace(point)) continue;
            foreach (string letter in Normalized(point))
            {
                bool isAlone = IsPunctuation(letter);
                if (isAlone) Cut(found, word);
                word.Add(new Piece(letter, at, at + 1));
                if (isAlone) Cut(found, word);
            }
            if (isHan) Cut(found, word);
        }
        Cut(found, word);
    }

    /// <summary>The letters that stand for one of the text.</summary>
    private IEnumerable<string> Normalized(string point)
    {
        IEnumerable<string> letters = new[] { point };
        if (stripAccents)
        {
            letters = Points(point.Normalize(NormalizationForm.FormD))
                .Where(letter => Category(letter) != UnicodeCategory.NonSpacingMark);
        }
        // .NET leaves the Turkish İ as it is.
        return lowercase ? letters.SelectMany(one => Points(one == "\u0130" ? "i\u0307" : one.ToLowerInvariant())) : letters;
    }

    /// <summary>Adds the longest pieces of a word that the vocabulary has, or one unknown token, and empties the word.</summary>
    private void Cut(List<Piece> found, List<Piece> word)
    {
        var pieces = new List<Piece>();
        int start = 0;
        while (start < word.Count && word.Count <= LongestWord)
        {
            string piece = null;
            int end = word.Count;
            for (; end > start; end--)
            {
                piece = (start > 0 ? "##" : "") + string.Concat(word.Skip(start).Take(end - start).Select(one => one.Text));
                if (ids.ContainsKey(piece)) break;
            }
            if (end == start) break;
            pieces.Add(new Piece(piece, word[start].Start, word[end - 1].End));
            start = end;
        }
        if (start < word.Count) pieces = new List<Piece> { new Piece(special[0], word[0].Start, word[word.Count - 1].End) };
        found.AddRange(pieces);
        word.Clear();
    }

    /// <summary>The code points of a string, each as a string; half a pair of surrogates is U+FFFD.</summary>
    private static List<string> Points(string text)
    {
        var points = new List<string>();
        for (int at = 0; at < text.Length; at++)
        {
            bool isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            points.Add(isPair ? text.Substring(at++, 2) : char.IsSurrogate(text[at]) ? "\ufffd" : text.Substring(at, 1));
        }
        return points;
    }

    private static UnicodeCategory Category(string point)
    {
        return CharUnicodeInfo.GetUnicodeCategory(point, 0);
    }

    /// <summary>What is dropped: controls, formats, private use, and the sign for what could not be read.</summary>
    private static bool IsControl(string point)
    {
        if (point == "\t" || point == "\n" || point == "\r") return false;
        UnicodeCategory category = Category(point);
        return point == "\ufffd" || category == UnicodeCategory.Control || category == UnicodeCategory.Format
            || category == UnicodeCategory.PrivateUse;
    }

    private static bool IsSpace(string point)
    {
        UnicodeCategory category = Category(point);
        return point == "\t" || point == "\n" || point == "\r" || category == UnicodeCategory.SpaceSeparator
            || category == UnicodeCategory.LineSeparator || category == UnicodeCategory.ParagraphSeparator;
    }

    /// <summary>ASCII's signs, also those that Unicode does not count as punctuation: $ + &lt; = &gt; ^ ` | ~</summary>
    private static bool IsPunctuation(string point)
    {
        if (point[0] < 128) return point[0] > ' ' && point[0] < 127 && !char.IsLetterOrDigit(point[0]);
        switch (Category(point))
        {
            case UnicodeCategory.ConnectorPunctuation:
            case UnicodeCategory.DashPunctuation:
            case UnicodeCategory.OpenPunctuation:
            case UnicodeCategory.ClosePunctuation:
            case UnicodeCategory.InitialQuotePunctuation:
            case UnicodeCategory.FinalQuotePunctuation:
            case UnicodeCategory.OtherPunctuation:
                return true;
            default:
                return false;
        }
    }

    private static bool IsChinese(int point)
    {
        return (point >= 0x4E00 && point <= 0x9FFF)
            || (point >= 0x3400 && point <= 0x4DBF)
            || (point >= 0x20000 && point <= 0x2A6DF)
            || (point >= 0x2A700 && point <= 0x2B73F)
            || (point >= 0x2B740 && point <= 0x2B81F)
            || (point >= 0x2B920 && point <= 0x2CEAF)
            || (point >= 0xF900 && point <= 0xFAFF)
            || (point >= 0x2F800 && point <= 0x2FA1F);
    }

    private static Dictionary<string, object> Read(string folder, string file)
    {
        return (Dictionary<string, object>)new Json(File.ReadAllText(Path.Combine(folder, file))).Read();
    }

    /// <summary>
    /// As much of JSON as an export has: maps, lists, strings, double, bool, null. .NET's own is System.Text.Json.
    /// </summary>
    private sealed class Json
    {
        private readonly string text;
        private int at;

        public Json(string text)
        {
            this.text = text;
        }

        public object Read()
        {
            switch (Next())
            {
                case '{':
                    var map = new Dictionary<string, object>();
                    for (at++; Next() != '}'; Comma())
                    {
                        string name = String();
                        Next();
                        at++;
                        map[name] = Read();
                    }
                    at++;
                    return map;
                case '[':
                    var list = new List<object>();
                    for (at++; Next() != ']'; Comma()) list.Add(Read());
                    at++;
                    return list;
                case '"':
                    return String();
                default:
                    int begin = at;
                    while (at < text.Length && ",]} \t\r\n".IndexOf(text[at]) < 0) at++;
                    string word = text.Substring(begin, at - begin);
                    if (word == "null") return null;
                    if (word == "true" || word == "false") return word == "true";
                    return double.Parse(word, CultureInfo.InvariantCulture);
            }
        }

        private char Next()
        {
            while (" \t\r\n".IndexOf(text[at]) >= 0) at++;
            return text[at];
        }

        private void Comma()
        {
            if (Next() == ',') at++;
        }

        private string String()
        {
            var made = new StringBuilder();
            for (at++; text[at] != '"'; at++)
            {
                if (text[at] != '\\')
                {
                    made.Append(text[at]);
                    continue;
                }
                char sign = text[++at];
                int known = "bfnrt".IndexOf(sign);
                if (sign == 'u')
                {
                    made.Append((char)int.Parse(text.Substring(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at += 4;
                }
                else
                {
                    made.Append(known < 0 ? sign : "\b\f\n\r\t"[known]);
                }
            }
            at++;
            return made.ToString();
        }
    }

    /// <summary>Holds the tokenizer of a folder against its golden.json.</summary>
    public static int Main(string[] arguments)
    {
        WordPiece tokenizer = Of(arguments[0]);
        var texts = (List<object>)Read(arguments[0], "golden.json")["texts"];
        foreach (Dictionary<string, object> row in texts)
        {
            Encoding found = tokenizer.Encode((string)row["text"]);
            string ids = string.Join(" ", ((List<object>)row["ids"]));
            string offsets = string.Join(" ", ((List<object>)row["offsets"]).Cast<List<object>>().SelectMany(span => span));
            string givenIds = string.Join(" ", found.Ids);
            string givenOffsets = string.Join(" ", found.Starts.Zip(found.Ends, (start, end) => start + " " + end));
            if (ids != givenIds || offsets != givenOffsets)
            {
                Console.Error.WriteLine(
                    row["text"] + "\nshould be " + ids + " | " + offsets + "\nbut is    " + givenIds + " | " + givenOffsets);
                return 1;
            }
        }
        Console.WriteLine(texts.Count + " texts: the same ids and offsets.");
        return 0;
    }
}
