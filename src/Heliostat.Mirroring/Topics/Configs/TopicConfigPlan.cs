namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>What is to be changed of one mirrored topic's configs.</summary>
/// <param name="Topic">The topic's name on the target.</param>
/// <param name="Changes">The changes, by name.</param>
/// <param name="Present">What the target has now, for brokers that only take all of it at once.</param>
internal sealed record TopicConfigPlan(string Topic, IReadOnlyList<ConfigChange> Changes, IReadOnlyList<TopicConfig> Present);
