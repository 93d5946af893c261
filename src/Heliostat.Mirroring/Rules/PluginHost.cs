using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Plugins;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// One instance of a plug-in, and what it makes of records. Not for several threads. What it throws makes a record a failing one.
/// </summary>
internal sealed class PluginHost(PluginClass plugin)
{
    private const int MostOfMessage = 500;

    private readonly RecordChanges _changes = new();
    private IRecordPlugin? _instance;

    /// <summary>Has it look at a record, which is touched only when all went well.</summary>
    public RuleOutcome Run(ref RecordView record, string topic, int partition, RuleScratch scratch)
    {
        var seen = new PluginRecord
        {
            Topic = topic,
            Partition = partition,
            Offset = record.Offset,
            Timestamp = record.Timestamp,
            Key = record.Key.Span,
            HasKey = !record.Key.IsNull,
            Value = record.Value.Span,
            HasValue = !record.Value.IsNull,
            Headers = new PluginHeaders(record.Headers.Count, record.Headers.Encoded),
        };
        Verdict verdict;
        try
        {
            _changes.Begin(seen);
            verdict = (_instance ??= plugin.Make()).Apply(seen, _changes);
        }
        catch (Exception thrown)
        {
            // Whatever it is that somebody else's code throws.
            return scratch.Fail($"{plugin.Name} threw {thrown.GetType().Name}: {Short(thrown.Message)}");
        }

        return verdict switch
        {
            Verdict.Drop => RuleOutcome.Dropped,
            Verdict.Keep => Give(ref record),
            _ => scratch.Fail($"{plugin.Name} returned {(int)verdict}, which is neither Keep nor Drop"),
        };
    }

    private static string Short(string message) => message.Length > MostOfMessage ? $"{message[..MostOfMessage]}..." : message;

    private RuleOutcome Give(ref RecordView record)
    {
        if (_changes.IsEmpty)
        {
            return RuleOutcome.Kept;
        }

        var changes = _changes.HasHeaders;
        if (changes)
        {
            record.Headers = RecordHeaders.Of(_changes.Headers.Count, _changes.Headers.Encoded);
        }

        if (_changes.HasKey)
        {
            changes |= Put(ref record, PayloadPart.Key, _changes.IsKeyNull ? NullableSpan.Null : _changes.Key);
        }

        if (_changes.HasValue)
        {
            changes |= Put(ref record, PayloadPart.Value, _changes.IsValueNull ? NullableSpan.Null : _changes.Value);
        }

        if (_changes.Timestamp is { } time)
        {
            changes |= time != record.Timestamp;
            record.Timestamp = time;
        }

        return changes ? RuleOutcome.Changed : RuleOutcome.Kept;
    }

    /// <summary>A part becomes what was made; whether that is something else.</summary>
    private static bool Put(ref RecordView record, PayloadPart part, NullableSpan made)
    {
        var before = record[part];
        if (made.IsNull == before.IsNull && made.Span.SequenceEqual(before.Span))
        {
            return false;
        }

        record.Put(part, made);
        return true;
    }
}
