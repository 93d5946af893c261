namespace Heliostat.Configuration.Dialects.Connect;

/// <summary>A connector as somebody gave it to Kafka Connect.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Config">Its settings, references to config providers as they were written.</param>
public sealed record WrittenConnector(string Name, IReadOnlyDictionary<string, string> Config);
