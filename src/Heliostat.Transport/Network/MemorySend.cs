namespace Heliostat.Transport.Network;

/// <summary>Something that goes over a network in memory.</summary>
/// <param name="Connection">Over which connection.</param>
/// <param name="ToServer">In which direction.</param>
/// <param name="Bytes">How much; 0 for what opens or closes the connection.</param>
public readonly record struct MemorySend(MemoryConnection Connection, bool ToServer, long Bytes);
