using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>One request as a broker saw it.</summary>
internal sealed record FakeRequest(FakeNode Node, Api Api, short Version, IBody Body, string? ClientId);
