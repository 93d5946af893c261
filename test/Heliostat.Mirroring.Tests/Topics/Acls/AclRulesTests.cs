using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;

namespace Heliostat.Mirroring.Tests.Topics.Acls;

/// <summary>MirrorMaker 2's rules as a table, and what goes beyond them.</summary>
public sealed class AclRulesTests
{
    private static readonly MirroredTopic[] Mirrored = [new("orders", "A.orders", 1), new("orders-eu", "A.orders-eu", 1),
        new("other", "A.other", 1)];
    private static readonly MirroredTopic[] Kept = [new("orders", "orders", 1), new("orders-eu", "orders-eu", 1), new("other", "other", 1)];

    [Theory]
    [InlineData("User:a may READ topic 'orders'", "User:a may READ topic 'A.orders'")]
    [InlineData("User:a may WRITE topic 'orders'", "")]
    [InlineData("User:a may ALL topic 'orders'", "User:a may READ topic 'A.orders'")]
    [InlineData("User:a may DESCRIBE topic 'orders'", "User:a may DESCRIBE topic 'A.orders'")]
    [InlineData("User:a may ALTER topic 'orders'", "User:a may ALTER topic 'A.orders'")]
    [InlineData("User:a may not WRITE topic 'orders'", "User:a may not WRITE topic 'A.orders'")]
    [InlineData("User:a may not ALL topic 'orders'", "User:a may not ALL topic 'A.orders'")]
    [InlineData("User:a may READ topic 'not-there-yet'", "User:a may READ topic 'A.not-there-yet'")]
    [InlineData("User:a may READ topic '__consumer_offsets'", "")]
    [InlineData("User:a may READ topic 'B.orders'", "")]
    [InlineData("User:a may READ topics 'orders*'", "")]
    [InlineData("User:a may READ all topics", "")]
    public void As_MirrorMaker_2_does(string source, string expected) =>
        Assert.Equal(expected, Wanted(new AclRules(Rules.Default(), prefixed: false), Mirrored, source));

    [Theory]
    [InlineData("User:a may READ topic 'orders'", "User:a may READ topic 'orders'")]
    [InlineData("User:a may READ all topics", "")]
    public void As_MirrorMaker_2_does_with_identity_policy_but_never_wider(string source, string expected) =>
        Assert.Equal(expected, Wanted(new AclRules(Rules.Identity(), prefixed: false), Kept, source));

    [Theory]
    [InlineData("User:a may READ topics 'orders*'", "User:a may READ topics 'A.orders*'")]
    [InlineData("User:a may ALL topics 'orders*'", "User:a may READ topics 'A.orders*'")]
    [InlineData("User:a may WRITE topics 'orders*'", "")]
    [InlineData("User:a may READ topics 'nothing*'", "")]
    [InlineData("User:a may READ all topics",
        "User:a may READ topic 'A.orders', User:a may READ topic 'A.orders-eu', User:a may READ topic 'A.other'")]
    [InlineData("User:a may WRITE all topics", "")]
    public void With_prefixes(string source, string expected) =>
        Assert.Equal(expected, Wanted(new AclRules(Rules.Default(), prefixed: true), Mirrored, source));

    [Theory]
    [InlineData("User:a may READ topics 'orders*'", "User:a may READ topic 'orders', User:a may READ topic 'orders-eu'")]
    [InlineData("User:a may READ all topics",
        "User:a may READ topic 'orders', User:a may READ topic 'orders-eu', User:a may READ topic 'other'")]
    public void With_prefixes_and_identity_policy_only_mirrored_topics_are_covered(string source, string expected) =>
        Assert.Equal(expected, Wanted(new AclRules(Rules.Identity(), prefixed: true), Kept, source));

    [Theory]
    // Still on the source, or what it was downgraded from is.
    [InlineData("User:a may READ topic 'orders'", "User:a may READ topic 'A.orders'", "")]
    [InlineData("User:a may ALL topic 'orders'", "User:a may READ topic 'A.orders'", "")]
    [InlineData("User:a may READ topics 'orders*'", "User:a may READ topics 'A.orders*'", "")]
    [InlineData("User:a may READ all topics", "User:a may READ topic 'A.orders'", "")]
    // The topic is not mirrored any more: it keeps its rules.
    [InlineData("User:a may READ topic 'mine.replica'", "User:a may READ topic 'A.mine.replica'", "")]
    // Gone.
    [InlineData("User:b may READ topic 'orders'", "User:a may READ topic 'A.orders'", "User:a may READ topic 'A.orders'")]
    [InlineData("User:a may WRITE topic 'orders'", "User:a may READ topic 'A.orders'", "User:a may READ topic 'A.orders'")]
    [InlineData("User:a may READ topics 'other*'", "User:a may READ topics 'A.orders*'", "User:a may READ topics 'A.orders*'")]
    public void What_vanished_from_the_source_is_known(string source, string copied, string expected) => Assert.Equal(
        expected, string.Join(", ", new AclRules(Rules.Default(), prefixed: true).Vanished([Parse(source)], [Parse(copied)])));

    [Fact]
    public void What_is_not_copied_is_said_with_what_MirrorMaker_2_would_do()
    {
        TopicAcl[] source =
        [
            Parse("User:a may READ all topics"), Parse("User:b may READ topics 'orders*'"), Parse("User:c may WRITE topic 'orders'"),
            Parse("User:d may not WRITE topic 'orders'"), Parse("User:e may READ topics 'unrelated*'"),
        ];

        var notes = new AclRules(Rules.Default(), prefixed: false).Notes(source, Mirrored);

        Assert.Equal(["User:a may READ all topics", "User:b may READ topics 'orders*'", "User:c may WRITE topic 'orders'",
            "User:d may not WRITE topic 'orders'"], notes.Select(n => n.Rule));
        Assert.Contains("a rule about one topic named 'A.*', which protects nothing", notes[0].Note, StringComparison.Ordinal);
        Assert.StartsWith("copied: if the mirror itself", notes[3].Note, StringComparison.Ordinal);
    }

    private static string Wanted(AclRules rules, MirroredTopic[] mirrored, string source) =>
        string.Join(", ", rules.Wanted([Parse(source)], mirrored).Select(acl => acl.ToString()).Order(StringComparer.Ordinal));

    /// <summary>Reads what <see cref="TopicAcl.ToString"/> prints.</summary>
    private static TopicAcl Parse(string text)
    {
        var words = text.Split(' ');
        var deny = words[2] == "not";
        var rest = words[(deny ? 3 : 2)..];
        var name = text.Contains('\'') ? text.Split('\'')[1] : "*";
        var prefixed = rest[1] == "topics";
        return new TopicAcl(
            prefixed ? name[..^1] : name, prefixed ? PatternType.Prefixed : PatternType.Literal, words[0], "*",
            Enum.Parse<AclOperation>(rest[0], ignoreCase: true), deny ? AclPermission.Deny : AclPermission.Allow);
    }
}
