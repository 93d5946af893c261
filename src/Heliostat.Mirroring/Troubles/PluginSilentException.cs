using Heliostat.Protocol;

namespace Heliostat.Mirroring.Troubles;

/// <summary>A plug-in does not come back from a record, where nothing can be said of the record without it.</summary>
internal sealed class PluginSilentException(string message) : KafkaException(message);
