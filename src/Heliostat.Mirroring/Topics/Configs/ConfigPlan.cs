namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>What is to be changed of the mirrored topics' configs: decided, and nothing of it done yet.</summary>
/// <param name="Topics">Only topics where something differs.</param>
/// <param name="Unreadable">Topics whose configs cannot be read on one side or the other.</param>
internal sealed record ConfigPlan(IReadOnlyList<TopicConfigPlan> Topics, IReadOnlyList<ConfigRefusal> Unreadable);
