using System.Globalization;

namespace Heliostat.Broker.Storage;

/// <summary>The settings of one broker, or with null of all, that were changed while they ran.</summary>
internal sealed record BrokerConfigRecord(int? BrokerId, Dictionary<string, string> Configs) : StateRecord
{
    internal override string Key => $"broker-config {BrokerId?.ToString(CultureInfo.InvariantCulture) ?? "all"}";
}
