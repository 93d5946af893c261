using System.Buffers;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What a target may answer instead of taking a batch that arrived whole, for each code that a person can do something about: what it
/// means, which of the topic's configs decide it, and what lets the batch in (<c>LogValidator</c>, <c>UnifiedLog</c> and
/// <c>ReplicaManager</c> of 4.3.1, and before). Table of docs/refusals.md.
/// </summary>
/// <param name="Code">The answer.</param>
/// <param name="What">What it means.</param>
/// <param name="Cure">What helps where no config does; empty where one does.</param>
/// <param name="Configs">Configs of the target's topic that decide it, each with a value that lets the batch in; null where that depends on
/// the batch.</param>
internal sealed record TargetRefusal(ErrorCode Code, string What, string Cure, params IReadOnlyList<(string Name, string? Value)> Configs)
{
    /// <summary>
    /// Later than any time (<c>Long.MAX_VALUE</c>): what the limits of timestamps were before 4.0, and are where nobody set them.
    /// </summary>
    private const string NoLimit = "9223372036854775807";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("-0123456789");

    private const string After = "message.timestamp.after.max.ms";
    private const string Before = "message.timestamp.before.max.ms";

    public static IReadOnlyList<TargetRefusal> All { get; } =
    [
        new(ErrorCode.InvalidTimestamp, "a record is from further in the future, or older, than the topic takes", "", (After, NoLimit),
            (Before, NoLimit), ("message.timestamp.difference.max.ms", NoLimit)),
        new(ErrorCode.MessageTooLarge, "a record is larger than the topic takes", "", ("max.message.bytes", null)),
        new(ErrorCode.RecordListTooLarge, "a batch is larger than a segment of the topic's log", "", ("segment.bytes", "1073741824")),
        new(ErrorCode.InvalidRecord, "a record without a key, where the topic is compacted, or one that the broker cannot read", "",
            ("cleanup.policy", "delete")),
        new(ErrorCode.CorruptMessage,
            "the batch does not match its checksum; before Kafka 2.4 also a record without a key, where the topic is compacted", "",
            ("cleanup.policy", "delete")),
        new(ErrorCode.UnsupportedForMessageFormat,
            "the topic keeps its records in a format that lacks what the batch has: headers, or a producer's numbers",
            "DropHeaders among the flow's transforms, a target from Kafka 0.11 on, or", ("message.format.version", "3.0")),
        new(ErrorCode.NotEnoughReplicas, "fewer replicas of the partition are in sync than the topic asks for",
            "brokers of the target that are down, or", ("min.insync.replicas", "1")),
        new(ErrorCode.NotEnoughReplicasAfterAppend, "fewer replicas of the partition are in sync than the topic asks for",
            "brokers of the target that are down, or", ("min.insync.replicas", "1")),
        new(ErrorCode.UnsupportedCompressionType, "the target's brokers do not know the codec (zstd before Kafka 2.1)",
            "compression.type=lz4 for the mirror's producer"),
        new(ErrorCode.TopicAuthorizationFailed, "the mirror's principal may not write to the topic", "WRITE on the topic"),
        new(ErrorCode.ClusterAuthorizationFailed,
            "the mirror's principal may not write with idempotence, or from Kafka 2.8 on to no topic at all",
            "WRITE on a topic, or before Kafka 2.8 IDEMPOTENT_WRITE on the cluster"),
        new(ErrorCode.TransactionalIdAuthorizationFailed, "the mirror's principal may not use its transactional id",
            "WRITE and DESCRIBE on the transactional id"),
        new(ErrorCode.InvalidTopicException, "the topic is one that nobody may write to", "another name for the mirror"),
        new(ErrorCode.KafkaStorageError, "a disk of the target failed", "the broker's log says which"),
    ];

    /// <summary>Null where nothing is known that helps.</summary>
    public static TargetRefusal? Of(ErrorCode code) => All.FirstOrDefault(refusal => refusal.Code == code);

    /// <summary>
    /// The configs that decided it, as far as the broker's words tell: of a timestamp that is out of a range, whether it is before or
    /// behind it.
    /// </summary>
    public IReadOnlyList<(string Name, string? Value)> Deciding(string? message) =>
        Code == ErrorCode.InvalidTimestamp && IsLate(message) is { } late
            ? [.. Configs.Where(config => config.Name != (late ? Before : After))]
            : Configs;

    /// <summary>For a person: what it means, and the command that helps.</summary>
    /// <param name="topic">The topic on the target.</param>
    /// <param name="servers">The target's address.</param>
    /// <param name="message">The broker's words.</param>
    /// <param name="needed">What a config must allow, where the batch says so.</param>
    public string Advice(string topic, string servers, string? message = null, long? needed = null)
    {
        // What is only there on old brokers is in the table, and not in everybody's command.
        var settings = Deciding(message).Where(config => config.Name != "message.timestamp.difference.max.ms").ToList();
        var command = settings.Count == 0 ? Cure
            : $"{(Cure.Length > 0 ? Cure + " " : "")}kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics "
                + $"--entity-name {topic} --add-config "
            + string.Join(',', settings.Select(config =>
                $"{config.Name}={config.Value ?? needed?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "BYTES"}"));
        return $"{What}; what helps: {command}";
    }

    /// <summary>Of "Timestamp T of message with offset O is out of range. The timestamp should be within [FROM, TO]".</summary>
    private static bool? IsLate(string? message) =>
        NumberAfter(message, "Timestamp ") is { } timestamp && NumberAfter(message, "should be within [") is { } from
            ? timestamp >= from
            : null;

    private static long? NumberAfter(string? message, string words)
    {
        if (message?.IndexOf(words, StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        var digits = message.AsSpan(at + words.Length);
        var end = digits.IndexOfAnyExcept(NumberCharacters);
        return long.TryParse(end < 0 ? digits : digits[..end], System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
