using System.Collections.Immutable;
using System.Globalization;
using Heliostat.Broker.Logs;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Configs;

/// <summary>What a topic's settings come to: its own, over the brokers', over Kafka's defaults.</summary>
internal static class TopicConfigs
{
    /// <summary>Why these settings are refused; null when they are fine.</summary>
    public static string? Check(IEnumerable<KeyValuePair<string, string?>> own)
    {
        foreach (var (name, value) in own)
        {
            if (TopicConfigKeys.Find(name) is not { } key) return $"Unknown topic config name: {name}";
            if (value is null) return $"Null value not supported for topic configs: {name}";
            if (key.Check(value) is { } problem) return problem;
        }

        return null;
    }

    /// <summary>The value in force.</summary>
    public static string Value(string name, ImmutableSortedDictionary<string, string> own,
        ImmutableSortedDictionary<string, string> brokers)
    {
        var key = TopicConfigKeys.Find(name)!;
        return own.GetValueOrDefault(name) ?? (key.Synonym is null ? null : brokers.GetValueOrDefault(key.Synonym))
            ?? Coarser(name, brokers) ?? key.Default ?? "";
    }

    /// <summary>
    /// What the brokers' settings in minutes and hours come to, in milliseconds; null where there is none
    /// (AbstractKafkaConfig.logRetentionTimeMillis).
    /// </summary>
    private static string? Coarser(string name, ImmutableSortedDictionary<string, string> brokers) => name switch
    {
        TopicConfigKeys.RetentionMs => Milliseconds("log.retention.minutes", TimeSpan.MillisecondsPerMinute, brokers)
            ?? Milliseconds("log.retention.hours", TimeSpan.MillisecondsPerHour, brokers),
        TopicConfigKeys.SegmentMs => Milliseconds("log.roll.hours", TimeSpan.MillisecondsPerHour, brokers),
        _ => null,
    };

    private static string? Milliseconds(string name, long unit, ImmutableSortedDictionary<string, string> brokers)
    {
        if (!brokers.TryGetValue(name, out var text)) return null;

        var number = long.Parse(text, CultureInfo.InvariantCulture);
        return (number < 0 ? -1 : number * unit).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The settings as logs obey them.</summary>
    public static LogOptions LogOptions(ImmutableSortedDictionary<string, string> own, ImmutableSortedDictionary<string, string> brokers)
    {
        if (own.IsEmpty && brokers.IsEmpty) return Logs.LogOptions.Default;

        var policies = Text(TopicConfigKeys.CleanupPolicy).Split(',', StringSplitOptions.TrimEntries);
        return new LogOptions
        {
            Delete = policies.Contains("delete"),
            Compact = policies.Contains("compact"),
            RetentionMs = Long(TopicConfigKeys.RetentionMs),
            RetentionBytes = Long(TopicConfigKeys.RetentionBytes),
            SegmentBytes = (int)Long(own.ContainsKey(TopicConfigKeys.InternalSegmentBytes.Name)
                ? TopicConfigKeys.InternalSegmentBytes.Name
                : TopicConfigKeys.SegmentBytes),
            SegmentMs = Long(TopicConfigKeys.SegmentMs),
            MaxMessageBytes = (int)Long(TopicConfigKeys.MaxMessageBytes),
            TimestampType = Text(TopicConfigKeys.TimestampType) == "LogAppendTime" ? TimestampType.LogAppendTime : TimestampType.CreateTime,
            TimestampBeforeMaxMs = Long(TopicConfigKeys.TimestampBeforeMaxMs),
            TimestampAfterMaxMs = Long(TopicConfigKeys.TimestampAfterMaxMs),
            Codec = Text(TopicConfigKeys.CompressionType) switch
            {
                "uncompressed" => CompressionCodec.None,
                "gzip" => CompressionCodec.Gzip,
                "snappy" => CompressionCodec.Snappy,
                "lz4" => CompressionCodec.Lz4,
                "zstd" => CompressionCodec.Zstd,
                _ => null,
            },
            CodecLevel = Text(TopicConfigKeys.CompressionType) switch
            {
                "gzip" => (int)Long(TopicConfigKeys.GzipLevel),
                "lz4" => (int)Long(TopicConfigKeys.Lz4Level),
                "zstd" => (int)Long(TopicConfigKeys.ZstdLevel),
                _ => null,
            },
            FlushMessages = Long(TopicConfigKeys.FlushMessages),
            FlushMs = Long(TopicConfigKeys.FlushMs),
            DeleteRetentionMs = Long(TopicConfigKeys.DeleteRetentionMs),
            MinCompactionLagMs = Long(TopicConfigKeys.MinCompactionLagMs),
            MaxCompactionLagMs = Long(TopicConfigKeys.MaxCompactionLagMs),
            MinCleanableDirtyRatio = double.Parse(Text(TopicConfigKeys.MinCleanableDirtyRatio), CultureInfo.InvariantCulture),
            MinInsyncReplicas = (int)Long(TopicConfigKeys.MinInsyncReplicas),
        };

        string Text(string name) => Value(name, own, brokers);
        long Long(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);
    }
}
