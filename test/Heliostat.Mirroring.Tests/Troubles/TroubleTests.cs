using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Troubles;
using Heliostat.Testing;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Tests.Troubles;

/// <summary>What people read is made of the value, and what was said in words becomes one.</summary>
public sealed class TroubleTests
{
    private static readonly FlowName Flow = new("A", "B");

    [Theory]
    [InlineData("source: orders-3: it is gone", TroubleSide.Source, "A", "orders-3: it is gone")]
    [InlineData("target B: cannot create topic 'A.x': NOT_CONTROLLER", TroubleSide.Target, "B",
        "cannot create topic 'A.x': NOT_CONTROLLER")]
    [InlineData("B: topic 'mm2-offsets.A.internal' cannot be created", TroubleSide.Target, "B",
        "topic 'mm2-offsets.A.internal' cannot be created")]
    [InlineData("sourcery: is none", TroubleSide.Us, null, "sourcery: is none")]
    [InlineData("no side at all", TroubleSide.Us, null, "no side at all")]
    public void A_sentence_says_whose_it_is_and_stays_the_same(string sentence, TroubleSide side, string? cluster, string detail)
    {
        var trouble = Trouble.Said(TroubleKind.BrokerError, sentence).In(Flow);

        Assert.Equal((side, cluster, detail, sentence), (trouble.Side, trouble.Cluster, trouble.Detail, trouble.Sentence));
    }

    [Fact]
    public void A_value_makes_its_sentence()
    {
        Assert.Equal("target: refuses", new Trouble(TroubleKind.BatchRefused, TroubleSide.Target, "refuses").Sentence);
        Assert.Equal("it should not", new Trouble(TroubleKind.Defect, TroubleSide.Us, "it should not").Sentence);
    }

    [Fact]
    public void A_failure_is_of_a_kind()
    {
        Assert.Equal(TroubleKind.Unreachable, Kind(new KafkaConnectionException("source: away", null, ConnectionFailure.Closed)));
        Assert.Equal(TroubleKind.LoginFailed,
            Kind(new KafkaConnectionException("source: no", null, ConnectionFailure.AuthenticationFailed)));
        Assert.Equal(TroubleKind.NotAuthorized, Kind(new KafkaErrorException(ErrorCode.TopicAuthorizationFailed, "target: no")));
        Assert.Equal(TroubleKind.BrokerError, Kind(new KafkaErrorException(ErrorCode.NotController, "target: no")));
        Assert.Equal(TroubleKind.Refused, Kind(new ConfigurationException("no")));
        Assert.Equal(TroubleKind.Defect, Kind(new InvalidOperationException("no")));

        static TroubleKind Kind(Exception failure) => Trouble.Of(failure).Kind;
    }

    /// <summary>Each has a section in docs/troubles.md, in the order of the enumeration, and no other is there.</summary>
    [Fact]
    public void Every_kind_has_its_section_in_the_document()
    {
        var sections = File.ReadLines(RepositoryFolder.File("docs/troubles.md"))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..].Trim('`'));

        Assert.Equal(Enum.GetValues<TroubleKind>().Select(kind => kind.Code()), sections);
    }
}
