using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>A pattern of RE2, compiled once per call; owns the memory that texts are widened into.</summary>
/// <remarks>
/// Matching takes time linear in the text. One thread uses it.
/// </remarks>
internal sealed class Re2Pattern : IDisposable
{
    private const int MaxPatternLength = 1 << 14; // characters

    private const string WholeText = @"\A(?:{0})\z";

    // A boundary or none is always true, but keeps .NET 10 from looking for the first character of a match: there the
    // automaton loses a match that begins later than that character ("-?b" in "a-cbb" is found at 4 only).
    private const string AnyPart = @"(?:\b|\B)(?:{0})";

    private readonly Regex? _regex;
    private readonly Re2Literal? _literal;
    private ScratchBuffer<char> _scratch;

    private Re2Pattern(Regex? regex, Re2Literal? literal, int groups, string error) =>
        (_regex, _literal, Groups, Error) = (regex, literal, groups, error);

    /// <summary>What is wrong with the pattern, in the words of RE2; empty when nothing is.</summary>
    public string Error { get; }

    /// <summary>Number of capturing groups.</summary>
    public int Groups { get; }

    /// <summary>A pattern that a whole text has to match; a dot matches newlines.</summary>
    public static Re2Pattern ForWholeText(string pattern) => Create(pattern, isWhole: true);

    /// <summary>A pattern that parts of a text match; a dot matches no newline.</summary>
    public static Re2Pattern ForParts(string pattern) => Create(pattern, isWhole: false);

    /// <summary>Whether the whole text matches; never for a bad pattern.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text) =>
        _regex is not null && (_literal?.IsMatch(text) ?? _regex.IsMatch(Widen(text)));

    /// <summary>The matches in a text, from left to right; positions are those of the bytes.</summary>
    public Regex.ValueMatchEnumerator EnumerateMatches(ReadOnlySpan<byte> text) =>
        _regex!.EnumerateMatches(Widen(text));

    /// <summary>The first match with its groups, or null.</summary>
    /// <remarks>.NET has groups for strings only, so a text with a match costs one.</remarks>
    public Match? FirstMatch(ReadOnlySpan<byte> text)
    {
        var characters = Widen(text);
        return _regex!.IsMatch(characters) ? _regex.Match(new string(characters)) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Release();

    private static Re2Pattern Create(string pattern, bool isWhole)
    {
        if (pattern.Length > MaxPatternLength)
        {
            return new Re2Pattern(null, null, 0, Re2Translator.TooLarge);
        }

        var translator = new Re2Translator(pattern, dotMatchesNewline: isWhole);
        if (translator.Translate() is not { } translated)
        {
            return new Re2Pattern(null, null, 0, translator.Error);
        }

        try
        {
            const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
            var regex = new Regex(string.Format(
                CultureInfo.InvariantCulture, isWhole ? WholeText : AnyPart, translated), Options);
            return new Re2Pattern(regex, isWhole ? Re2Literal.Of(pattern) : null, translator.Groups, "");
        }
        catch (NotSupportedException) // .NET bounds the states that an automaton could have
        {
            return new Re2Pattern(null, null, 0, Re2Translator.TooLarge);
        }
    }

    private Span<char> Widen(ReadOnlySpan<byte> text)
    {
        var characters = _scratch.Get(text.Length);
        Encoding.Latin1.GetChars(text, characters);
        if (!Ascii.IsValid(text))
        {
            foreach (ref var character in characters)
            {
                character += character < 0x80 ? '\0' : (char)BytePattern.HighByteOffset;
            }
        }

        return characters;
    }
}
