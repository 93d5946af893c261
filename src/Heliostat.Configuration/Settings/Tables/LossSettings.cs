using Heliostat.Configuration.Losses;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>What is done about losses, one setting a kind; Heliostat's own.</summary>
internal static class LossSettings
{
    public static IReadOnlyList<TypedSetting<LossPolicy>> All { get; } =
    [
        Of(LossKind.Gap, "the source deleted records before they were mirrored"),
        Of(LossKind.Recreated, "a topic of the source was deleted and created anew"),
        Of(LossKind.Truncated, "a log of the source lost records that were mirrored"),
        Of(LossKind.Shrunk, "a topic of the source has fewer partitions than it had"),
        Of(LossKind.Gone, "a topic of the source is not there any more"),
        Of(LossKind.TargetLost, "the target does not hold any more what it acknowledged"),
        Of(LossKind.TailMismatch,
            "a record that the target holds behind a stored position, among those that were mirrored, is not the source's"),
        Of(LossKind.TailUnverified, "what the target holds behind a stored position cannot all be compared with the source"),
        Of(LossKind.Duplicate, "the target holds mirrored records more than once"),
        Of(LossKind.Untransformed, "a record is not what transforms take"),
        Of(LossKind.Refused, "the target does not take a record, as it is too large or not as its topic demands"),
    ];

    /// <summary>Where records go about which <see cref="LossAction.DeadLetter"/> is done.</summary>
    public static TypedSetting<string> DeadLetters { get; } = Declare.Setting(
        "errors.deadletterqueue.topic.name", Kinds.String, "",
        "The topic of the target that takes the records about which heliostat.on.* says dead-letter, with Kafka Connect's headers of dead "
            + "letters. It is created with one partition where it is missing.");

    public static TypedSetting<short> DeadLettersReplicationFactor { get; } = Declare.Setting(
        "errors.deadletterqueue.topic.replication.factor", Kinds.Short(), "3", "Replicas of the topic of dead letters.");

    private static TypedSetting<LossPolicy> Of(LossKind kind, string what)
    {
        var allowed = string.Join(", ", kind.Actions().Select(action => action.Name()));
        return new(new SettingKind<LossPolicy>(SettingType.List, value => LossPolicy.Parse(kind, value), policy => policy.ToString(),
            allowed))
        {
            Key = $"heliostat.on.{kind.Name()}",
            Type = SettingType.List,
            Default = kind.Actions()[0].Name(),
            Description =
                $"What is done where {what}; ACTION, or PATTERN:ACTION for topics whose names match, the first that matches counts.",
            Allowed = allowed,
        };
    }
}
