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
    public RuleOutcome Run(ref RecordView record, string topic, int partition, RuleScratch scratch) =>
        Ask(record, topic, partition, out var why) switch
        {
            Verdict.Drop => RuleOutcome.Dropped,
            Verdict.Keep => Give(ref record),
            _ => scratch.Fail(why),
        };

    /// <summary>
    /// Has it decide over a record as a predicate: whether to keep it; null where it cannot tell, as <paramref name="why"/> says.
    /// </summary>
    public bool? Says(in RecordView record, string topic, int partition, out string why)
    {
        var verdict = Ask(record, topic, partition, out why);
        if (verdict is null || _changes.IsEmpty)
        {
            return verdict is null ? null : verdict == Verdict.Keep;
        }

        why = $"{plugin.Name} changed the record, and a predicate only decides";
        return null;
    }

    /// <summary>
    /// Its answer, with what it changed in <see cref="_changes"/>; null where it has none, as <paramref name="why"/> says.
    /// </summary>
    private Verdict? Ask(in RecordView record, string topic, int partition, out string why)
    {
        why = "";
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
        try
        {
            _changes.Begin(seen);
            var verdict = (_instance ??= plugin.Make()).Apply(seen, _changes);
            if (verdict is Verdict.Keep or Verdict.Drop)
            {
                return verdict;
            }

            why = $"{plugin.Name} returned {(int)verdict}, which is neither Keep nor Drop";
        }
        catch (Exception thrown)
        {
            // Whatever it is that somebody else's code throws.
            why = $"{plugin.Name} threw {thrown.GetType().Name}: {Short(thrown.Message)}";
        }

        return null;
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
