using System.Text;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Tells by a header where a record was first written, and leaves out what was first written where the lane leads to. The first cluster
/// sets the header, and it stays over all hops. Of several headers of the name the last counts.
/// </summary>
internal sealed class ProvenanceRule : RecordRule
{
    private readonly byte[] _name;
    private readonly byte[] _here;
    private readonly byte[] _there;
    private readonly bool _isMigrators;

    /// <param name="kind">Whose header it is.</param>
    /// <param name="source">The id of the source, and the topic there.</param>
    /// <param name="target">The id of the target, and the topic there.</param>
    public ProvenanceRule(ProvenanceKind kind, (string Cluster, string Topic) source, (string Cluster, string Topic) target)
    {
        _isMigrators = kind == ProvenanceKind.Redpanda;
        _name = Encoding.UTF8.GetBytes(_isMigrators ? "redpanda-migrator-provenance" : "heliostat.origin");
        _here = Encoding.UTF8.GetBytes(_isMigrators ? source.Cluster : $"1:{source.Cluster}:{source.Topic}");
        _there = Encoding.UTF8.GetBytes(_isMigrators ? target.Cluster : $"1:{target.Cluster}:{target.Topic}");
    }

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        if (!HeaderRules.TryLast(record.Headers, _name, out var origin))
        {
            var headers = scratch.Headers();
            headers.Add(record.Headers);
            headers.Add(_name, _here);
            record.Headers = headers.Headers;
            return RuleOutcome.Changed;
        }

        return origin.Span.SequenceEqual(_there) ? RuleOutcome.Dropped : _isMigrators ? Migrators(origin, scratch) : RuleOutcome.Kept;
    }

    /// <summary>Migrator stops on a record that says nothing, or that it comes from where it is: that one came home another way.</summary>
    private RuleOutcome Migrators(NullableSpan origin, RuleScratch scratch) =>
        origin.Span.IsEmpty ? scratch.Fail("its header redpanda-migrator-provenance is empty")
        : origin.Span.SequenceEqual(_here)
            ? scratch.Fail("its header redpanda-migrator-provenance names the source itself: it came home another way")
        : RuleOutcome.Kept;
}
