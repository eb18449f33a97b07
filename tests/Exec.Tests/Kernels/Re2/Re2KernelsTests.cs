using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Re2;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Exec.Tests.Kernels.Re2;

public sealed class Re2KernelsTests
{
    // Pattern, texts that match as a whole, texts that do not.
    public static TheoryData<string, string[], string[]> Matches => new()
    {
        { "abcd.*", ["abcdefg", "abcd", "abcd\nx"], ["abce", "xabcd"] },
        { ".*", ["", "a\nb", "é😀"], [] },
        { ".*/healthz.*", ["/healthz", "a/healthz?x", "é/healthzé"], ["/health", ""] },
        { ".*foo", ["foo", "foofoo", "éfoo"], ["foox", "fo"] },
        { @"a\.b", ["a.b"], ["axb"] },
        { @"a\.*", ["a", "a...."], ["ab"] },
        { "", [""], ["a"] },
        { "a|bc|", ["a", "bc", ""], ["abc"] },
        { "(a|b)+c?", ["abab", "bc"], ["c", "abcc"] },
        { "a{2,3}", ["aa", "aaa"], ["a", "aaaa"] },
        { "a{2}", ["aa"], ["aaa"] },
        { "a{2,}", ["aa", "aaaaa"], ["a"] },
        { "a{,2}", ["a{,2}"], ["aa"] },
        { "a{x", ["a{x"], ["a"] },
        { "[a-c]x", ["ax", "cx"], ["dx", "Ax"] },
        { "[^a-c]", ["d", "\n", "é", "😀"], ["a", "dd"] },
        { "[]a]+", ["]a"], ["b"] },
        { "[^]a]", ["b"], ["]", "a"] },
        { "[a-]+", ["a-"], ["b"] },
        { @"[\d\-x]+", ["12-x"], ["y"] },
        { "[[:alpha:]_]+", ["aZ_"], ["a1", "é"] },
        { "[[:^digit:]]", ["a", "é"], ["1"] },
        { "[é-ü]", ["é", "ü", "ö"], ["e", "Ü", "éé"] },
        { ".", ["a", "é", "€", "😀"], ["", "aa", "éé"] },
        { ".{3}", ["aé😀"], ["aé", "ab"] },
        { @"\d+", ["123"], ["१२", "12a", ""] },
        { @"\w+", ["a_Z9"], ["é", "a-b"] },
        { @"\s", [" ", "\t", "\n", "\f", "\r"], ["\v", "\u00A0"] },
        { @"\S\D\W", ["ab ", "éé-"], ["1 a"] },
        { "(?i)hello", ["hello", "HeLLo"], ["hell"] },
        { "(?i)é", ["é", "É"], ["e"] },
        { "(?i)[a-c]k", ["Ck", "bK", "b\u212A"], ["dk"] },
        { "(?i:a)b", ["Ab", "ab"], ["AB"] },
        { "(?i)a(?-i)b", ["Ab"], ["AB"] },
        { "((?i)a)b", ["Ab"], ["AB"] },
        { "(?-s).*", ["ab", ""], ["a\nb"] },
        { "(?m)a$\n^b", ["a\nb"], ["a b"] },
        { "a$b", [], ["ab", "a\nb"] },
        { "a\n$", ["a\n"], ["a"] },
        { "a$\n?", ["a"], ["a\n"] },
        { @"\bfoo\b.*", ["foo", "foo bar", "foo-"], ["foobar"] },
        { @"a\Bb.*", ["ab"], ["a b"] },
        { @"é\b.*", [], ["é", "é."] },
        { @".*\bé", ["aé"], ["é", ".é"] },
        { @"\Aab\z", ["ab"], ["abc"] },
        { @"\Qa.b*\Ec", ["a.b*c"], ["axbc"] },
        { @"\Qa.b", ["a.b"], ["axb"] },
        { @"\x41\x{1F600}\101\n\t\a", ["A😀A\n\t\a"], ["A"] },
        { @"\pL+", ["aéß中"], ["a1"] },
        { @"\p{Lu}\P{Lu}", ["Éé"], ["éÉ"] },
        { @"\p{^Lu}", ["a"], ["A"] },
        { "(?P<name>a)(?:b)", ["ab"], ["a"] },
        { "(?U)a+", ["aaa"], ["b"] },
        { "a+?", ["aaa"], ["b"] },
        { "^*a", ["a"], ["b"] },
        { "(a*)*b", ["aaab", "b"], ["aaa"] },
        { @"[^\x00-\x{10FFFF}]", [], ["", "a"] },
    };

    public static TheoryData<string, string> Errors => new()
    {
        { @"\K", @"invalid escape sequence: \K" },
        { @"a\1", @"invalid escape sequence: \1" },
        { @"\é", @"invalid escape sequence: \é" },
        { @"\x{110000}", @"invalid escape sequence: \x{110000}" },
        { @"\xg", @"invalid escape sequence: \xg" },
        { @"[\b]", @"invalid escape sequence: \b" },
        { "a\\", "trailing \\" },
        { "(a", "missing ): (a" },
        { "a)", "unexpected ): a)" },
        { "[a", "missing ]: [a" },
        { "x[]", "missing ]: []" },
        { "[z-a]", "invalid character class range: z-a" },
        { "[[:nope:]]", "invalid character class range: [:nope:]" },
        { "*a", "no argument for repetition operator: *" },
        { "a|+", "no argument for repetition operator: +" },
        { "(?:*)", "no argument for repetition operator: *" },
        { "a**", "bad repetition operator: **" },
        { "a+??", "bad repetition operator: +??" },
        { "a{2}{3}", "bad repetition operator: {2}{3}" },
        { "a{1001}", "invalid repetition size: {1001}" },
        { "a{2,1}", "invalid repetition size: {2,1}" },
        { "a{99999999999}", "invalid repetition size: {99999999999}" },
        { "(a{100}){100}", "invalid repetition size: {100}" },
        { "(?=a)", "invalid perl operator: (?=" },
        { "(?!a)", "invalid perl operator: (?!" },
        { "(?i-)a", "invalid perl operator: (?i-)" },
        { "(?i", "missing ): (?i" },
        { "(?<=a)b", "invalid named capture group: (?<=a)b" },
        { "(?P<n", "invalid named capture group: (?P<n" },
        { "(?P<n>a)(?P<n>b)", "invalid named capture group: (?P<n>" },
        { "(?P=n)", "invalid perl operator: (?P" },
        { @"\p{Greek}", @"invalid character class range: \p{Greek} (general categories are known, scripts are not)" },
    };

    public static TheoryData<string, string, string, string> Replacements => new()
    {
        { "b", "abcb", "X", "aXcX" },
        { "b+", "abbbc", @"<\0>", "a<bbb>c" },
        { "x", "abc", "y", "abc" },
        { "a*", "baac", "x", "xbxcx" },
        { "", "é€", "-", "-é-€-" },
        { "", "", "-", "-" },
        { "é", "aéb", @"\\", @"a\b" },
        { "(a)(b)?", "abac", @"[\1|\2]", "[a|b][a|]c" },
        { "(é+)(.)", "xééya", @"\2\1", "xyééa" },
        { @"([0-9]+)\w+", "123abcd 000chars", @"\1word", "123word 000word" },
        { "a.c", "a\nc abc", "x", "a\nc x" },
        { "^a", "aaa", "x", "xaa" },
        { "(?m)^a", "a\na", "x", "x\nx" },
        { "a$", "a\n", "x", "a\n" },
        { "a|ab", "ab", "x", "xb" },
        { "(?:ab|a)", "ab", "x", "x" },
        { "a+?", "aa", "x", "xx" },
        { ".*", "ab", "x", "x" },
        { "b*", "abc", "x", "xaxcx" },
        { "-?b", "a-cbb.", "x", "a-cxx." },
        { "(-?)b", "a-cbb.", @"<\1>", "a-c<><>." },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    public void RegexMatch_WholeText_IsMatchedAsRe2Does(string pattern, string[] matching, string[] others)
    {
        Assert.All(matching, text => Assert.Equal(true, KernelCalls.Call("regex_match", pattern, text)));
        Assert.All(others, text => Assert.Equal(false, KernelCalls.Call("regex_match", pattern, text)));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Replace_BadPattern_SaysWhatIsWrong(string pattern, string error)
    {
        Assert.Equal($"Invalid regex expr: {error}", KernelCalls.Call("replace", pattern, "text", "x"));
        Assert.Equal(false, KernelCalls.Call("regex_match", pattern, "text"));
    }

    [Theory]
    [MemberData(nameof(Replacements))]
    public void Replace_Text_ReplacesEveryMatch(string pattern, string text, string rewrite, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("replace", pattern, text, rewrite));

    [Theory]
    [InlineData(@"a\", @"Rewrite schema error: '\' not allowed at end.")]
    [InlineData(@"\x", @"Rewrite schema error: '\' must be followed by a digit or '\'.")]
    [InlineData(
        @"\2", "Rewrite schema requests 2 matches, but the regexp only has 1 parenthesized subexpressions.")]
    public void Replace_BadRewrite_SaysWhatIsWrong(string rewrite, string error) => Assert.Equal(
        $"Invalid regex in substitution string: {error}", KernelCalls.Call("replace", "(a)", "text", rewrite));

    [Theory]
    [InlineData(".*a.*", false)]
    [InlineData("(.*)a.*", false)]
    [InlineData(@"\Ca", true)]
    public void RegexMatch_BytesThatAreNoUtf8_MatchNoDot(string pattern, bool expected) =>
        Assert.Equal(expected, KernelCalls.Call("regex_match", pattern, new byte[] { 0xFF, (byte)'a' }));

    [Fact]
    public void EnumerateMatches_BytesThatAreNoUtf8_GivesPositionsOfBytes()
    {
        using var pattern = Re2Pattern.ForParts("a");
        var positions = new List<int>();

        foreach (var match in pattern.EnumerateMatches([0xFF, (byte)'a', 0xC3, (byte)'a']))
        {
            positions.Add(match.Index);
        }

        Assert.Equal([1, 3], positions);
    }

    [Theory]
    [InlineData("/api/x", "api")]
    [InlineData("/health", "health")]
    [InlineData("/users", "")]
    public void MatchRegexRule_Rules_IsTheNameOfTheFirstMatch(string text, string expected)
    {
        const string Rules = """{"bad":"(","api":"/api/.*","health":".*h.*","late":"/api/x"}""";

        Assert.Equal(expected, KernelCalls.Call("_match_regex_rule", Rules, text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    public void MatchRegexRule_NoRules_RefusesThePlan(string rules) =>
        Assert.Throws<InvalidPlanException>(() => KernelCalls.Call("_match_regex_rule", rules, "x"));

    [Fact]
    public void RegexMatch_PatternPerRow_RefusesThePlan()
    {
        var column = new ColumnExpression("s", DataType.String, SemanticType.None);
        var call = new CallExpression("regex_match", [column, column], DataType.Boolean, SemanticType.None);
        var compiler = new ExpressionCompiler(Cells.Schema(("s", DataType.String)), new ExecutionOptions());

        Assert.Throws<InvalidPlanException>(() => compiler.Compile(call));
    }

    [Fact]
    public void ForWholeText_HugePattern_IsTooLarge()
    {
        using var longest = Re2Pattern.ForWholeText(new string('a', 100_000));
        using var widest = Re2Pattern.ForWholeText(string.Concat(Enumerable.Repeat("[a-z]{1000}", 30)));

        Assert.Equal("pattern too large - compile failed", longest.Error);
        Assert.Equal("pattern too large - compile failed", widest.Error);
    }
}
