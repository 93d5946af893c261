using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>A whole message to the peer and what is awaited for it.</summary>
internal readonly record struct Request(WireBuffer Message, int CorrelationId, TimeSpan Timeout, RequestKind Kind);
