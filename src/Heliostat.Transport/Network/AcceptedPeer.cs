using System.Net;

namespace Heliostat.Transport.Network;

/// <summary>A connection that somebody made to us; whoever holds it owes the duplex a dispose.</summary>
public readonly record struct AcceptedPeer(IDuplex Duplex, IPEndPoint Address);
