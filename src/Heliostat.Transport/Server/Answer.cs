using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Server;

/// <summary>A message to a client and the earliest moment it may leave.</summary>
/// <param name="Message">The whole answer, its 4-byte size included. It must not change until it is sent.</param>
/// <param name="Owned">Memory that the message is sent from, to be disposed once it was; null when there is none.</param>
/// <param name="NotBefore">A timestamp of the listener's time provider; 0 at once. Later answers wait behind it, as on a long line.</param>
internal readonly record struct Answer(WireBuffer Message, Frame? Owned, long NotBefore);
