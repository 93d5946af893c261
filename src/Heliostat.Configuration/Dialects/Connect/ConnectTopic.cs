namespace Heliostat.Configuration.Dialects.Connect;

/// <summary>A topic in which the workers of a Connect cluster keep something, as it is to be created where it is missing.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many; -1 asks for the broker's default.</param>
/// <param name="ReplicationFactor">Of each partition; -1 asks for the broker's default.</param>
/// <param name="Setting">The key that sets <paramref name="ReplicationFactor"/>.</param>
public sealed record ConnectTopic(string Name, int Partitions, short ReplicationFactor, string Setting);
