using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Rules;

/// <summary>One record through rules, as text.</summary>
internal static class RuleBench
{
    public static RecordRules Rules(params Transform[] steps) => RecordRules.Of(new TransformChain(steps, ""), "A.orders", 3)!;

    public static RecordRules Rules(TransformAction action, RecordCondition? when = null) =>
        Rules(new Transform("t", action) { When = when });

    public static RecordRules Drops(string condition) => Rules(new TransformAction.Drop(), RecordCondition.Parse(condition));

    /// <summary>What becomes of a record: <c>dropped</c>, <c>kept</c>, why it failed, or key, value, headers and time.</summary>
    public static string Through(RecordRules rules, string? key, string? value, long timestamp = 1000,
        params (string Key, string? Value)[] headers)
    {
        using var buffer = new DecompressionBuffer();
        using var scratch = new RuleScratch();
        var reader = new RecordReader(Batch(key, value, timestamp, headers), buffer);
        Assert.True(reader.MoveNext());
        var record = RecordView.Of(reader);
        return rules.Apply(ref record, scratch) switch
        {
            RuleOutcome.Dropped => "dropped",
            RuleOutcome.Kept => "kept",
            RuleOutcome.Failed => scratch.Why,
            RuleOutcome.NotYet => $"not yet: {scratch.Why}",
            _ => Text(record),
        };
    }

    private static byte[] Batch(string? key, string? value, long timestamp, (string Key, string? Value)[] headers)
    {
        using var builder = new RecordBatchBuilder();
        using var all = new RecordHeadersBuilder();
        foreach (var header in headers)
        {
            all.Add(header.Key, Bytes(header.Value));
        }

        builder.Append(timestamp, Bytes(key), Bytes(value), all.Headers);
        return builder.Build().ToArray();
    }

    private static string Text(in RecordView record)
    {
        List<string> headers = [];
        foreach (var header in record.Headers)
        {
            headers.Add($"{header.KeyString()}:{Text(header.Value)}");
        }

        return $"{Text(record.Key)}={Text(record.Value)} [{string.Join(' ', headers)}] @{record.Timestamp}";
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static string Text(NullableSpan bytes) => bytes.IsNull ? "null" : Encoding.UTF8.GetString(bytes.Span);
}
