using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Tests.Options;

public sealed class TopicSelectionTests
{
    [Theory]
    [InlineData(".*", ".*")]
    [InlineData(" a,b ", "a|b")]
    [InlineData("a, b ,c", "a|b|c")]
    [InlineData("'a,b'", "a|b")]
    [InlineData("\"'a'\"", "a")]
    [InlineData("\"a\",\"b\"", "a\"|\"b")]
    [InlineData("a{1,3}", "a{1|3}")]
    [InlineData("\t'a b'\n", "ab")]
    [InlineData("' a'", "a")]
    [InlineData(",", "|")]
    [InlineData("a,,b", "a||b")]
    public void An_include_list_becomes_one_pattern_as_in_MirrorMaker_1(string list, string pattern)
    {
        Assert.Equal(pattern, TopicSelection.IncludeListPattern(list));
    }

    [Fact]
    public void A_topic_is_taken_when_its_whole_name_matches()
    {
        var topics = TopicSelection.FromIncludeList("orders.*,payments");

        Assert.True(topics.Includes("orders-eu"));
        Assert.True(topics.Includes("payments"));
        Assert.False(topics.Includes("payments-eu"));
        Assert.False(topics.Includes("my-orders"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Internal_topics_of_Kafka_follow_exclude_internal_topics(bool exclude)
    {
        var topics = TopicSelection.FromIncludeList(".*", exclude);

        Assert.Equal(!exclude, topics.Includes("__consumer_offsets"));
        Assert.Equal(!exclude, topics.Includes("__transaction_state"));
        Assert.True(topics.Includes("__others"));
    }

    [Fact]
    public void A_broken_list_is_refused_with_the_pattern_it_became()
    {
        var e = Assert.Throws<ConfigurationException>(() => TopicSelection.FromIncludeList("a{1,3}"));

        Assert.Contains("'a{1|3}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Excludes_win_over_includes()
    {
        var topics = TopicSelection.FromPatterns(["orders.*", "payments"], [".*\\.replica", "__.*"]);

        Assert.True(topics.Includes("orders.eu"));
        Assert.False(topics.Includes("orders.replica"));
    }

    [Fact]
    public void An_empty_list_of_patterns_matches_nothing()
    {
        Assert.False(TopicSelection.FromPatterns([], []).Includes("orders"));
        Assert.True(TopicSelection.FromPatterns([".*"], []).Includes("orders"));
    }
}
