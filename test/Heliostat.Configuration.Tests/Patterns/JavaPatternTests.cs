using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Tests.Patterns;

/// <summary>Vectors whose answers were taken from Java 17.</summary>
public sealed class JavaPatternTests
{
    /// <summary>A pattern and names; a name that must not match has a hyphen before it.</summary>
    public static TheoryData<string, string[]> Vectors { get; } = new()
    {
        { "orders.*", ["orders", "orders.eu", "-my-orders", "-order"] },
        { "foo|foobar", ["foo", "foobar", "-foobarx"] },
        { "", ["", "-a"] },
        { "a||b", ["a", "", "b", "-ab"] },
        { "^a$", ["a", "-a\n", "-a\r\n", "-ab"] },
        { "a$b", ["-ab", "-a\nb"] },
        { "a$\\nb?", ["a\n", "-a\nb"] },
        { "a.b", ["a.b", "a-b", "a😀b", "-a\nb", "-a\u0085b", "-a\u2028b"] },
        { "(?s)a.b", ["a\nb"] },
        { "(?d)a.b", ["a\rb", "-a\nb"] },
        { "..", ["ab", "-😀", "😀😀"] },
        { "\\w+", ["a_1", "-é", "-a-b"] },
        { "\\d", ["1", "-\u0661"] },
        { "\\s", [" ", "\u000B", "-\u00A0"] },
        { "\\h", ["\t", "\u00A0", "\u180E", "-\n"] },
        { "a\\Rb", ["a\r\nb", "a\u2028b", "-a b"] },
        { "\\bA\\b-\\B.", ["A--", "-A-a"] },
        { "(?i)orders", ["ORDERS", "Orders"] },
        { "(?i)k", ["K", "-\u212A"] },
        { "(?i)é", ["é", "-É"] },
        { "a(?i)b|c", ["aB", "C", "-A"] },
        { "a(?i:b)c", ["aBc", "-aBC"] },
        { "(?i)[^a]", ["b", "-A"] },
        { "(?i)\\p{Lower}", ["A"] },
        { "a++b", ["aab", "-b"] },
        { "a++a", ["-aa"] },
        { ".*+x", ["-abcx"] },
        { "(?:a|ab){2}+", ["-aba", "aa"] },
        { "(?>a|ab)c", ["ac", "-abc"] },
        { "\\p{Alpha}+\\p{Digit}", ["ab1", "-é1"] },
        { "\\pL\\P{Lu}", ["éa", "-aA"] },
        { "\\p{IsLu}\\p{gc=Nd}", ["A1", "A\u0661"] },
        { "\\p{Punct}", ["!", "_", "-a"] },
        { "\\Qa.b\\E*", ["a.", "a.bbb", "-axb"] },
        { "[\\Qa-z\\E]", ["-", "a", "-b"] },
        { "a\\.b\\-c\\_d", ["a.b-c_d", "-axb-c_d"] },
        { "[a-z&&[^b]]+", ["ac", "-ab"] },
        { "[\\w&&[^\\d]]+", ["abc", "-a1"] },
        { "[a-d&&b-f&&[^c]]", ["b", "d", "-a", "-c"] },
        { "[^a&&[ab]]", ["b", "-a"] },
        { "[a[bc]d]", ["a", "c", "d", "-e"] },
        { "[]a]", ["]", "a"] },
        { "[^]a]", ["b", "-]"] },
        { "[a-]", ["-", "a"] },
        { "[a&b]", ["&"] },
        { "(?x) a b # comment\n c", ["abc"] },
        { "(?x)[a b]", ["b", "- "] },
        { "\\x41\\x{1F600}\\u0042\\uD83D\\uDE00\\0103\\cD\\t\\e", ["A😀B😀C\u0004\t\u001B"] },
        { "(a|b)\\1", ["aa", "bb", "-ab"] },
        { "(?<x>a|b)-\\k<x>", ["a-a", "-a-b"] },
        { "(a)\\2", ["-aa"] },
        { "(?!internal).*", ["orders", "-internal.x"] },
        { ".*(?<!-dlq)", ["orders", "-orders-dlq"] },
        { "a}", ["a}"] },
        { "a]", ["a]"] },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_pattern_matches_whole_names_as_in_Java(string pattern, string[] names)
    {
        var translated = JavaPattern.Parse(pattern);

        var wrong = names.Where(n => translated.IsMatch(Name(n)) != Matches(n));

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("*a",
        "not a Java regular expression: a quantifier with nothing to repeat (dangling meta character; '.*' matches everything) at index 0")]
    [InlineData("a**", "dangling meta character) at index 2")]
    [InlineData("orders.{x}", "a repetition '{' that is not followed by a number at index 7")]
    [InlineData("a{2", "unclosed counted repetition at index 1")]
    [InlineData("a{3,2}", "maximum is below its minimum at index 1")]
    [InlineData("a{99999999999}", "too large at index 1")]
    [InlineData("(a", "unclosed group at index 0")]
    [InlineData("a)", "unmatched closing ')' at index 1")]
    [InlineData("[a", "unclosed character class at index 0")]
    [InlineData("[]", "unclosed character class at index 0")]
    [InlineData("[z-a]", "a range whose end is before its start at index 1")]
    [InlineData("a\\", "a backslash with nothing after it at index 2")]
    [InlineData("\\y", "the unknown escape '\\y' at index 0")]
    [InlineData("\\p{Foo}", "the unknown character property {Foo} at index 0")]
    [InlineData("\\x4", "an invalid hexadecimal escape at index 0")]
    [InlineData("\\u00", "an invalid \\u escape at index 0")]
    [InlineData("(?P<n>a)", "unknown inline modifier at index 2")]
    [InlineData("(?#note)a", "unknown inline modifier at index 2")]
    [InlineData("(?<n>a)(?<n>b)", "named group <n> is already defined at index 7")]
    [InlineData("\\k<n>a", "named group <n> does not exist at index 0")]
    public void What_Java_refuses_is_refused_with_the_place(string pattern, string message)
    {
        var e = Assert.Throws<ConfigurationException>(() => JavaPattern.Parse(pattern));

        Assert.StartsWith($"pattern '{pattern}' is not a Java regular expression: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\p{javaLowerCase}",
        "the property \\p{javaLowerCase} (a POSIX class such as \\p{Alpha}, a category such as \\p{Lu} or a range can be) at index 0")]
    [InlineData("a\\p{IsLatin}", "at index 1")]
    [InlineData("\\p{InGreek}", "at index 0")]
    [InlineData("(?U)\\w", "the inline flag 'U' at index 2")]
    [InlineData("(?iu)a", "the inline flag 'u' at index 3")]
    [InlineData("\\X", "the grapheme cluster \\X at index 0")]
    [InlineData("\\b{g}", "the grapheme boundary \\b{g} at index 0")]
    [InlineData("\\N{DIGIT ONE}", "a character by name, \\N{..}, at index 0")]
    [InlineData("(?<=a+)b", "a look-behind without an obvious maximum length at index 0")]
    [InlineData("(?i)(a)\\1", "a back reference under (?i) at index 7")]
    [InlineData("[a&&[b]c]", "more than one class after '&&' (put them in one pair of brackets) at index 8")]
    [InlineData("[a&&]", "an '&&' without a class on both sides at index 4")]
    [InlineData("\\v{2}\\R+", "a repeated \\R at index 5")]
    public void What_cannot_be_said_exactly_is_refused_by_name(string pattern, string message)
    {
        var e = Assert.Throws<ConfigurationException>(() => JavaPattern.Parse(pattern));

        Assert.StartsWith($"pattern '{pattern}' cannot be expressed here: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a+)+b")]
    [InlineData("([a-z0-9]+-?)+\\.events")]
    [InlineData("(a|aa|a.)*b")]
    public void A_pattern_with_nested_loops_ends_in_time(string pattern)
    {
        Assert.False(JavaPattern.Parse(pattern).IsMatch(new string('a', 249)));
    }

    [Fact]
    public void A_pattern_that_takes_too_long_is_refused_with_the_name_it_was_tried_on()
    {
        var pattern = JavaPattern.Parse("(?=(a|aa|a.)*b).*");

        var e = Assert.Throws<ConfigurationException>(() => pattern.IsMatch(new string('a', 60)));

        Assert.Contains("takes more than 1 s to match 'aaaa", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_rather_than_overflowing()
    {
        var e = Assert.Throws<ConfigurationException>(() => JavaPattern.Parse(new string('(', 100_000)));

        Assert.Contains("more than 200 nested groups", e.Message, StringComparison.Ordinal);
    }

    internal static string Name(string vector) => Matches(vector) ? vector : vector[1..];

    internal static bool Matches(string vector) => vector.Length < 2 || vector[0] != '-';
}
