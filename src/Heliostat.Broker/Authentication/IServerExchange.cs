namespace Heliostat.Broker.Authentication;

/// <summary>The server's half of one SASL exchange. Whatever it is given, it answers, refuses, and never throws.</summary>
internal interface IServerExchange
{
    ServerStep Step(ReadOnlySpan<byte> token);
}
