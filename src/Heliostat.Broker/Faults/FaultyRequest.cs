using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Faults;

/// <summary>A request that a fault may befall.</summary>
/// <param name="BrokerId">The broker that got it.</param>
/// <param name="Api">Its API.</param>
/// <param name="Version">Its version.</param>
/// <param name="ClientId">Who sent it.</param>
/// <param name="Body">The request, such as <see cref="ProduceRequest"/>; only valid during the call.</param>
public readonly record struct FaultyRequest(int BrokerId, ApiKey Api, short Version, string? ClientId, IBody Body);
