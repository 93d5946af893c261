namespace Heliostat.Broker.Storage;

/// <summary>A topic: the replicas of each partition and its own settings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="Replicas">The brokers of each partition, the preferred one first.</param>
/// <param name="Configs">Its own settings.</param>
/// <param name="IsDeleting">Whether its deletion was begun, and is to be ended when the cluster starts.</param>
internal sealed record TopicRecord(string Name, Guid Id, int[][] Replicas, Dictionary<string, string> Configs,
    bool IsDeleting) : StateRecord
{
    internal override string Key => KeyOf(Name);

    public static string KeyOf(string name) => $"topic {name}";
}
