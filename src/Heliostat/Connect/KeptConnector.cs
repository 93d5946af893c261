namespace Heliostat.Connect;

/// <summary>A connector as a Connect cluster keeps it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Config">Its settings, exactly as they were put.</param>
/// <param name="Target">What operators want of it.</param>
internal sealed record KeptConnector(string Name, IReadOnlyDictionary<string, string> Config, TargetState Target)
{
    /// <summary>Which of MirrorMaker 2's connectors it is; null for another's.</summary>
    public ConnectorKind? Kind => Config.TryGetValue("connector.class", out var named) ? ConnectorKind.Find(named.Trim()) : null;
}

/// <summary>What operators want of a connector (Kafka Connect's <c>TargetState</c>).</summary>
internal enum TargetState
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>It takes in nothing more; its tasks stay.</summary>
    Paused,

    /// <summary>It has no tasks.</summary>
    Stopped,
}
