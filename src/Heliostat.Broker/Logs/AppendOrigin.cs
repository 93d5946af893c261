namespace Heliostat.Broker.Logs;

/// <summary>Who appends: clients are checked, the coordinator writes markers.</summary>
internal enum AppendOrigin
{
    Client,
    Coordinator,
}
